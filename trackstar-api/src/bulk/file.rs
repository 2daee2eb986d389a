//! A journal that is stored in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::{ItemOutcome, Journal, Record, Report};
use crate::transport::BoxError;

/// The first line of every journal. We use it to tell journals from other files.
const HEADER: &str = "{\"journal\":\"trackstar_api::bulk\",\"version\":1}\n";

/// A journal that is stored in a file.
///
/// The file contains a line of JSON for each record, and is only ever appended to. Records are
/// synced to disk, which blocks the task that polls the run. Only one run may use a file at a time.
///
/// A crash can leave an incomplete line at the end of the file. When you open it again, the line is
/// removed. Its item is unknown, because that is what the previous record for it says.
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
    /// Opens a journal. If the file doesn't exist, it is created.
    ///
    /// # Errors
    ///
    /// This returns an error if the file can't be read or written. It also returns an error if the
    /// file isn't a journal, and leaves it alone in that case.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // We'd never get to the end of a device.
        if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) {
            return Err(wrong(path, "it is not a regular file"));
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // The incomplete line may end in the middle of a character.
        let complete = text
            .iter()
            .rposition(|it| *it == b'\n')
            .map_or(0, |at| at + 1);
        let mut report = Report::default();
        if complete == 0 {
            if !HEADER.as_bytes().starts_with(&text) {
                return Err(wrong(
                    path,
                    "it does not start with the header of a journal",
                ));
            }
            file.set_len(0)?;
            file.write_all(HEADER.as_bytes())?;
            file.sync_all()?;
            return Ok(Self { file, report });
        }
        let Some(lines) = text[..complete].strip_prefix(HEADER.as_bytes()) else {
            return Err(wrong(
                path,
                "it does not start with the header of a journal",
            ));
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

    /// Returns the latest record for each item, sorted by key.
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
