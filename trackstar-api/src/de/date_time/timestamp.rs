//! Timestamps for comparing dates.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::SignedDuration;
use jiff::civil::{self, Time};
use jiff::fmt::temporal::Pieces;

/// A point in time between the years 0 and 9999, in UTC.
///
/// You can get one from a [`DateTime`](crate::DateTime). Unlike those, timestamps are compared and
/// ordered by time.
///
/// ```
/// use trackstar_api::DateTime;
///
/// let never: DateTime = "9999-12-31T23:59:59Z".parse()?;
/// let today: DateTime = "2026-11-23T08:30:00.250Z".parse()?;
/// assert!(today.timestamp() < never.timestamp());
/// assert_eq!(today.timestamp().map(|it| it.as_second()), Some(1_795_422_600));
/// # Ok::<(), trackstar_api::Error>(())
/// ```
// We use a civil time (in UTC) because jiff's own timestamp stops one day before the end of the
// year
// 9999. Lots of systems use the last second of that year to mean "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(civil::DateTime);

const EPOCH: civil::DateTime = civil::date(1970, 1, 1).at(0, 0, 0, 0);

impl Timestamp {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let local = pieces
            .date()
            .to_datetime(pieces.time().unwrap_or(Time::midnight()));
        match pieces.to_numeric_offset() {
            Some(offset) => {
                let offset = SignedDuration::from_secs(offset.seconds().into());
                local.checked_sub(offset).ok().and_then(Self::new)
            }
            // We don't have access to the rules of the time zone.
            None if pieces.time_zone_annotation().is_some() => None,
            None => Self::new(local),
        }
    }

    /// Returns `time`, rounded down to a whole second.
    pub(super) fn floor(time: SystemTime) -> Option<Self> {
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).ok()?,
            Err(error) => {
                let before = error.duration();
                let whole = i64::try_from(before.as_secs()).ok()?;
                -whole - i64::from(before.subsec_nanos() > 0)
            }
        };
        let utc = EPOCH.checked_add(SignedDuration::from_secs(seconds));
        utc.ok().and_then(Self::new)
    }

    fn new(utc: civil::DateTime) -> Option<Self> {
        (0..=9999).contains(&utc.year()).then_some(Self(utc))
    }

    /// Returns the number of seconds since 1970, rounded down. This is negative for earlier times.
    #[must_use]
    pub fn as_second(self) -> i64 {
        let since = self.0.duration_since(EPOCH);
        since.as_secs() - i64::from(since.subsec_nanos() < 0)
    }

    /// Returns the fractional part of [`as_second`](Self::as_second), in nanoseconds.
    #[must_use]
    pub fn subsec_nanosecond(self) -> u32 {
        // This is never negative for a civil time.
        self.0.subsec_nanosecond().unsigned_abs()
    }

    /// Converts this to a `SystemTime`, or returns `None` if the platform can't represent it.
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        let seconds = self.as_second();
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(whole)?
        } else {
            SystemTime::UNIX_EPOCH.checked_add(whole)?
        };
        time.checked_add(Duration::from_nanos(self.subsec_nanosecond().into()))
    }
}

/// Formats the timestamp in the API's format, rounded down to a whole second:
/// `YYYY-MM-DDTHH:MM:SSZ`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }
}
