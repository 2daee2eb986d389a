//! Watches the attempts of a call: for whoever wants to know what happens, and to know, when the call
//! is interrupted, whether a request may have been sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::report::Reporter;
use crate::{AfterAttempt, BeforeAttempt, Middleware};

/// What became of the requests so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    last: Arc<AtomicU8>,
    /// Whether one of them may have taken effect without anybody having heard of it.
    unheard: Arc<AtomicBool>,
}

/// What is known when a call is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Nothing,
    /// It may have taken effect.
    Perhaps,
    /// It has not taken effect.
    InVain,
    /// It has been answered as a success.
    Done,
}

// As a number that two threads may share; none is the first.
const UNDER_WAY: u8 = 1;
const FAILED: u8 = 2;
const DONE: u8 = 3;

impl Trace {
    pub(super) fn sent(&self) -> Sent {
        match self.last.load(Ordering::SeqCst) {
            DONE => Sent::Done,
            UNDER_WAY => Sent::Perhaps,
            _ if self.unheard.load(Ordering::SeqCst) => Sent::Perhaps,
            FAILED => Sent::InVain,
            _ => Sent::Nothing,
        }
    }

    fn began(&self) {
        self.last.store(UNDER_WAY, Ordering::SeqCst);
    }

    fn ended(&self, error: Option<&crate::Error>) {
        let last = if error.is_some() { FAILED } else { DONE };
        if error.is_some_and(crate::Error::outcome_unknown) {
            self.unheard.store(true, Ordering::SeqCst);
        }
        self.last.store(last, Ordering::SeqCst);
    }
}

/// Hangs on a client.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) trace: Trace,
    pub(super) reporter: Reporter,
}

impl Middleware for Watch {
    fn before(
        &self,
        attempt: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.trace.began();
        // The template of the path: what is in its place may be a customer's.
        self.reporter.detail(&format!(
            "> attempt {}: {} {}",
            attempt.number(),
            attempt.method(),
            attempt.path()
        ));
        Ok(())
    }

    fn after(&self, attempt: &AfterAttempt<'_>) {
        self.trace.ended(attempt.error());
        if !self.reporter.verbose {
            return;
        }
        let seconds = attempt.took().as_secs_f64();
        let outcome = match (attempt.status(), attempt.error()) {
            (Some(status), _) => format!("answered {status}"),
            (None, Some(error)) if error.is_connect() => "no connection".to_owned(),
            (None, Some(error)) if error.is_timeout() => "no answer in time".to_owned(),
            (None, Some(error)) if crate::error::is_not_taken(error) => {
                "not begun by the server".to_owned()
            }
            (None, _) => "no valid answer".to_owned(),
        };
        let id = attempt.request_id();
        let id = id.map_or_else(String::new, |id| format!(", request id {id}"));
        self.reporter
            .detail(&format!("< {outcome} in {seconds:.2} s{id}"));
        if let Some(wait) = attempt.again_in() {
            let wait = wait.as_secs_f64();
            self.reporter.detail(&format!("  again in {wait:.2} s"));
        }
    }
}
