//! Many calls of one operation, with bounded concurrency and a journal to resume from. No outcome
//! is lost or guessed.
//!
//! [`Bulk::run`] takes a list of items. Each item has a key, which identifies it in the journal,
//! such as the id of a customer. A key must not be a credential. A closure converts an item to a
//! call.
//!
//! Before a call begins, the journal records its outcome as unknown. After the call, the journal
//! records the actual outcome. So the journal is correct at any time. If the program crashes, or if
//! the future of the run is dropped, the items in progress are unknown. The next run with the same
//! journal skips the items that are done. It does not repeat items with an unknown outcome until
//! you have investigated them and call [`repeat_unknown`](Bulk::repeat_unknown).
//!
//! ```no_run
//! use trackstar_api::bulk::{Bulk, JournalFile};
//! use trackstar_api::prelude::*;
//! use trackstar_api::{AccessToken, Client};
//!
//! # async fn example(tokens: Vec<(String, AccessToken)>) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! let mut journal = JournalFile::open("deleted.jsonl")?;
//! let summary = Bulk::new()
//!     .concurrency(16)
//!     .run(tokens, &mut journal, |token| {
//!         client.connection(token).delete_connection().send()
//!     })
//!     .await?;
//! println!("{summary}");
//! # Ok(())
//! # }
//! ```
//!
//! # Where outcomes are stored
//! - [`JournalFile`] appends to a file and syncs it, so that a crash loses nothing.
//! - [`Report`] is in memory, and can be stored with serde.
//! - Implement [`Journal`] to store them in a database.

mod file;
mod item;
mod report;
mod run;

use std::fmt;
use std::pin::Pin;

use item::BoxError;

pub use file::JournalFile;
pub use item::ItemError;
pub use report::{ItemOutcome, Journal, Record, Report};

/// Settings of a run; see the [module](self).
#[must_use = "a run does nothing until `run` is called"]
pub struct Bulk {
    concurrency: usize,
    repeat_unknown: bool,
    /// Number of unknown outcomes that end the run, and the number of recent outcomes in which they
    /// are counted.
    spike: Option<(usize, usize)>,
    stop: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Default for Bulk {
    fn default() -> Self {
        Self {
            concurrency: 16,
            repeat_unknown: false,
            spike: Some((5, 20)),
            stop: None,
        }
    }
}

impl Bulk {
    /// Creates settings with 16 concurrent calls, and a stop if 5 of the last 20 outcomes are
    /// unknown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of concurrent calls. 0 counts as 1. The client's rate limit also applies.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Repeats items whose outcome is unknown. Investigate them first, and record an item that is
    /// done in the journal with [`Journal::record`].
    pub fn repeat_unknown(mut self) -> Self {
        self.repeat_unknown = true;
        self
    }

    /// Sets how many of the last outcomes may be unknown. If `count` of the last `last` outcomes of
    /// this run are unknown, no further item begins. A `count` of 0 removes the limit.
    pub fn stop_at_unknown(mut self, count: usize, last: usize) -> Self {
        self.spike = (count > 0).then_some((count, last.max(count)));
        self
    }

    /// Begins no further items after `stop` completes. Calls in progress are finished.
    ///
    /// ```
    /// use trackstar_api::bulk::Bulk;
    ///
    /// # async fn example() {
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// let bulk = Bulk::new().stop_when(async move { drop(stopped.await) });
    /// // Elsewhere: `stop.send(())`, on Ctrl-C for example.
    /// # drop((stop, bulk));
    /// # }
    /// ```
    pub fn stop_when(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }
}

impl fmt::Debug for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("concurrency", &self.concurrency)
            .field("repeat_unknown", &self.repeat_unknown)
            .field("spike", &self.spike)
            .finish_non_exhaustive()
    }
}

/// The reason why a run ended before all items were begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stopped {
    /// The future of [`Bulk::stop_when`] completed.
    Requested,
    /// Too many outcomes were unknown ([`Bulk::stop_at_unknown`]).
    UnknownOutcomes,
    /// The journal could not be written.
    Journal,
}

/// The numbers of items by their outcome, at the end of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Number of items that this run has done.
    pub done: usize,
    /// Number of items that were already done according to the journal.
    pub done_before: usize,
    /// Number of items that did not take effect. The next run repeats them.
    pub not_done: usize,
    /// Number of items whose outcome is unknown, including those that were unknown before and were
    /// skipped.
    pub unknown: usize,
    /// Number of items that were not begun.
    pub not_begun: usize,
    /// The reason why the run ended early.
    pub stopped: Option<Stopped>,
}

impl Summary {
    /// Returns true if all items are done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.not_done + self.unknown + self.not_begun == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} done, {} done before, {} not done, {} unknown, {} not begun",
            self.done, self.done_before, self.not_done, self.unknown, self.not_begun
        )?;
        match self.stopped {
            None => Ok(()),
            Some(Stopped::Requested) => f.write_str(" (stopped on request)"),
            Some(Stopped::UnknownOutcomes) => {
                f.write_str(" (stopped, because too many outcomes are unknown)")
            }
            Some(Stopped::Journal) => {
                f.write_str(" (stopped, because the journal cannot be written)")
            }
        }
    }
}

/// The reason why a run failed.
#[derive(Debug)]
pub struct BulkError(Problem);

#[derive(Debug)]
enum Problem {
    Duplicate(String),
    Journal {
        source: BoxError,
        summary: Summary,
        unrecorded: Vec<Record>,
    },
}

impl BulkError {
    /// Returns the numbers of items by their outcome, if the run had begun.
    #[must_use]
    pub fn summary(&self) -> Option<&Summary> {
        match &self.0 {
            Problem::Duplicate(_) => None,
            Problem::Journal { summary, .. } => Some(summary),
        }
    }

    /// Returns the outcomes that could not be written to the journal, in which these items are
    /// unknown.
    #[must_use]
    pub fn unrecorded(&self) -> &[Record] {
        match &self.0 {
            Problem::Duplicate(_) => &[],
            Problem::Journal { unrecorded, .. } => unrecorded,
        }
    }
}

impl fmt::Display for BulkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Duplicate(key) => write!(
                f,
                "two items have the key {key:?}, so the journal could not tell them apart; nothing was sent"
            ),
            Problem::Journal {
                source,
                summary,
                unrecorded,
            } => write!(
                f,
                "the journal cannot be written: {source}; {summary}; outcomes that are not in the journal: {}",
                unrecorded.len()
            ),
        }
    }
}

impl std::error::Error for BulkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Problem::Duplicate(_) => None,
            Problem::Journal { source, .. } => Some(&**source),
        }
    }
}
