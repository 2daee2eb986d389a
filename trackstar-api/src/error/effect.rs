//! What an error means for what comes next: may the call be tried again, and has it taken effect?

use super::answer::ErrorAnswer;
use super::{Attempt, Error, Kind};
use crate::budget::Retry;
use crate::observe::Drift;
use crate::operation::Operation;

/// Why a call that could be tried again was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// All attempts of the policy have been made.
    Attempts,
    /// There was no time left for another.
    Time,
    /// The server asks to wait for longer than the policy allows.
    RetryAfter,
    /// The connection has spent its budget.
    Budget,
    /// The body was a stream, and is gone.
    Stream,
}

impl Error {
    /// What another attempt would be for; `None` where it would be wrong or no help.
    pub(crate) fn retry(&self) -> Option<Retry> {
        let repeatable = self.0.operation.is_some_and(Operation::is_idempotent);
        let failed = repeatable.then_some(Retry::Failed);
        match (&self.0.kind, self.status().map(|status| status.as_u16())) {
            // Nothing was done.
            (Kind::Connect { .. } | Kind::NotTaken, _) => Some(Retry::Failed),
            // The server says that it did nothing.
            (Kind::Refused | Kind::CutOff { .. }, Some(429)) => Some(Retry::Throttled),
            (Kind::Refused | Kind::CutOff { .. }, Some(503)) if self.retry_after().is_some() => {
                Some(Retry::Throttled)
            }
            (Kind::Unanswered { .. }, _)
            | (Kind::CutOff { .. }, Some(200..300 | 502..=504))
            | (Kind::Refused, Some(502..=504)) => failed,
            _ => None,
        }
    }

    /// Whether this attempt, taken alone, may have taken effect.
    pub(super) fn is_ambiguous(&self) -> bool {
        if self.0.operation.is_none_or(Operation::is_safe) {
            return false;
        }
        match self.status().map(|status| status.as_u16()) {
            None => matches!(self.0.kind, Kind::Unanswered { .. }),
            // It has, in all likelihood; but nobody heard the end of it.
            Some(200..300) if matches!(self.0.kind, Kind::CutOff { .. }) => true,
            Some(200..300) => self.is_foreign(),
            // It points to where one learns what came of it (RFC 9110, 15.4.4).
            Some(303) => true,
            // With `Retry-After` the server says that it did nothing.
            Some(503) => self.retry_after().is_none(),
            // These say that the server did not begin; all others, a gateway's own among them, not.
            Some(501 | 505 | 511) => false,
            Some(status) => (500..600).contains(&status),
        }
    }

    /// Whether an attempt before the last may have taken effect, and the last does not tell.
    pub(super) fn was_ambiguous_before(&self) -> bool {
        let told = self.status().is_some_and(|status| status.is_success()) && !self.is_foreign();
        let before = self.0.attempts.split_last();
        !told && before.is_some_and(|(_, before)| before.iter().any(Attempt::outcome_unknown))
    }

    /// Whether it is a success that does not look like the API's, and tells nothing.
    fn is_foreign(&self) -> bool {
        let looked_at = matches!(
            self.0.kind,
            Kind::Decode(_) | Kind::CutOff { .. } | Kind::TooLong(_)
        );
        looked_at && self.0.answer.as_ref().is_some_and(ErrorAnswer::is_foreign)
    }

    /// Whether the operation may have taken effect although it failed: it is not one that only
    /// reads, and for one of its attempts either no status came back for a request that may have
    /// reached the server, or one that says that something failed on the way (500, 502, 504, and
    /// 503 without `Retry-After`), or a 303, or a success that does not look like the API's at all (a
    /// page of HTML).
    ///
    /// Whatever a later attempt says then, it does not tell what became of the earlier one: after a
    /// delete that got no answer, 401 and 404 are what a delete leaves behind. [`attempts`] has the
    /// story of each.
    ///
    /// [`attempts`]: Self::attempts
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        // A success whose body was cut off is one.
        let told = self.status().is_some_and(|status| status.is_success())
            && matches!(self.0.kind, Kind::CutOff { .. })
            && !self.is_foreign();
        (self.is_ambiguous() && !told) || self.was_ambiguous_before()
    }

    /// What became of each attempt, in their order; empty where nothing was to be sent.
    ///
    /// ```no_run
    /// # async fn example(connection: &trackstar_api::Connection) {
    /// if let Err(error) = connection.delete_connection().send().await {
    ///     for attempt in error.attempts() {
    ///         println!("{attempt}, after waiting for {:?}", attempt.waited());
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// What of it the document does not promise.
    pub(crate) fn drift(&self) -> Option<Drift<'static>> {
        let (status, operation) = (self.status()?, self.0.operation?);
        if !self.is_decode() {
            None
        } else if operation.promises(status) {
            Some(Drift::Undecodable)
        } else {
            Some(Drift::Status(status))
        }
    }

    /// The kind of error, for whoever counts them.
    #[cfg(feature = "tracing")]
    pub(crate) fn name(&self) -> &'static str {
        match self.0.kind {
            _ if self.is_timeout() => "timeout",
            Kind::Connect { .. } => "connect",
            Kind::NotTaken | Kind::Unanswered { .. } | Kind::CutOff { .. } => "interrupted",
            Kind::TooLong(_) => "too_long",
            Kind::Decode(_) => "decode",
            _ => "request",
        }
    }

    /// What [`after`](Self::after) was told, for the next one to tell.
    pub(crate) fn take_attempts(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.0.attempts)
    }

    /// Tells of all attempts, this one's last, and why there is no other.
    pub(crate) fn after(mut self, attempts: Vec<Attempt>, gave_up: Option<GaveUp>) -> Self {
        self.0.attempts = attempts;
        self.0.gave_up = gave_up;
        self
    }
}
