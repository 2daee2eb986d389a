//! The current day.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Returns the current day in UTC.
pub(crate) fn today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}
