//! Decides whether a failed attempt can be retried, and records the attempts.

use std::time::Duration;

use http::StatusCode;

use super::{Attempt, Drift, Error, GaveUp, Kind};
use crate::operation::Operation;
use crate::secret::sanitize::SanitizedError;

/// The class of a retry. This determines how much it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// The attempt failed.
    Failed,
    /// The server asked us to slow down.
    Throttled,
}

impl Error {
    /// Returns the class of retry to use, or `None` if retrying would be unsafe or pointless.
    ///
    /// A `Retry-After` header doesn't make it safe to repeat a request, because there are gateways
    /// which send a 503 with `Retry-After` when the API is too slow to respond. `assume_idempotent`
    /// does.
    pub(crate) fn retry_class(&self, assume_idempotent: bool) -> Option<RetryClass> {
        let repeatable =
            assume_idempotent || self.0.operation.is_some_and(Operation::is_idempotent);
        let status = self.status().map(|status| status.as_u16());
        let retry = match (&self.0.kind, status) {
            // This is safe for every method, since the server didn't do anything.
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

    /// Returns a record of the attempt that ended with this error.
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

    /// Returns the attempts of the call, starting with the first.
    ///
    /// This is empty if the call failed before making any attempt.
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

    /// Returns the difference from the document, if that is what this error is about.
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

    /// Returns the value for `error.type`. This is the status code if it indicates failure, and the
    /// kind of error otherwise.
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

    /// Sets the provider's error as the cause, unless there already is one.
    pub(crate) fn set_provider_error(&mut self, error: Option<SanitizedError>) {
        self.0.source = self.0.source.take().or(error);
    }

    pub(crate) fn take_attempts(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.0.attempts)
    }

    /// Sets the attempts (including the last one, which led to this error) and why there wasn't
    /// another.
    pub(crate) fn after(mut self, attempts: Vec<Attempt>, gave_up: Option<GaveUp>) -> Self {
        self.0.attempts = attempts;
        self.0.gave_up = gave_up;
        self
    }
}
