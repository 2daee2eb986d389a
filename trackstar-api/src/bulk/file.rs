//! A journal in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::{BoxError, ItemOutcome, Journal, Record, Report};

/// The first line, which distinguishes a journal from other files.
const HEADER: &str = "{\"journal\":\"trackstar_api::bulk\",\"version\":1}\n";

/// A journal in an append-only file, with a line of JSON for each record. Before a call begins, its
/// record is on the disk.
///
/// After a crash, the last line may be incomplete. It is removed when the file is opened, and
/// according to the line before it, the item is unknown. Only one run at a time may use a file.
/// Recording waits for the disk, on the task of the run.
///
/// ```
/// use trackstar_api::bulk::{ItemOutcome, Journal, JournalFile, Record};
///
/// # let folder = std::env::temp_dir().join(format!("journal-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("deleted.jsonl");
/// # drop(std::fs::remove_file(&path));
/// let mut journal = JournalFile::open(&path)?;
/// journal.record(&Record::new("customer-7", ItemOutcome::Done))?;
/// let journal = JournalFile::open(&path)?;
/// assert_eq!(journal.outcome_of("customer-7"), Some(ItemOutcome::Done));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Debug)]
pub struct JournalFile {
    file: File,
    report: Report,
}

impl JournalFile {
    /// Opens a journal, or creates it.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read and written, or if it is not a journal. Such a
    /// file is not modified.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // Reading a device never ends.
        if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) {
            return Err(wrong(path, "it is not a regular file"));
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // The rest may end within a character.
        let complete = text
            .iter()
            .rposition(|it| *it == b'\n')
            .map_or(0, |at| at + 1);
        let mut report = Report::default();
        if complete == 0 {
            if !HEADER.as_bytes().starts_with(&text) {
                return Err(wrong(path, "its first line is not that of a journal"));
            }
            file.set_len(0)?;
            file.write_all(HEADER.as_bytes())?;
            file.sync_all()?;
            return Ok(Self { file, report });
        }
        let Some(lines) = text[..complete].strip_prefix(HEADER.as_bytes()) else {
            return Err(wrong(path, "its first line is not that of a journal"));
        };
        for (line, number) in lines.split_inclusive(|it| *it == b'\n').zip(2..) {
            let record: Record = serde_json::from_slice(line)
                .map_err(|error| wrong(path, &format!("line {number}: {error}")))?;
            report.insert(record);
        }
        if complete < text.len() {
            file.set_len(complete.try_into().unwrap_or(u64::MAX))?;
            file.sync_all()?;
        }
        Ok(Self { file, report })
    }

    /// Returns the last record of each item, in key order.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.report.records()
    }
}

fn wrong(path: &Path, problem: &str) -> io::Error {
    let path = path.display();
    let text = format!("the journal {path} cannot be used: {problem}");
    io::Error::new(io::ErrorKind::InvalidData, text)
}

impl Journal for JournalFile {
    fn outcome_of(&self, key: &str) -> Option<ItemOutcome> {
        self.report.outcome_of(key)
    }

    fn record(&mut self, record: &Record) -> Result<(), BoxError> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.report.insert(record.clone());
        Ok(())
    }
}
