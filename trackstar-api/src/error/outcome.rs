//! Whether a failed operation took effect.

use super::effect::{Effect, means_not_done};
use super::response::ErrorResponse;
use super::{Attempt, Error, Kind};
use crate::operation::Operation;

impl Error {
    /// Returns the effect of the operation, considering all attempts of the call.
    ///
    /// Spans, metrics, the exit code of `trackstar` and [`outcome_unknown`](Self::outcome_unknown) follow this
    /// value.
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

    /// Returns the effect of the last attempt only.
    pub(super) fn own_effect(&self) -> Effect {
        if self.0.operation.is_none_or(Operation::is_safe) {
            return Effect::NotDone;
        }
        match (&self.0.kind, self.status()) {
            (_, Some(status)) if status.is_success() && !self.is_foreign() => Effect::Reported,
            (_, Some(status)) if means_not_done(status.as_u16()) => Effect::NotDone,
            // Nothing was sent, or the server rejected the request before processing it.
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

    /// Returns true if the outcome is unknown only because of an earlier attempt.
    pub(super) fn was_open_before(&self) -> bool {
        !self.own_effect().is_open() && self.effect().is_open()
    }

    /// Returns true if this is a success that cannot come from the API.
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

    /// Returns true if the operation may have taken effect although the call failed: its
    /// [`effect`](Self::effect) is not [`NotDone`](Effect::NotDone).
    ///
    /// Returns false for GET, HEAD, OPTIONS and TRACE. For other methods, returns true unless every attempt
    /// ended in one of the first two rows of this table:
    ///
    /// | end of the attempt | outcome |
    /// | --- | --- |
    /// | nothing was sent, or an HTTP/2 server rejected it before processing it (`REFUSED_STREAM`) | not done |
    /// | 307, 308, 400 to 405, 407, 409 to 415, 417, 421 to 423, 425, 426, 428, 429, 431, 451, 501, 505, 511 | not done |
    /// | a 2xx response that cannot be decoded, lacks its body, is not documented, is cut off, or is too long | unknown |
    /// | any other status, with or without `Retry-After`: 1xx, 300 to 306, 406, 408, 499, 500, 502, 503, 504, 6xx | unknown |
    /// | no response to a request that may have reached the server | unknown |
    ///
    /// A later attempt does not determine the outcome of an earlier one: if a delete lost its response, the
    /// next attempt gets 401 or 404 because the first one succeeded. [`attempts`](Self::attempts) describes
    /// each attempt.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.effect().is_open()
    }
}
