//! Differences between responses and the document.

use std::fmt;

use http::StatusCode;

/// A difference between a response and the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift<'a> {
    /// A success with a status code that is not documented.
    Status(StatusCode),
    /// A success whose body does not match its type.
    Undecodable,
    /// An undocumented value of an enum, with the name of the enum in [`types`](crate::types).
    EnumValue(&'a str),
    /// A JSON string with an unpaired surrogate, which is read as U+FFFD.
    LoneSurrogate,
    /// A JSON object with a duplicate name, of which the last value is used.
    DuplicateKey,
}

impl fmt::Display for Drift<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "undocumented status {}", status.as_u16()),
            Self::Undecodable => f.write_str("a body that does not fit its type"),
            Self::EnumValue(name) => write!(f, "a new value of `{name}`"),
            Self::LoneSurrogate => f.write_str("a text with half of a surrogate pair"),
            Self::DuplicateKey => f.write_str("an object with several members of one name"),
        }
    }
}
