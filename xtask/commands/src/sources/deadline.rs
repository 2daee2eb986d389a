//! The time limit of a command.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};

/// A duration longer than any command that every clock can add.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// Extra time for a late reader to report its own error with the name of the source.
const MOMENT: Duration = Duration::from_millis(500);

/// The stack size of a main thread, because documents are nested.
const STACK: usize = 8 << 20;

/// The time by which a command must be done: it has read all pages of an index, or both sources of a
/// comparison, and has processed them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    allowed: Duration,
    at: Instant,
}

impl Deadline {
    /// Returns the deadline of a command that begins now.
    pub(crate) fn after(allowed: Duration) -> Self {
        Self {
            allowed,
            at: Instant::now() + allowed.min(FOREVER),
        }
    }

    /// Returns the time that is left.
    ///
    /// # Errors
    ///
    /// Returns an error if none is left.
    pub(super) fn left(self) -> anyhow::Result<Duration> {
        let left = self.at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.passed());
        }
        Ok(left)
    }

    /// Returns the error of a reader that exceeded the deadline.
    pub(super) fn passed(self) -> anyhow::Error {
        anyhow!(
            "it did not respond completely within {} s; try again, or allow more with --timeout",
            self.allowed.as_secs_f64()
        )
    }

    /// Runs work and returns its result if it is done in time.
    ///
    /// The work runs on a separate thread, which ends with the process if it is late. It must therefore
    /// not write files. The caller writes the result.
    ///
    /// # Errors
    ///
    /// Returns the error of the work, or an error if the deadline passes.
    pub(crate) fn within<T: Send + 'static>(
        self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (send, done) = channel();
        let thread = std::thread::Builder::new().stack_size(STACK);
        let work = move || {
            // The receiver is gone if the deadline has passed.
            let _late = send.send(work());
        };
        thread.spawn(work).context("failed to start a thread")?;
        let left = self.at.saturating_duration_since(Instant::now());
        done.recv_timeout(left.saturating_add(MOMENT))
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => anyhow!(
                    "processing what was read took longer than {} s, and nothing was written; try \
                     again, or allow more with --timeout",
                    self.allowed.as_secs_f64()
                ),
                RecvTimeoutError::Disconnected => {
                    anyhow!("the work failed with the messages above")
                }
            })?
    }
}
