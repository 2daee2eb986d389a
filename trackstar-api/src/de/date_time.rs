//! Dates and times in the API's format.

mod timestamp;

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::lenient;
use crate::error::Error;
pub use timestamp::Timestamp;

/// A date and time, stored in the same form in which the API sent it.
///
/// According to the "Dates" page of Trackstar's documentation, the API uses ISO 8601 in UTC. Some
/// integrations leave out the `Z`, in which case UTC is assumed. Text that isn't a valid date is
/// accepted as well, since otherwise a single bad value would make a list of a thousand records
/// unreadable. In that case, [`timestamp`](Self::timestamp) returns `None`.
///
/// Note that `==` and `Hash` compare the text. For example, `12:00:00Z` isn't equal to
/// `12:00:00.000Z`. If you want to compare or sort by time, use [`timestamp`](Self::timestamp):
///
/// ```
/// use trackstar_api::DateTime;
///
/// let mut dates: Vec<DateTime> = vec![
///     "2026-11-23T12:00:00.500Z".parse()?,
///     "2026-11-23T12:00:00Z".parse()?,
///     "2026-11-23T12:00:00+01:00".parse()?,
/// ];
/// dates.sort_by_key(DateTime::timestamp);
/// assert_eq!(dates[0].as_str(), "2026-11-23T12:00:00+01:00");
/// assert_eq!(dates[2].as_str(), "2026-11-23T12:00:00.500Z");
/// # Ok::<(), trackstar_api::Error>(())
/// ```
///
/// You can also convert a `SystemTime`, which is rounded down to whole seconds:
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use trackstar_api::DateTime;
///
/// let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_500);
/// assert_eq!(DateTime::try_from(time)?.as_str(), "1970-01-01T00:00:01Z");
/// # Ok::<(), trackstar_api::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct DateTime(
    #[cfg_attr(feature = "schemars", schemars(extend("format" = "date-time")))] String,
);

impl DateTime {
    /// Returns the original text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the timestamp, which can be compared and sorted.
    ///
    /// This is `None` if the text isn't a valid date. In UTC, the year has to be between 0 and
    /// 9999.
    ///
    /// ```
    /// use trackstar_api::DateTime;
    ///
    /// let midnight: DateTime = "2026-11-23T00:00:00Z".parse()?;
    /// let same: DateTime = "2026-11-23T01:00:00+01:00".parse()?;
    /// assert_eq!(midnight.timestamp(), same.timestamp());
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        Timestamp::parse(self.0.trim())
    }

    /// Converts this to a `SystemTime`.
    ///
    /// Returns `None` if the text isn't a valid date, or if the platform can't represent it.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use trackstar_api::DateTime;
    ///
    /// let second: DateTime = "1970-01-01T00:00:01Z".parse()?;
    /// assert_eq!(second.to_system_time(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1)));
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    #[must_use]
    pub fn to_system_time(&self) -> Option<SystemTime> {
        self.timestamp()?.to_system_time()
    }
}

/// Accepts any text, since this is what the API sent.
impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let date = Self(String::deserialize(deserializer)?);
        if lenient::is_strict() && date.timestamp().is_none() {
            return Err(D::Error::custom(lenient::NO_DATE));
        }
        Ok(date)
    }
}

/// Only accepts valid dates, since this is going to be sent to the API.
impl FromStr for DateTime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<&str> for DateTime {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for DateTime {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let date = Self(text);
        if date.timestamp().is_some() {
            Ok(date)
        } else {
            Err(Error::config(
                "invalid date, or not in the years 0 to 9999: use the format 2026-11-23T08:30:00Z",
            ))
        }
    }
}

