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
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path);
        let mut file = file.map_err(|error| wrong(&error))?;
        let mut last = BTreeMap::new();
        for line in csv::Reader::from_reader(&file).deserialize::<Line>() {
            let line = line.map_err(|error| wrong(&error))?;
            last.insert(line.customer, line.outcome);
        }
        if file.metadata()?.len() == 0 {
            file.write_all(b"customer,outcome,status,request_id,message\n")?;
        }
        Ok(Self { file, last })
    }

    pub(crate) fn outcome_of(&self, customer: &str) -> Option<Outcome> {
        self.last.get(customer).copied()
    }

    /// Writes a line that is there even when the machine goes down behind it.
    pub(crate) fn write(&mut self, line: &Line) -> Result<(), Failure> {
        let mut text = csv::WriterBuilder::new()
            .has_headers(false)
            .from_writer(Vec::new());
        text.serialize(line)?;
        self.file.write_all(&text.into_inner()?)?;
        self.file.sync_data()?;
        self.last.insert(line.customer.clone(), line.outcome);
        Ok(())
    }
}
