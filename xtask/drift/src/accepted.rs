//! Findings that were reviewed and accepted until a date.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use crate::Error;

/// A date. Later dates are greater.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use trackstar_drift::Date;
///
/// let leap_day = UNIX_EPOCH + Duration::from_secs(951_782_400);
/// assert_eq!(Date::of(leap_day).to_string(), "2000-02-29");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u64,
    month: u64,
    day: u64,
}

impl Date {
    /// Returns the date in UTC. A time before 1970 becomes January 1, 1970.
    #[must_use]
    pub fn of(time: SystemTime) -> Self {
        let seconds = time
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let mut days = seconds / (24 * 60 * 60);
        let leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let mut year = 1970;
        // Skips whole periods of the calendar first, so that large times do not take long.
        year += 400 * (days / 146_097);
        days %= 146_097;
        while days >= 365 + u64::from(leap(year)) {
            days -= 365 + u64::from(leap(year));
            year += 1;
        }
        let mut month = 1;
        for length in [
            31,
            28 + u64::from(leap(year)),
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
        ] {
            if days < length {
                break;
            }
            days -= length;
            month += 1;
        }
        Self {
            year,
            month,
            day: days + 1,
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    reason: String,
    expires: toml::value::Datetime,
}

/// The list of accepted findings.
///
/// ```
/// use trackstar_drift::Accepted;
///
/// let text = r#"
/// [[accepted]]
/// fingerprint = "0123456789abcdef"
/// reason = "Nobody reads the field."
/// expires = 2027-01-31
/// "#;
/// assert!(Accepted::parse("accepted-drift.toml", text).is_ok());
/// let error = Accepted::parse("accepted-drift.toml", "[[accepted]]").unwrap_err();
/// assert!(error.to_string().starts_with("accepted-drift.toml: "));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    pub(crate) entries: BTreeMap<String, (String, Date)>,
}

impl Accepted {
    /// Reads the list. Errors contain `name`.
    ///
    /// # Errors
    ///
    /// Returns an error if a field is missing or unknown, a reason is empty, an expiry is not a date, or
    /// a fingerprint occurs twice.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let refuse = |what: String| Error::new(format!("{name}: {what}"));
        let file: File = toml::from_str(text).map_err(|error| {
            let text = error.message().to_owned();
            refuse(format!(
                "{text}; each [[accepted]] has `fingerprint`, `reason` and `expires`"
            ))
        })?;
        let mut entries = BTreeMap::new();
        for entry in file.accepted {
            let Entry {
                fingerprint,
                reason,
                expires,
            } = entry;
            if reason.trim().is_empty() {
                return Err(refuse(format!(
                    "{fingerprint} has an empty reason; say why it is accepted"
                )));
            }
            let Some(date) = expires.date else {
                return Err(refuse(format!(
                    "{fingerprint} expires at a time of no day; give a date"
                )));
            };
            let date = Date {
                year: date.year.into(),
                month: date.month.into(),
                day: date.day.into(),
            };
            let name = fingerprint.clone();
            if entries.insert(fingerprint, (reason, date)).is_some() {
                return Err(refuse(format!(
                    "{name} occurs twice; remove one of the two"
                )));
            }
        }
        Ok(Self { entries })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let date =
            |days: u64| Date::of(UNIX_EPOCH + Duration::from_secs(days * 86_400)).to_string();
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(364), "1970-12-31");
        assert_eq!(date(365), "1971-01-01");
        assert_eq!(date(20_781), "2026-11-24");
        assert_eq!(date(47_540), "2100-02-28");
        assert_eq!(date(47_541), "2100-03-01");
    }
}
