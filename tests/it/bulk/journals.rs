//! Journals in files, and journals that fail.

use std::fs;

use tempfile::TempDir;
use trackstar_api::bulk::{Bulk, ItemOutcome, Journal, JournalFile, Record, Stopped};

use trackstar_tests::{API_KEY, Fate};

use super::{NUMBERS, Service};
use crate::retries::good;

type JournalError = Box<dyn std::error::Error + Send + Sync>;

const HEADER: &str = "{\"journal\":\"trackstar_api::bulk\",\"version\":1}\n";

#[tokio::test(start_paused = true)]
async fn item_of_a_truncated_line_is_unknown() {
    let begun = "{\"key\":\"acme\",\"outcome\":\"unknown\"}\n";
    let done = "{\"key\":\"acme\",\"outcome\":\"done\",\"status\":200}\n";
    for (cut, expected) in [
        ("", ItemOutcome::Unknown),
        ("{\"key\":\"acme\",\"outc", ItemOutcome::Unknown),
        ("{\"key\":\"ac\u{e4}", ItemOutcome::Unknown),
        (&done[..done.len() - 1], ItemOutcome::Unknown),
        (done, ItemOutcome::Done),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut text = format!("{HEADER}{begun}{cut}").into_bytes();
        if cut.ends_with('\u{e4}') {
            // Half of a two-byte character.
            text.pop();
        }
        fs::write(&path, text).unwrap();
        let service = Service::start(|_| good()).await;
        let mut journal = JournalFile::open(&path).unwrap();
        assert_eq!(journal.outcome_of("acme"), Some(expected), "{cut}");
        let customers = ["acme", "globex"];
        service
            .run(Bulk::new(), &customers, &mut journal)
            .await
            .unwrap();
        assert_eq!(service.server.arrived(), 1, "{cut}");
        let journal = JournalFile::open(&path).unwrap();
        assert_eq!(journal.outcome_of("acme"), Some(expected), "{cut}");
        assert_eq!(
            journal.outcome_of("globex"),
            Some(ItemOutcome::Done),
            "{cut}"
        );
        let text = fs::read_to_string(&path).unwrap();
        let rest = "{\"key\":\"globex\",\"outcome\":\"unknown\"}\n\
                    {\"key\":\"globex\",\"outcome\":\"done\",\"status\":200}\n";
        let kept = if expected == ItemOutcome::Done {
            done
        } else {
            ""
        };
        assert_eq!(text, format!("{HEADER}{begun}{kept}{rest}"));
    }
}

#[test]
fn rejects_other_files_without_changing_them() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.jsonl");
    fs::write(&path, &HEADER[..9]).unwrap();
    drop(JournalFile::open(&path).unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), HEADER);
    let unknown = format!("{HEADER}{{\"key\":\"a\",\"outcome\":\"exploded\"}}\n");
    for other in ["a diary", "a,b\n1,2\n", &unknown] {
        fs::write(&path, other).unwrap();
        let error = JournalFile::open(&path).unwrap_err().to_string();
        assert!(error.contains("cannot be used"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
    JournalFile::open(folder.path()).unwrap_err();
}

/// A disk that is full after a number of records.
#[derive(Default)]
struct Full {
    room: usize,
    records: Vec<Record>,
}

impl Journal for Full {
    fn outcome_of(&self, _: &str) -> Option<ItemOutcome> {
        None
    }

    fn record(&mut self, record: &Record) -> Result<(), JournalError> {
        self.records.push(record.clone());
        if self.records.len() > self.room {
            return Err("the disk is full".into());
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn journal_failure_lets_running_calls_finish() {
    for (room, concurrency, begun) in [(0, 2, 0), (2, 2, 2), (2, 4, 2)] {
        let service = Service::start(|_| good()).await;
        let mut journal = Full {
            room,
            ..Full::default()
        };
        let bulk = Bulk::new().concurrency(concurrency);
        let error = service
            .run(bulk, &NUMBERS[..6], &mut journal)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("the disk is full"), "{error}");
        let summary = error.summary().unwrap();
        assert_eq!((summary.done, summary.not_begun), (begun, 6 - begun));
        assert_eq!(summary.stopped, Some(Stopped::Journal));
        assert_eq!(service.server.arrived(), begun);
        assert_eq!(journal.records.len(), room + 1, "nothing after the failure");
        let unrecorded = error.unrecorded();
        assert_eq!(unrecorded.len(), begun, "{unrecorded:?}");
        assert!(unrecorded.iter().all(|it| it.outcome == ItemOutcome::Done));
    }
}

#[tokio::test(start_paused = true)]
async fn journal_contains_no_credential() {
    let service = Service::start(|it| {
        let quoted = serde_json::json!({"error": it.head}).to_string();
        let head = format!(
            "HTTP/1.1 401 {}\r\nx-request-id: {API_KEY}\r\ncontent-length: {}\r\n\r\n",
            "No",
            quoted.len()
        );
        Fate::Respond((head + &quoted).into_bytes())
    });
    let service = service.await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut journal = JournalFile::open(&path).unwrap();
    service
        .run(Bulk::new(), &["acme"], &mut journal)
        .await
        .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("<redacted>"), "{text}");
    assert!(
        !text.contains(API_KEY) && !text.contains("token-of-acme"),
        "{text}"
    );
}
