//! Ways in which a response can differ from the document.

use std::fmt;

use http::StatusCode;

/// A difference between a response and the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift<'a> {
    /// The status code indicates success, but the document doesn't list it.
    Status(StatusCode),
    /// The response was successful, but its body doesn't match the expected type.
    Undecodable,
    /// An enum value that the document doesn't list. This contains the name of the enum in
    /// [`types`](crate::types).
    EnumValue(&'a str),
    /// A JSON string has an unpaired surrogate. It is replaced with U+FFFD.
    LoneSurrogate,
    /// A JSON object has a duplicate key. The last value is used.
    DuplicateKey,
}

impl fmt::Display for Drift<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "undocumented status {}", status.as_u16()),
            Self::Undecodable => f.write_str("a body that does not match its type"),
            Self::EnumValue(name) => write!(f, "a new value of `{name}`"),
            Self::LoneSurrogate => f.write_str("a string with a lone surrogate"),
            Self::DuplicateKey => f.write_str("an object with a duplicate key"),
        }
    }
}
