//! The one error of this crate.

use std::fmt;

/// Why no client could be generated. `Display` is one sentence that says what to do.
///
/// ```
/// let error = trackstar_codegen::generate(&serde_json::json!({}), &Default::default()).unwrap_err();
/// assert!(error.to_string().contains("not OpenAPI 3.0"), "{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    advice: String,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            advice: advice.into(),
        }
    }

    /// The error for output of progenitor that the facade pass has never seen.
    pub(crate) fn unknown_output(what: impl fmt::Display) -> Self {
        Self::new(
            format!("progenitor generated {what}, which the facade pass does not know"),
            "pin progenitor to the version in trackstar-api/codegen/Cargo.toml, or teach \
             trackstar-api/codegen/src/facade.rs the new shape",
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.advice)
    }
}

impl std::error::Error for Error {}
