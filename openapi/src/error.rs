//! Problems in documents and overlays, reported to the person who can correct them.

use std::fmt::{self, Write as _};

use crate::pointer;
use crate::position::Position;
use crate::spec::methods;

/// A problem in a document or an overlay, with its location and an instruction.
///
/// ```
/// use trackstar_openapi::{Source, parse};
///
/// let error = parse(Source { name: "api.yaml", text: "" }).unwrap_err();
/// let problem = &error.problems()[0];
/// assert_eq!(problem.file, "api.yaml");
/// assert_eq!(problem.pointer, None);
/// assert_eq!(problem.message, "the text is empty");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Name of the [`Source`](crate::Source) that contains the problem.
    pub file: String,
    /// Line and column in the file, if its text is known. For a missing value, this is the position of the
    /// closest value that contains it.
    pub position: Option<Position>,
    /// JSON pointer (RFC 6901) to the location, if the text could be parsed.
    pub pointer: Option<String>,
    /// Method and path of the operation that contains the location, such as `GET /orders`.
    ///
    /// For a location in a component, this is the first operation that uses the component.
    pub operation: Option<String>,
    /// Description of the problem, as a lower-case fragment.
    pub message: String,
    /// Instruction to correct the problem, as a lower-case fragment.
    pub advice: String,
    /// Whether this is an overlay action that the document no longer needs, because it matches nothing
    /// or changes nothing. Such an action does no harm.
    pub stale: bool,
}

impl Problem {
    pub(crate) fn new(
        file: &str,
        pointer: Option<&str>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            position: None,
            pointer: pointer.map(str::to_owned),
            operation: pointer.and_then(operation),
            message: message.into(),
            advice: advice.into(),
            stale: false,
        }
    }
}

/// Returns the operation or the webhook that contains a location, or `None` if a whole path shares the location.
fn operation(pointer: &str) -> Option<String> {
    let mut segments = pointer::segments(pointer);
    let (section, path, method) = (segments.next()?, segments.next()?, segments.next()?);
    let kind = match section.as_str() {
        "paths" => method.to_uppercase(),
        "webhooks" => "webhook".to_owned(),
        _ => return None,
    };
    methods()
        .any(|known| known == method)
        .then(|| format!("{kind} {path}"))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        f.write_str(&self.file)?;
        if let Some(position) = self.position {
            write!(f, ":{position}")?;
        }
        match self.pointer.as_deref() {
            None => {}
            // Readers would not recognize the empty pointer as the whole document.
            Some("") => f.write_str(": at the document root")?,
            Some(pointer) => write!(f, ": at {pointer}")?,
        }
        let component = self.pointer.as_deref().unwrap_or_default();
        if let Some(operation) = &self.operation
            && component.starts_with("/components/")
        {
            write!(f, " (used by {operation})")?;
        }
        write!(f, ": {}; {}", self.message, self.advice)
    }
}

/// A writer that escapes line breaks. A name must not start a new line in a log, because that line
/// could be taken for a workflow command.
struct OneLine<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(is_line_break) {
            let rest = part.trim_end_matches(is_line_break);
            self.0.write_str(rest)?;
            for line_break in part[rest.len()..].chars() {
                write!(self.0, "{}", line_break.escape_default())?;
            }
        }
        Ok(())
    }
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// All problems that a step found.
///
/// The message has one line for each problem, and can follow "failed to prepare the document: ".
///
/// ```
/// use trackstar_openapi::{Preparation, Source};
///
/// let document = Source { name: "api.json", text: r#"{"openapi": "2.0"}"# };
/// let error = Preparation::new(document).run().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "api.json:1:2: at /openapi: OpenAPI version 2.0 is not supported; \
///      use OpenAPI 3.0 or 3.1",
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Returns the problems as an error, if there are any.
    pub(crate) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self::new(problems))
        }
    }

    /// Returns the problems in document order.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::new(vec![problem])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_in_names_are_escaped() {
        let pointer = "/paths/a\n::stop-commands::x\r\n\u{2028}\u{85}b/get";
        let problem = Problem::new("f\n", Some(pointer), "no `\n::error::y`", "add it");
        assert_eq!(
            problem.to_string(),
            "f\\n: at /paths/a\\n::stop-commands::x\\r\\n\\u{2028}\\u{85}b/get: \
             no `\\n::error::y`; add it"
        );
        let error = Error::new(vec![problem.clone(), problem]);
        assert_eq!(error.to_string().lines().count(), 2);
    }

    #[test]
    fn locations_in_an_operation_have_its_name() {
        let of = |pointer: &str| Problem::new("f", Some(pointer), "m", "a").operation;
        assert_eq!(
            of("/paths/~1a~1{b}/get/responses").as_deref(),
            Some("GET /a/{b}")
        );
        assert_eq!(of("/paths/~1a/delete").as_deref(), Some("DELETE /a"));
        assert_eq!(of("/paths/~1a/parameters/0"), None);
        assert_eq!(of("/components/schemas/get"), None);
        assert_eq!(of(""), None);
    }
}
