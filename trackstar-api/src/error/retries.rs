//! Whether a failed attempt is followed by another, and the story of those that were made.

use super::{Attempt, Error, Kind};
use crate::budget::Retry;
use crate::observe::Drift;
use crate::operation::Operation;
use crate::sanitize::SanitizedError;

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
    /// The provider of the API key failed after a 401.
    Key,
}

impl Error {
    /// Returns the kind of retry that may follow, or `None` if another attempt is wrong or no help.
    ///
    /// A wait that the server asks for never makes a request repeatable: a gateway also sends 503
    /// with `Retry-After` after the API has taken too long. `assume_idempotent` makes it so.
    pub(crate) fn retry(&self, assume_idempotent: bool) -> Option<Retry> {
        let repeatable =
            assume_idempotent || self.0.operation.is_some_and(Operation::is_idempotent);
        let status = self.status().map(|status| status.as_u16());
        let retry = match (&self.0.kind, status) {
            // Nothing was done, for any method.
            (Kind::Connect { .. } | Kind::NotTaken, _) => return Some(Retry::Failed),
            (Kind::Refused | Kind::CutOff { .. }, Some(429)) => return Some(Retry::Throttled),
            (Kind::Refused | Kind::CutOff { .. }, Some(503)) if self.retry_after().is_some() => {
                Retry::Throttled
            }
            (Kind::Unanswered { .. }, _)
            | (Kind::CutOff { .. }, Some(200..300 | 502..=504))
            | (Kind::Refused, Some(502..=504)) => Retry::Failed,
            _ => return None,
        };
        repeatable.then_some(retry)
    }

    /// What became of each attempt, in their order; empty where nothing was to be sent.
    ///
    /// ```no_run
    /// # use trackstar_api::prelude::*;
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
            Kind::Decode(..) => "decode",
            _ => "request",
        }
    }

    /// Adds the error of the provider of the API key, unless the error has a cause.
    pub(crate) fn set_provider_error(&mut self, error: Option<SanitizedError>) {
        self.0.source = self.0.source.take().or(error);
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
