//! Keeps track of the attempts of a call.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Attempt, Error, GaveUp};

/// The attempts that have failed so far, and when the current one started.
#[derive(Debug)]
pub(super) struct AttemptLog {
    pub(super) attempts: Vec<Attempt>,
    pub(super) number: u32,
    pub(super) waited: Duration,
    pub(super) began: Instant,
}

impl AttemptLog {
    pub(super) fn new(began: Instant) -> Self {
        Self {
            attempts: Vec::new(),
            number: 0,
            waited: Duration::ZERO,
            began,
        }
    }

    /// Records that the current attempt failed.
    pub(super) fn note(&mut self, error: &Error) {
        let attempt = error.attempt(self.number, self.waited, self.began.elapsed());
        self.attempts.push(attempt);
        self.waited = Duration::ZERO;
    }

    /// Moves the recorded attempts into the error of the last one.
    pub(super) fn give_up(&mut self, error: Error, gave_up: Option<GaveUp>) -> Error {
        error.after(std::mem::take(&mut self.attempts), gave_up)
    }
}
