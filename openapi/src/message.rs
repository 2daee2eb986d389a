//! An error that is one sentence.

use std::fmt;

/// What went wrong and what to do about it, as a fragment in lower case.
///
/// The crates that read documents without preparing them return it under the name `Error`.
///
/// ```
/// use trackstar_openapi::Message;
///
/// let error = Message::new("it states no version; give a document of OpenAPI 3.0 or 3.1");
/// assert!(error.to_string().starts_with("it states no version"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// Returns an error with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Message {}
