//! Observes the attempts of a call, to print details and to determine whether a request may have been sent when the
//! call is interrupted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::report::Reporter;
use trackstar_api::__rt::untyped::is_unprocessed;
use trackstar_api::{AfterAttempt, BeforeAttempt, Error, Middleware};

/// The state of the attempts so far, shared between threads.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    last: Arc<AtomicU8>,
    /// Whether an earlier attempt may have taken effect, because its outcome is unknown.
    unheard: Arc<AtomicBool>,
}

/// The known outcome of an interrupted call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Nothing,
    /// The operation may have taken effect.
    Perhaps,
    /// The operation has not taken effect.
    InVain,
    /// The server reported success.
    Done,
}

// States of the last attempt, for an `AtomicU8`. 0 means that no attempt has begun.
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

    fn ended(&self, error: Option<&Error>) {
        let last = if error.is_some() { FAILED } else { DONE };
        if error.is_some_and(Error::outcome_unknown) {
            self.unheard.store(true, Ordering::SeqCst);
        }
        self.last.store(last, Ordering::SeqCst);
    }
}

/// A middleware that records and reports attempts.
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
        // Print the path template, because path arguments may be customer data.
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
            (None, Some(error)) if is_unprocessed(error) => "not begun by the server".to_owned(),
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
