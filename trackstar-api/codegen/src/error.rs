//! The error type of this crate.

use std::fmt;

use trackstar_openapi::Source;

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
    reasons: Vec<Reason>,
}

/// A reason why no client could be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// File and position in the document, if they are known.
    pub(crate) position: Option<String>,
    /// JSON pointer to the location in the document.
    pub(crate) pointer: Option<String>,
    pub(crate) message: String,
    pub(crate) advice: String,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::all(vec![Reason {
            position: None,
            pointer: None,
            message: message.into(),
            advice: advice.into(),
        }])
    }

    pub(crate) fn all(reasons: Vec<Reason>) -> Self {
        Self { reasons }
    }

    /// Adds a location in the document to each reason.
    pub(crate) fn at(mut self, pointer: &str) -> Self {
        for reason in &mut self.reasons {
            reason.pointer = Some(pointer.to_owned());
        }
        self
    }

    /// Adds the positions of the reasons in the text of the document that was prepared.
    ///
    /// ```
    /// use trackstar_build::{Settings, client};
    /// use trackstar_openapi::{Preparation, Source};
    ///
    /// let text = r##"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"},
    ///     "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {
    ///         "description": "Fine.",
    ///         "content": {"application/json": {"schema": {"allOf": [
    ///             {"type": "object", "properties": {"b": {"type": "string"}}},
    ///             {"type": "object", "properties": {"b": {"type": "integer"}}}
    ///         ]}}}
    ///     }}}}}}"##;
    /// let document = Source { name: "api.json", text };
    /// let prepared = Preparation::new(document).run()?;
    /// let error = client(&prepared, &Settings::default()).unwrap_err().within(document);
    /// assert!(error.to_string().starts_with("api.json:4:42: at /paths/~1a/get/responses/200/"), "{error}");
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    #[must_use]
    pub fn within(mut self, document: Source<'_>) -> Self {
        let positions = trackstar_openapi::positions(document).ok();
        for reason in &mut self.reasons {
            let pointer = reason.pointer.as_deref();
            let position = pointer.and_then(|at| Some(positions.as_ref()?.nearest(at)));
            reason.position = position.map(|position| format!("{}:{position}", document.name));
        }
        self
    }

    /// Creates an error for output of progenitor that the facade pass does not recognize.
    pub(crate) fn unknown_output(what: impl fmt::Display) -> Self {
        Self::new(
            format!("progenitor generated {what}, which the facade pass does not support"),
            "pin progenitor to the version in trackstar-api/codegen/Cargo.toml, or support the new shape in \
             trackstar-api/codegen/src/facade.rs",
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, reason) in self.reasons.iter().enumerate() {
            f.write_str(if index > 0 { "\n" } else { "" })?;
            if let Some(position) = &reason.position {
                write!(f, "{position}: ")?;
            }
            if let Some(pointer) = &reason.pointer {
                write!(f, "at {pointer}: ")?;
            }
            write!(f, "{}; {}", reason.message, reason.advice)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_positions_in_the_document() {
        let text = r#"{"info": {"title": "T"}}"#;
        let name = "a.json";
        let error = Error::new("it is wrong", "correct it").at("/info/title");
        assert_eq!(
            error.within(Source { name, text }).to_string(),
            "a.json:1:11: at /info/title: it is wrong; correct it"
        );
        let error = Error::new("it is wrong", "correct it").within(Source { name, text });
        assert_eq!(error.to_string(), "it is wrong; correct it");
    }
}
