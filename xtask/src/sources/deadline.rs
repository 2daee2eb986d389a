//! The time limit of a command.

use std::time::{Duration, Instant};

use anyhow::anyhow;

/// A wait that nobody lives to see, and that every clock can add up.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The moment by which everything that a command reads must have come: all pages of an index, and
/// both sources of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    allowed: Duration,
    at: Instant,
}

impl Deadline {
    /// Time that a command may take to read its sources by default.
    pub(crate) const DEFAULT: Duration = Duration::from_secs(60);

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
}
