//! Decides whether another attempt may follow a failed one, and keeps the list of attempts.

use std::time::Duration;

use http::StatusCode;

use super::{Attempt, Drift, Error, GaveUp, Kind};
use crate::operation::Operation;
use crate::secret::sanitize::SanitizedError;

/// The kind of a retry, which determines its cost to the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// An attempt failed.
    Failed,
    /// The server requested a wait.
    Throttled,
}

impl Error {
    /// Returns the kind of retry that may follow, or `None` if another attempt would be unsafe or useless.
    ///
    /// A `Retry-After` header does not make a request repeatable, because a gateway also sends 503 with
    /// `Retry-After` after the API took too long. `assume_idempotent` makes it repeatable.
    pub(crate) fn retry_class(&self, assume_idempotent: bool) -> Option<RetryClass> {
        let repeatable =
            assume_idempotent || self.0.operation.is_some_and(Operation::is_idempotent);
        let status = self.status().map(|status| status.as_u16());
        let retry = match (&self.0.kind, status) {
            // Nothing was done, for any method.
            (Kind::Connect { .. } | Kind::Unprocessed, _) => return Some(RetryClass::Failed),
            (Kind::Refused | Kind::CutOff { .. }, Some(429)) => return Some(RetryClass::Throttled),
            (Kind::Refused | Kind::CutOff { .. }, Some(503)) if self.retry_after().is_some() => {
                RetryClass::Throttled
            }
            (Kind::Unanswered { .. }, _)
            | (Kind::CutOff { .. }, Some(200..300 | 502..=504))
            | (Kind::Refused, Some(502..=504)) => RetryClass::Failed,
            _ => return None,
        };
        repeatable.then_some(retry)
    }

    /// Returns the attempt that this error ended.
    pub(crate) fn attempt(&self, number: u32, waited: Duration, took: Duration) -> Attempt {
        let response = self.0.response.as_ref();
        Attempt {
            number,
            waited,
            took,
            status: self.status(),
            request_id: response.and_then(|response| response.request_id.clone()),
            story: self.0.kind.story(),
            effect: self.own_effect(),
        }
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
            Kind::Unprocessed | Kind::Unanswered { .. } | Kind::CutOff { .. } => "interrupted",
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
