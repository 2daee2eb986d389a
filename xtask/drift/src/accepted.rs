//! Findings that were reviewed and accepted until a date.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use crate::Error;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<AcceptedEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedEntry {
    fingerprint: String,
    reason: String,
    expires: Datetime,
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
            let AcceptedEntry {
                fingerprint,
                reason,
                expires,
            } = entry;
            if reason.trim().is_empty() {
                return Err(refuse(format!(
                    "{fingerprint} has an empty reason; say why it is accepted"
                )));
            }
            let Some(date) = date(&expires) else {
                return Err(refuse(format!(
                    "{fingerprint} expires at a time of no day; give a date"
                )));
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

/// Returns the day of a date or a time, or `None` if it has no valid one.
fn date(at: &Datetime) -> Option<Date> {
    let date = at.date?;
    let (month, day) = (date.month.try_into().ok()?, date.day.try_into().ok()?);
    Date::new(date.year.try_into().ok()?, month, day).ok()
}
