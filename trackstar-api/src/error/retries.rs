//! Decides whether another attempt may follow a failed one, and keeps the list of attempts.

use http::StatusCode;

use super::{Attempt, Error, Kind};
use crate::budget::Retry;
use crate::observe::Drift;
use crate::operation::Operation;
use crate::sanitize::SanitizedError;

/// The reason that no attempt followed a failure that allows one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// All attempts of the policy have been made.
    Attempts,
    /// No time was left.
    Time,
    /// The server requested a longer wait than the policy allows.
    RetryAfter,
    /// The retry budget of the connection is spent.
    Budget,
    /// The body was a stream, which cannot be sent again.
    Stream,
    /// The provider of the API key failed after a 401.
    Key,
}

impl Error {
    /// Returns the kind of retry that may follow, or `None` if another attempt would be unsafe or useless.
    ///
    /// A `Retry-After` header does not make a request repeatable, because a gateway also sends 503 with
    /// `Retry-After` after the API took too long. `assume_idempotent` makes it repeatable.
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

    /// Returns the attempts in order. The slice is empty if the call failed before its first attempt.
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

    /// Returns the difference from the document, if the error is one.
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

    /// Returns the value of `error.type`: the status if it is not a success, otherwise the kind of error.
    pub(crate) fn type_name<'a>(&self, status: Option<&'a StatusCode>) -> &'a str {
        if let Some(status) = status.filter(|status| !status.is_success()) {
            return status.as_str();
        }
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

    /// Removes and returns the attempts.
    pub(crate) fn take_attempts(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.0.attempts)
    }

    /// Sets the attempts, the last of which is this error's, and the reason that no attempt followed.
    pub(crate) fn after(mut self, attempts: Vec<Attempt>, gave_up: Option<GaveUp>) -> Self {
        self.0.attempts = attempts;
        self.0.gave_up = gave_up;
        self
    }
}
