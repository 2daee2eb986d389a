//! Determines whether a failed operation took effect.

use super::effect::{Effect, means_not_done};
use super::response::ErrorResponse;
use super::{Attempt, Error, Kind};
use crate::operation::Operation;

impl Error {
    /// Returns what is known about the effect of the operation, taking all attempts into account.
    ///
    /// This is also what spans, metrics and the exit code of the `trackstar` program are based on.
    /// See [`outcome_unknown`](Self::outcome_unknown) for a simpler check.
    ///
    /// ```no_run
    /// use trackstar_api::prelude::*;
    /// use trackstar_api::Effect;
    ///
    /// # async fn example(connection: &trackstar_api::Connection) {
    /// if let Err(error) = connection.delete_connection().send().await {
    ///     match error.effect() {
    ///         Effect::NotDone => println!("it can be sent again: {error}"),
    ///         Effect::Reported => println!("most likely deleted: {error}"),
    ///         _ => println!("check before you repeat it: {error}"),
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn effect(&self) -> Effect {
        let attempts = self.0.attempts.iter().map(Attempt::effect);
        attempts.fold(self.own_effect(), Effect::and)
    }

    /// Returns the effect of the last attempt, ignoring any earlier ones.
    pub(super) fn own_effect(&self) -> Effect {
        if self.0.operation.is_none_or(Operation::is_safe) {
            return Effect::NotDone;
        }
        match (&self.0.kind, self.status()) {
            (_, Some(status)) if status.is_success() && !self.is_foreign() => Effect::Reported,
            (_, Some(status)) if means_not_done(status.as_u16()) => Effect::NotDone,
            // Either nothing was sent, or the server refused to process the request.
            (
                Kind::Config(_)
                | Kind::Request(_)
                | Kind::Connect { .. }
                | Kind::Unprocessed
                | Kind::Throttled(_)
                | Kind::NoKey { .. }
                | Kind::RepeatedToken,
                None,
            ) => Effect::NotDone,
            _ => Effect::Unknown,
        }
    }

    /// Returns true if only an earlier attempt makes the outcome unknown.
    pub(super) fn was_open_before(&self) -> bool {
        !self.own_effect().is_open() && self.effect().is_open()
    }

    /// Returns true if this is a successful response that can't have come from the API.
    pub(super) fn is_foreign(&self) -> bool {
        let looked_at = matches!(
            self.0.kind,
            Kind::Decode(..) | Kind::CutOff { .. } | Kind::TooLong(_)
        );
        looked_at
            && self
                .0
                .response
                .as_ref()
                .is_some_and(ErrorResponse::is_foreign)
    }

    /// Returns true if the operation may have taken effect even though the call failed.
    ///
    /// In other words, this is true if [`effect`](Self::effect) isn't [`NotDone`](Effect::NotDone).
    /// For GET, HEAD, OPTIONS and TRACE, it is always false. For other methods, it is true unless
    /// every attempt ended in one of the first two ways in this table:
    ///
    /// | how the attempt ended | outcome |
    /// | --- | --- |
    /// | nothing was sent, or an HTTP/2 server refused to process the request (`REFUSED_STREAM`) | not done |
    /// | 307, 308, 400 to 405, 407, 409 to 415, 417, 421 to 423, 425, 426, 428, 429, 431, 451, 501, 505, 511 | not done |
    /// | a 2xx response that can't be decoded, lacks its body, isn't documented, is cut off, or is too long | unknown |
    /// | any other status, with or without `Retry-After`: 1xx, 300 to 306, 406, 408, 499, 500, 502, 503, 504, 6xx | unknown |
    /// | no response to a request that may have reached the server | unknown |
    ///
    /// Note that the last attempt doesn't tell you what happened to an earlier one. For example,
    /// when a delete succeeds but its response gets lost, the next attempt fails with a 401 or 404.
    /// Use [`attempts`](Self::attempts) to look at each attempt.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.effect().is_open()
    }
}