/// Rounds down to whole seconds. This fails if the year isn't between 0 and 9999.
impl TryFrom<SystemTime> for DateTime {
    type Error = Error;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        match Timestamp::floor(time) {
            Some(timestamp) => Ok(Self(timestamp.to_string())),
            None => Err(Error::config(
                "time out of range: the API only supports the years 0 to 9999",
            )),
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> DateTime {
        let date: DateTime = serde_json::from_value(text.into()).expect("any text is read");
        assert_eq!(date.as_str(), text, "unchanged");
        date
    }

    fn seconds(text: &str) -> Option<u64> {
        let time = read(text).to_system_time()?;
        time.duration_since(SystemTime::UNIX_EPOCH)
            .ok()
            .map(|since| since.as_secs())
    }

    #[test]
    fn reads_timestamps_of_the_api_as_utc() {
        for text in [
            "2022-01-01T00:00:00Z",
            "2022-01-01T00:00:00+00:00",
            "2022-01-01T01:00:00+01:00",
            "2022-01-01T00:00:00.000000Z",
            "2022-01-01T00:00:00",
            "2022-01-01T00:00:00.000",
            "2022-01-01 00:00:00",
            "2022-01-01",
        ] {
            assert_eq!(seconds(text), Some(1_640_995_200), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2022-13-01T00:00:00Z",
            "1640995200",
            "2022-01-01T00:00:00[America/New_York]",
        ] {
            assert_eq!(read(text).timestamp(), None, "{text}");
        }
    }

    #[test]
    fn timestamps_compare_instants_and_eq_compares_text() {
        let at = |text: &str| read(text).timestamp().expect(text);
        assert!(at("2026-11-23T12:00:00Z") < at("2026-11-23T12:00:00.500Z"));
        assert!(at("2026-11-23T12:00:00-05:00") > at("2026-11-23T12:00:00Z"));
        assert_eq!(at("2026-11-23T12:00:00Z"), at("2026-11-23T12:00:00.000Z"));
        assert_ne!(
            read("2026-11-23T12:00:00Z"),
            read("2026-11-23T12:00:00.000Z")
        );
    }

    #[test]
    fn rounds_system_times_down_to_seconds() {
        let epoch = SystemTime::UNIX_EPOCH;
        let written = |time| DateTime::try_from(time).map(|date| date.to_string()).ok();
        for (time, expected) in [
            (
                epoch + Duration::new(1_763_551_733, 923_491_618),
                "2025-11-19T11:28:53Z",
            ),
            (epoch, "1970-01-01T00:00:00Z"),
            (epoch - Duration::from_nanos(1), "1969-12-31T23:59:59Z"),
            (epoch - Duration::from_secs(1), "1969-12-31T23:59:59Z"),
            (epoch - Duration::from_millis(1001), "1969-12-31T23:59:58Z"),
            (
                epoch + Duration::from_secs(253_402_300_799),
                "9999-12-31T23:59:59Z",
            ),
            (
                epoch - Duration::from_secs(62_167_219_200),
                "0000-01-01T00:00:00Z",
            ),
        ] {
            assert_eq!(written(time).as_deref(), Some(expected));
        }
        let after = epoch + Duration::from_secs(253_402_300_800);
        let before = epoch - Duration::new(62_167_219_200, 1);
        let far = epoch.checked_add(Duration::from_secs(1 << 60));
        for time in [Some(after), Some(before), far].into_iter().flatten() {
            let error = DateTime::try_from(time)
                .expect_err("out of range")
                .to_string();
            assert!(
                error.contains("only supports the years 0 to 9999"),
                "{error}"
            );
        }
    }

    #[test]
    fn rejects_years_outside_0_to_9999() {
        for text in [
            "-000001-12-31T23:59:59Z",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "+010000-01-01T00:00:00Z",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
            assert_eq!(read(text).timestamp(), None, "{text}");
        }
        for text in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"] {
            assert!(text.parse::<DateTime>().is_ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn system_times_round_trip(
            seconds in -62_167_219_200_i64..=253_402_300_799,
            nanoseconds in 0_u32..1_000_000_000,
        ) {
            let epoch = SystemTime::UNIX_EPOCH;
            let whole = if seconds < 0 {
                epoch - Duration::from_secs(seconds.unsigned_abs())
            } else {
                epoch + Duration::from_secs(seconds.unsigned_abs())
            };
            let time = whole + Duration::from_nanos(nanoseconds.into());
            let date = DateTime::try_from(time).expect("within the years");
            prop_assert_eq!(date.to_system_time(), Some(whole));
            let text = date.as_str();
            prop_assert_eq!(text.len(), 20, "{}", text);
            prop_assert!(text.ends_with('Z') && !text.contains('.'), "{}", text);
        }

        #[test]
        fn timestamps_are_ordered_by_instant(
            dates in proptest::collection::vec(
                (0_i64..4_000_000_000, 0_u16..1000, -720_i64..=840), 2..8,
            ),
        ) {
            // Format each timestamp with the generated offset and fraction.
            let mut written: Vec<((i64, u16), DateTime)> = Vec::new();
            for (second, milli, offset) in dates {
                let local = jiff::Timestamp::from_second(second + offset * 60).expect("in range");
                let sign = if offset < 0 { '-' } else { '+' };
                let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
                let civil = local.strftime("%Y-%m-%dT%H:%M:%S");
                let text = format!("{civil}.{milli:03}{sign}{hours:02}:{minutes:02}");
                written.push(((second, milli), text.parse().expect("a date")));
            }
            for (one, date) in &written {
                for (other, with) in &written {
                    prop_assert_eq!(one.cmp(other), date.timestamp().cmp(&with.timestamp()));
                }
            }
        }
    }
}
