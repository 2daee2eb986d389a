//! What can be wrong with what a test says to the mock.

use std::fmt;

/// What is wrong with what was given, and what to do.
///
/// ```
/// use trackstar_mock::document::Document;
///
/// let error = Document::new(serde_json::json!({"swagger": "2.0"})).unwrap_err();
/// assert!(error.to_string().contains("OpenAPI 3"), "{error}");
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
