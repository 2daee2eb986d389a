//! Whether a failed operation took effect.

use super::answer::ErrorAnswer;
use super::{Attempt, Error, Kind};
use crate::operation::Operation;

/// The effect of a failed operation, as far as it is known; see [`Error::effect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The operation did not take effect: it only reads, nothing was sent, or the status code of the
    /// response means "not done".
    NotDone,
    /// The operation may have taken effect.
    Unknown,
    /// The server reported success in a form that could not be read. The operation has most likely taken
    /// effect.
    Reported,
}

impl Effect {
    /// Returns the effect of two attempts of one call.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotDone, effect) | (effect, Self::NotDone) => effect,
            (Self::Reported, _) | (_, Self::Reported) => Self::Reported,
            (Self::Unknown, Self::Unknown) => Self::Unknown,
        }
    }

    pub(super) fn is_open(self) -> bool {
        self != Self::NotDone
    }
}

/// Returns true if a response with this status means that the operation did not take effect.
///
/// The list omits statuses that some servers also send after they began to process the request: 303 and other
/// redirects after a change, 406 if the result cannot be written, 408 and 503 if a handler or a gateway ran out
/// of time, and 424 if a connected system failed.
fn means_not_done(status: u16) -> bool {
    matches!(
        status,
        // The server requests the same request elsewhere (RFC 9110, 15.4.8 and 15.4.9).
        307 | 308
            // The server rejected the request.
            | 400..=405
            | 407
            | 409..=415
            | 417
            | 421..=423
            | 425
            | 426
            | 428
            | 429
            | 431
            | 451
            // The server cannot process such a request, or the network did not forward it.
            | 501
            | 505
            | 511
    )
}

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
                | Kind::NotTaken
                | Kind::Held(_)
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
        looked_at && self.0.answer.as_ref().is_some_and(ErrorAnswer::is_foreign)
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
