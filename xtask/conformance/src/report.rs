//! The report of a run for people.

use std::io::{self, Write};

use crate::mismatch::Mismatch;

/// The results of one document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) name: String,
    /// The number of operations of the document, and how many of them were called.
    pub(crate) operations: usize,
    pub(crate) called: usize,
    pub(crate) calls: usize,
    /// The number of responses that were decoded with the sent values.
    pub(crate) decoded: usize,
    pub(crate) failures: Vec<Failure>,
    /// Cases that were not tried because this tool found no valid value.
    pub(crate) skipped: Vec<String>,
}

/// A promise of the document that the client does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The method and path, or another subject.
    pub(crate) operation: String,
    pub(crate) kind: FailureKind,
    /// The attempted case.
    pub(crate) what: String,
    /// The location in the request or the response, or empty for all of it.
    pub(crate) place: String,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The document cannot be read or prepared.
    Preparation,
    /// The client does not compile.
    Build,
    /// The client lacks the operation, or has one that the document lacks.
    Absent,
    /// No valid call could be generated.
    Uncalled,
    /// The client did not make the call, or it ended.
    Call,
    /// The request differs from the intended values, or violates the document.
    Request,
    /// A response was not decoded.
    Response,
    /// The decoded value differs from the sent one.
    Value,
}

impl FailureKind {
    /// Returns advice for the failure.
    fn advice(self) -> &'static str {
        match self {
            Self::Preparation => "correct the document, or support it in openapi/src/normalize",
            Self::Build => {
                "read what `cargo xtask codegen --from FILE` makes of the place, and cure it in \
                 openapi/src/normalize or in trackstar-api/codegen"
            }
            Self::Absent => {
                "support the construct in its note in openapi/src/normalize and the generator"
            }
            Self::Uncalled => "add a valid example to the schema",
            Self::Call => "make the types accept what the document allows: openapi/src/normalize",
            Self::Request => {
                "compare the operation in `cargo xtask codegen --from FILE` with the document"
            }
            Self::Response => "make the type of the response accept it: openapi/src/normalize",
            Self::Value => "make the type of the response keep it: openapi/src/normalize",
        }
    }
}

/// Returns the failures without repetitions, each with a count.
fn distinct(failures: &[Failure]) -> Vec<(&Failure, usize)> {
    let mut distinct: Vec<(&Failure, usize)> = Vec::new();
    for one in failures {
        let same = |(other, _): &&mut (&Failure, usize)| {
            (&other.operation, other.kind, &other.place, &other.text)
                == (&one.operation, one.kind, &one.place, &one.text)
        };
        match distinct.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => distinct.push((one, 1)),
        }
    }
    distinct
}

impl Report {
    /// Adds a failure.
    pub(crate) fn fail(
        &mut self,
        operation: &str,
        kind: FailureKind,
        what: &str,
        place: &str,
        text: String,
    ) {
        self.failures.push(Failure {
            operation: operation.to_owned(),
            kind,
            what: what.to_owned(),
            place: place.to_owned(),
            text,
        });
    }

    /// Adds a failure for each mismatch.
    pub(crate) fn fail_each(
        &mut self,
        operation: &str,
        kind: FailureKind,
        what: &str,
        mismatches: Vec<Mismatch>,
    ) {
        for Mismatch { place, text } in mismatches {
            self.fail(operation, kind, what, &place, text);
        }
    }

    /// Writes the results of the document.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let one = std::slice::from_ref(self);
        writeln!(out, "{}: {}", self.name, counts(one))?;
        for (failure, count) in distinct(&self.failures) {
            let Failure {
                operation,
                kind,
                what,
                place,
                text,
            } = failure;
            let times = if count > 1 {
                format!(" ({count} times)")
            } else {
                String::new()
            };
            let place = if place.is_empty() {
                String::new()
            } else {
                format!(" at {place}")
            };
            writeln!(out, "  {operation}: {what}{place}{times}")?;
            for line in text.lines() {
                writeln!(out, "    {line}")?;
            }
            writeln!(out, "    to do: {}", kind.advice())?;
        }
        for skipped in &self.skipped {
            writeln!(out, "  not tried: {skipped}")?;
        }
        Ok(())
    }
}

/// Writes the last line about all documents.
pub(crate) fn totals(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} documents: {}", reports.len(), counts(reports))
}

fn counts(reports: &[Report]) -> String {
    let sum = |of: fn(&Report) -> usize| reports.iter().map(of).sum::<usize>();
    format!(
        "{} of {} operations called, {} calls, {} responses decoded, {} failures",
        sum(|it| it.called),
        sum(|it| it.operations),
        sum(|it| it.calls),
        sum(|it| it.decoded),
        sum(|it| distinct(&it.failures).len())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_lists_each_failure_once_with_advice() {
        let failure = |what: &str| Failure {
            operation: "GET /x".into(),
            kind: FailureKind::Value,
            what: what.into(),
            place: "/a".into(),
            text: "1 is lost".into(),
        };
        let report = Report {
            name: "a.yaml".into(),
            operations: 2,
            called: 1,
            calls: 5,
            decoded: 3,
            failures: vec![failure("200, full"), failure("200, minimal")],
            skipped: vec!["GET /y: no text".into()],
        };
        let mut text = Vec::new();
        report.write(&mut text).expect("written");
        totals(&[report.clone(), report], &mut text).expect("written");
        assert_eq!(
            String::from_utf8_lossy(&text),
            "a.yaml: 1 of 2 operations called, 5 calls, 3 responses decoded, 1 failures\n  \
             GET /x: 200, full at /a (2 times)\n    1 is lost\n    \
             to do: make the type of the response keep it: openapi/src/normalize\n  \
             not tried: GET /y: no text\n\
             2 documents: 2 of 4 operations called, 10 calls, 6 responses decoded, 2 failures\n"
        );
    }
}
