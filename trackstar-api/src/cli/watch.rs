//! Watches the attempts of a call: for whoever wants to know what happens, and to know, when the call
//! is interrupted, whether a request may have been sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::report::Reporter;
use crate::{AfterAttempt, BeforeAttempt, Middleware};

/// Whether one of the requests so far may have taken effect without anybody having heard of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    in_flight: Arc<AtomicBool>,
    unheard: Arc<AtomicBool>,
}

impl Trace {
    pub(super) fn may_have_been_sent(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) || self.unheard.load(Ordering::SeqCst)
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
        self.trace.in_flight.store(true, Ordering::SeqCst);
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
        self.trace.in_flight.store(false, Ordering::SeqCst);
        if attempt.error().is_some_and(crate::Error::outcome_unknown) {
            self.trace.unheard.store(true, Ordering::SeqCst);
        }
        if !self.reporter.verbose {
            return;
        }
        let seconds = attempt.took().as_secs_f64();
        let outcome = match (attempt.status(), attempt.error()) {
            (Some(status), _) => format!("answered {status}"),
            (None, Some(error)) if error.is_connect() => "no connection".to_owned(),
            (None, Some(error)) if error.is_timeout() => "no answer in time".to_owned(),
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
