//! The error type of this crate.

use std::fmt;

/// An error that prevented the generation of a client.
///
/// `Display` writes one line per reason. Each line ends with advice.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = serde_json::json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
/// let prepared = trackstar_openapi::Preparation::of(document).run()?;
/// let source: Result<String, trackstar_build::Error> =
///     trackstar_build::client(&prepared, &Default::default());
/// let source = source.map_err(|error| format!("no client could be generated: {error}"))?;
/// assert!(source.contains("pub mod types"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Pairs of a message and advice.
    reasons: Vec<(String, String)>,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::all(vec![(message.into(), advice.into())])
    }

    /// Creates an error from several reasons, each with advice.
    pub(crate) fn all(reasons: Vec<(String, String)>) -> Self {
        Self { reasons }
    }

    /// Prepends the location in the document to each message.
    pub(crate) fn at(mut self, place: &str) -> Self {
        for (message, _) in &mut self.reasons {
            message.insert_str(0, &format!("at {place}: "));
        }
        self
    }

    /// Creates an error for output of progenitor that the facade pass does not recognize.
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
        for (index, (message, advice)) in self.reasons.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(f, "{end}{message}; {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
