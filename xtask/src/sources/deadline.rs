//! The time limit of a command.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};

/// A wait that nobody lives to see, and that every clock can add up.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// A reading that is late says so itself, and what it read. That takes a moment.
const MOMENT: Duration = Duration::from_millis(500);

/// As the main thread of a process has it; documents are nested.
const STACK: usize = 8 << 20;

/// The moment by which a command must have come to its result: it has read all pages of an index, or
/// both sources of a comparison, and has worked on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    allowed: Duration,
    at: Instant,
}

impl Deadline {
    /// Time that a command may take by default.
    pub(crate) const DEFAULT: Duration = Duration::from_secs(180);

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

    /// Returns the error of a reading that was not over in time.
    pub(super) fn passed(self) -> anyhow::Error {
        anyhow!(
            "it has not answered in full within {} s; try again, or allow more with --timeout",
            self.allowed.as_secs_f64()
        )
    }

    /// Comes to a result in time.
    ///
    /// The work is done on a thread of its own, which ends with the process if it is late. So it is to
    /// leave nothing half done: what it comes to is written by whoever called.
    ///
    /// # Errors
    ///
    /// Returns the error of the work, or that it was not done in time.
    pub(crate) fn within<T: Send + 'static>(
        self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (send, done) = channel();
        let thread = std::thread::Builder::new().stack_size(STACK);
        let work = move || {
            // Nobody may be left to take it.
            let _late = send.send(work());
        };
        thread.spawn(work).context("failed to start a thread")?;
        let left = self.at.saturating_duration_since(Instant::now());
        done.recv_timeout(left.saturating_add(MOMENT))
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => anyhow!(
                    "the work on what was read was not done within {} s, and nothing was written; try \
                     again, or allow more with --timeout",
                    self.allowed.as_secs_f64()
                ),
                RecvTimeoutError::Disconnected => anyhow!("the work has failed, as is said above"),
            })?
    }
}
