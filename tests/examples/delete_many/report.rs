//! What became of each row, written down as it happens: a line before a delete is sent, and one
//! behind it. A line without its second means that nobody knows.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Failure;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// About to be sent.
    Started,
    Deleted,
    /// Nothing is known of it; it has to be looked for.
    Unknown,
    /// The API refuses it, and says why.
    Refused,
    /// It was not sent, or the API did nothing.
    Failed,
}

/// A line of the report.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) customer: String,
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<String>,
    pub(crate) message: Option<String>,
}

/// What is kept of what became of each row.
pub(crate) trait Records {
    /// What became of the row of this customer, as far as is known.
    fn outcome_of(&self, customer: &str) -> Option<Outcome>;

    /// Writes a line that is there even when the machine goes down behind it. After an error nothing
    /// more is to be written: half of the line may be there.
    fn write(&mut self, line: &Line) -> Result<(), Failure>;
}

const HEADER: &str = "customer,outcome,status,request_id,message\n";

/// A report that only grows.
pub(crate) struct Report {
    file: File,
    last: BTreeMap<String, Outcome>,
}

impl Report {
    /// Opens a report to go on with, or begins one.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let wrong =
            |error: &dyn std::fmt::Display| format!("the report {shown} cannot be used: {error}");
        mend(path).map_err(|error| wrong(&error))?;
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path);
        let mut file = file.map_err(|error| wrong(&error))?;
        let begun = file.metadata()?.len() > 0;
        let mut last = BTreeMap::new();
        let mut lines = csv::Reader::from_reader(&file);
        if begun && lines.headers()? != HEADER.trim_end().split(',').collect::<Vec<_>>() {
            return Err(wrong(&"it has other columns, so it is something else").into());
        }
        for line in lines.deserialize::<Line>() {
            let line = line.map_err(|error| wrong(&error))?;
            last.insert(line.customer, line.outcome);
        }
        if !begun {
            file.write_all(HEADER.as_bytes())?;
        }
        Ok(Self { file, last })
    }
}

impl Records for Report {
    fn outcome_of(&self, customer: &str) -> Option<Outcome> {
        self.last.get(customer).copied()
    }

    fn write(&mut self, line: &Line) -> Result<(), Failure> {
        let mut text = csv::WriterBuilder::new()
            .has_headers(false)
            .from_writer(Vec::new());
        // A line of the report is a line of the file, so that half of one can be told.
        let message = line
            .message
            .as_ref()
            .map(|it| it.replace(['\r', '\n'], " "));
        text.serialize(Line {
            message,
            customer: line.customer.clone(),
            request_id: line.request_id.clone(),
            ..*line
        })?;
        self.file.write_all(&text.into_inner()?)?;
        self.file.sync_data()?;
        self.last.insert(line.customer.clone(), line.outcome);
        Ok(())
    }
}

/// Takes away what a crash or a full disk has left of a line: what it would have said, nobody knows,
/// and the line before it says so.
fn mend(path: &Path) -> std::io::Result<()> {
    // A device has no end to read to.
    if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        return Err(std::io::Error::other("it is no file"));
    }
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let whole = text
        .iter()
        .rposition(|it| *it == b'\n')
        .map_or(0, |at| at + 1);
    // Of another file's only line nothing is taken.
    if whole < text.len() && (whole > 0 || HEADER.as_bytes().starts_with(&text)) {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
        file.sync_data()?;
    }
    Ok(())
}
