//! Why two documents could not be compared.

use std::fmt;

/// What stands in the way, as a lower-case fragment that says what to do.
///
/// ```
/// use serde_json::json;
/// use trackstar_drift::{Scope, compare};
///
/// let error = compare(&json!(1), &json!({"openapi": "3.1.0"}), &Scope::All).unwrap_err();
/// assert!(error.to_string().starts_with("the base: it states no version of OpenAPI"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
