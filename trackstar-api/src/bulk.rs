//! Run an operation for many items, and pick up where you left off if something goes wrong.
//!
//! To get started, create a [`Bulk`] and pass a list of items to [`Bulk::run`], along with a
//! closure that turns an item into a call. Calls run concurrently, up to a limit. Every item has a
//! key that identifies it, such as a customer id. Keys end up in the journal, so you shouldn't use
//! a credential.
//!
//! # How the journal works
//!
//! Before a call is started, its outcome is recorded as unknown. The actual outcome is recorded
//! once the call has completed. As a result, the journal is always correct, even if the program
//! crashes or you drop the future. Whatever was in progress at that time is simply unknown.
//!
//! When you run the same list again with the same journal, items that are already done are skipped.
//! Note that items with an unknown outcome aren't repeated automatically. You'll want to look into
//! them first and then call [`repeat_unknown`](Bulk::repeat_unknown).
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
//! There are several places where a journal can be stored:
//!
//! - [`JournalFile`] appends to a file and syncs it to disk, so nothing is lost in a crash.
//! - [`Report`] is kept in memory. You can use serde to store it yourself.
//! - If you need something else, such as a database, implement [`Journal`].

mod file;
mod item;
mod report;
mod run;

use std::fmt;
use std::pin::Pin;

pub use file::JournalFile;
pub use item::ItemError;
pub use report::{ItemOutcome, Journal, Record, Report};

/// Configures a run. See the [module documentation](self) for an example.
#[must_use = "this does nothing unless `run` is called"]
pub struct Bulk {
    concurrency: usize,
    repeat_unknown: bool,
    /// The number of unknown outcomes that stops the run, and the number of recent outcomes to
    /// consider.
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
    /// Creates a `Bulk` with the default settings.
    ///
    /// By default, there are up to 16 calls at a time, and the run stops if 5 of the last 20
    /// outcomes are unknown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the maximum number of calls that run at the same time. Zero is treated as one.
    ///
    /// The client's rate limits apply as well.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Repeats items whose outcome is unknown.
    ///
    /// Please look into them first. If it turns out that an item is done, you can update the
    /// journal with [`Journal::record`].
    pub fn repeat_unknown(mut self) -> Self {
        self.repeat_unknown = true;
        self
    }

    /// Stops the run if `count` of the last `last` outcomes are unknown.
    ///
    /// This means that no new items are started. Only outcomes of the current run are taken into
    /// account. Pass a `count` of 0 to disable this.
    pub fn stop_at_unknown(mut self, count: usize, last: usize) -> Self {
        self.spike = (count > 0).then_some((count, last.max(count)));
        self
    }

    /// Stops the run once `stop` completes.
    ///
    /// Calls that are already in progress run to completion, but no new items are started. This is
    /// useful for a graceful shutdown, for example.
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

/// The reason why a run has stopped early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stopped {
    /// The future passed to [`Bulk::stop_when`] has completed.
    Requested,
    /// There were too many unknown outcomes (see [`Bulk::stop_at_unknown`]).
    UnknownOutcomes,
    /// The journal failed to record an outcome.
    Journal,
}

/// The result of a run, with the number of items for each outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The number of items that were completed by this run.
    pub done: usize,
    /// The number of items that were already done, according to the journal.
    pub done_before: usize,
    /// The number of items that failed without taking effect. They will be repeated by the next
    /// run.
    pub not_done: usize,
    /// The number of items with an unknown outcome. This includes items that were skipped because
    /// their outcome was already unknown.
    pub unknown: usize,
    /// The number of items that weren't started.
    pub not_begun: usize,
    /// The reason why the run has stopped early, if it did.
    pub stopped: Option<Stopped>,
}

impl Summary {
    /// Returns true if every item is done.
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

/// The error returned when a run fails.
#[derive(Debug)]
pub struct BulkError(Problem);

#[derive(Debug)]
enum Problem {
    Duplicate(String),
    Journal {
        source: crate::transport::BoxError,
        summary: Summary,
        unrecorded: Vec<Record>,
    },
}

impl BulkError {
    /// Returns the summary of the run, provided that it got started.
    #[must_use]
    pub fn summary(&self) -> Option<&Summary> {
        match &self.0 {
            Problem::Duplicate(_) => None,
            Problem::Journal { summary, .. } => Some(summary),
        }
    }

    /// Returns outcomes that couldn't be recorded. The journal still lists these items as unknown.
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
                "failed to write the journal: {source}; {summary}; outcomes that are missing from it: {}",
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
