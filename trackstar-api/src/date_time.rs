//! Points in time, as the API writes them.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::tolerant;

/// A point in time, kept as the text that the API sent.
///
/// The API writes ISO 8601 in UTC (page: Dates), some integrations without the `Z`; such a text is
/// read as UTC. A text that is no date at all does not fail a list of a thousand records: it is
/// kept, and [`to_system_time`](Self::to_system_time) is `None`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use trackstar_api::DateTime;
///
/// let second: DateTime = "1970-01-01T00:00:01Z".parse()?;
/// assert_eq!(second.to_system_time(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1)));
/// assert_eq!(second.to_string(), "1970-01-01T00:00:01Z");
/// assert_eq!(DateTime::from(SystemTime::UNIX_EPOCH).as_str(), "1970-01-01T00:00:00Z");
/// assert!("yesterday".parse::<DateTime>().is_err());
/// # Ok::<(), trackstar_api::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct DateTime(
    #[cfg_attr(feature = "schemars", schemars(extend("format" = "date-time")))] String,
);

impl DateTime {
    /// The text as it was sent, or as it will be.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The point in time; `None` where the API sent something that is no date.
    #[must_use]
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let text = self.0.trim();
        let instant: Option<jiff::Timestamp> = text.parse().ok();
        let instant = instant.or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            civil
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp())
        });
        instant.map(SystemTime::from)
    }
}

/// Tolerant of what the API sends.
impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let date = Self(String::deserialize(deserializer)?);
        if tolerant::is_strict() && date.to_system_time().is_none() {
            return Err(D::Error::custom(tolerant::NO_DATE));
        }
        Ok(date)
    }
}

/// For requests: only what is a date can be given.
impl FromStr for DateTime {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = Self(text.to_owned());
        match date.to_system_time() {
            Some(_) => Ok(date),
            None => Err(crate::Error::config(format!(
                "{text:?} is no date: write it as in 2026-11-23T08:30:00Z"
            ))),
        }
    }
}

impl TryFrom<&str> for DateTime {
    type Error = crate::Error;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for DateTime {
    type Error = crate::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Times before the year -9999 or after 9999 are written as those years' ends.
impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        let after = time >= SystemTime::UNIX_EPOCH;
        let limit = if after {
            jiff::Timestamp::MAX
        } else {
            jiff::Timestamp::MIN
        };
        Self(jiff::Timestamp::try_from(time).unwrap_or(limit).to_string())
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

    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        let date: DateTime = serde_json::from_value(text.into()).expect("any text is read");
        let time = date.to_system_time()?;
        assert_eq!(date.as_str(), text, "kept as it was sent");
        time.duration_since(SystemTime::UNIX_EPOCH)
            .ok()
            .map(|since| since.as_secs())
    }

    #[test]
    fn the_spellings_that_the_api_sends_are_read_as_utc() {
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
        for text in ["", "yesterday", "2022-13-01T00:00:00Z", "1640995200"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_the_system_survives_the_round_trip() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_640_995_200_250);
        assert_eq!(DateTime::from(time).to_system_time(), Some(time));
        assert_eq!(DateTime::from(time).as_str(), "2022-01-01T00:00:00.25Z");
    }
}
