//! Watches the attempts of a call. We use this to print details and, if the call is interrupted, to
//! find out whether anything may have been sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::report::Reporter;
use trackstar_api::__rt::untyped::is_unprocessed;
use trackstar_api::{AfterAttempt, BeforeAttempt, Error, Middleware};

/// The state of the attempts so far. It's shared between threads.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    last: Arc<AtomicU8>,
    /// Whether an earlier attempt may have taken effect.
    unheard: Arc<AtomicBool>,
}

/// The outcome of a call that was interrupted, as far as we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Nothing,
    /// The operation may or may not have taken effect.
    Perhaps,
    /// The operation hasn't taken effect.
    InVain,
    /// The server reported success.
    Done,
}

// The states of the last attempt, stored in an `AtomicU8`. If there wasn't an attempt yet, it's 0.
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

/// Middleware that keeps track of attempts and reports them.
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
        // We print the path template because the path might contain a customer's data.
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
            (Some(status), _) => format!("status {status}"),
            (None, Some(error)) if error.is_connect() => "no connection".to_owned(),
            (None, Some(error)) if error.is_timeout() => "no response in time".to_owned(),
            (None, Some(error)) if is_unprocessed(error) => "not processed by the \
                 server"
                .to_owned(),
            (None, _) => "no valid response".to_owned(),
        };
        let id = attempt.request_id();
        let id = id.map_or_else(String::new, |id| format!(", request id {id}"));
        self.reporter
            .detail(&format!("< {outcome} in {seconds:.2} s{id}"));
        if let Some(wait) = attempt.again_in() {
            let wait = wait.as_secs_f64();
            self.reporter.detail(&format!("  retrying in {wait:.2} s"));
        }
    }
}
