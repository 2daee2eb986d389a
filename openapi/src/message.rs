//! An error that consists of a message.

use std::fmt;

/// A lower-case message with the problem and the solution.
///
/// Crates that read documents without preparing them re-export this type as `Error`.
///
/// ```
/// use trackstar_openapi::Message;
///
/// let error = Message::new("the document has no version; use a document of OpenAPI 3.0 or 3.1");
/// assert!(error.to_string().starts_with("the document has no version"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// Returns an error with this message.
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
