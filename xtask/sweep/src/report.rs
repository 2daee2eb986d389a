//! What a sweep found, for a person to read.

use std::io::{self, Write};

/// What was found of one document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) name: String,
    /// Operations that the document has, and those of them that were called.
    pub(crate) operations: usize,
    pub(crate) called: usize,
    pub(crate) calls: usize,
    /// Answers that were decoded, and say what was sent.
    pub(crate) decoded: usize,
    pub(crate) shortfalls: Vec<Shortfall>,
    /// What was not tried because no valid value was found for it: a limit of this tool.
    pub(crate) skipped: Vec<String>,
}

/// Where the client falls short of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortfall {
    /// Method and path, or what else it is about.
    pub(crate) operation: String,
    pub(crate) kind: Kind,
    /// What was tried.
    pub(crate) what: String,
    /// Where in the request or the answer; empty where it is all of it.
    pub(crate) place: String,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The document cannot be read or prepared.
    Preparation,
    /// The client is not compiled.
    Build,
    /// The client lacks the operation, or has one that the document lacks.
    Absent,
    /// No valid call could be made up.
    Uncalled,
    /// The client refused to make the call, or it ended.
    Call,
    /// What arrived at the server is not what was said, or not what the document allows.
    Request,
    /// An answer was not decoded.
    Answer,
    /// The value that was decoded is not the one that was sent.
    Value,
}

impl Kind {
    /// What to do about it.
    fn advice(self) -> &'static str {
        match self {
            Self::Preparation => "mend the document, or teach openapi/src/normalize what it says",
            Self::Build => {
                "read what `cargo xtask codegen --from FILE` makes of the place, and cure it in \
                 openapi/src/normalize or in trackstar-api/codegen"
            }
            Self::Absent => "teach openapi/src/normalize and the generator what its note names",
            Self::Uncalled => "give the schema an example that is valid",
            Self::Call => "let the types take what the document allows: openapi/src/normalize",
            Self::Request => {
                "compare the operation in `cargo xtask codegen --from FILE` with the document"
            }
            Self::Answer => "let the type of the answer take it: openapi/src/normalize",
            Self::Value => "let the type of the answer keep it: openapi/src/normalize",
        }
    }
}

/// The same shortfall is shown once, with how often it was seen.
fn distinct(shortfalls: &[Shortfall]) -> Vec<(&Shortfall, usize)> {
    let mut distinct: Vec<(&Shortfall, usize)> = Vec::new();
    for one in shortfalls {
        let same = |(other, _): &&mut (&Shortfall, usize)| {
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
    /// Writes the block of the document.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "{}: {} of {} operations called, {} calls, {} answers decoded, {} shortfalls",
            self.name,
            self.called,
            self.operations,
            self.calls,
            self.decoded,
            distinct(&self.shortfalls).len()
        )?;
        for (shortfall, count) in distinct(&self.shortfalls) {
            let Shortfall {
                operation,
                kind,
                what,
                place,
                text,
            } = shortfall;
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

/// Writes the last line, over all documents.
pub(crate) fn totals(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let sum = |of: fn(&Report) -> usize| reports.iter().map(of).sum::<usize>();
    writeln!(
        out,
        "{} documents: {} of {} operations called, {} calls, {} answers decoded, {} shortfalls",
        reports.len(),
        sum(|it| it.called),
        sum(|it| it.operations),
        sum(|it| it.calls),
        sum(|it| it.decoded),
        sum(|it| distinct(&it.shortfalls).len())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_fell_short_where_and_what_to_do_once_each() {
        let shortfall = |what: &str| Shortfall {
            operation: "GET /x".into(),
            kind: Kind::Value,
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
            shortfalls: vec![shortfall("200, full"), shortfall("200, minimal")],
            skipped: vec!["GET /y: no text".into()],
        };
        let mut text = Vec::new();
        report.write(&mut text).expect("written");
        totals(&[report.clone(), report], &mut text).expect("written");
        assert_eq!(
            String::from_utf8_lossy(&text),
            "a.yaml: 1 of 2 operations called, 5 calls, 3 answers decoded, 1 shortfalls\n  \
             GET /x: 200, full at /a (2 times)\n    1 is lost\n    \
             to do: let the type of the answer keep it: openapi/src/normalize\n  \
             not tried: GET /y: no text\n\
             2 documents: 2 of 4 operations called, 10 calls, 6 answers decoded, 2 shortfalls\n"
        );
    }
}
