//! What is wrong with a document or an overlay, told to the person who can mend it.

use std::fmt::{self, Write as _};

use crate::pointer;
use crate::spec::methods;

/// One thing that is wrong, where it is, and what to do about it.
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
    /// The name of the [`Source`](crate::Source) that is to be mended.
    pub file: String,
    /// The JSON pointer (RFC 6901) of the place, where the text could be read at all.
    pub pointer: Option<String>,
    /// Method and path of the operation that the place belongs to, such as `GET /orders`; for a place
    /// in a component, of the first operation that reaches it.
    pub operation: Option<String>,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What to do, as a lower-case fragment.
    pub advice: String,
    /// Whether it is an overlay action that the document no longer needs: it matches nothing, or
    /// changes nothing. The document is none the worse for it.
    pub outlived: bool,
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
            pointer: pointer.map(str::to_owned),
            operation: pointer.and_then(operation),
            message: message.into(),
            advice: advice.into(),
            outlived: false,
        }
    }
}

/// The operation that a place below `/paths` belongs to; `None` for what a whole path shares.
fn operation(pointer: &str) -> Option<String> {
    let mut segments = pointer::segments(pointer);
    if segments.next()? != "paths" {
        return None;
    }
    let (path, method) = (segments.next()?, segments.next()?);
    methods()
        .any(|known| known == method)
        .then(|| format!("{} {path}", method.to_uppercase()))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        f.write_str(&self.file)?;
        match self.pointer.as_deref() {
            None => {}
            // The empty pointer is the whole document, which nobody would recognize as such.
            Some("") => f.write_str(": at the top")?,
            Some(pointer) => write!(f, ": at {pointer}")?,
        }
        let component = self.pointer.as_deref().unwrap_or_default();
        if let Some(operation) = &self.operation
            && component.starts_with("/components/")
        {
            write!(f, " ({operation} reaches it)")?;
        }
        write!(f, ": {}; {}", self.message, self.advice)
    }
}

/// Writes the line breaks of names as escapes: a name must not begin a line of a log, where it could be
/// taken for a command.
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

/// Everything that is wrong, not only the first of it.
///
/// The text is one line a problem, fit to follow "failed to prepare the document: ".
///
/// ```
/// use trackstar_openapi::{Preparation, Source};
///
/// let document = Source { name: "api.json", text: r#"{"openapi": "2.0"}"# };
/// let error = Preparation::new(document).run().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "api.json: at /openapi: version 2.0 is not supported; \
///      give a document of OpenAPI 3.0 or 3.1, or teach the lowering this version",
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

    /// All problems, in the order of the document.
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
    fn a_name_with_line_breaks_stays_in_its_line() {
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
    fn a_place_below_an_operation_names_it_and_no_other_place_does() {
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
