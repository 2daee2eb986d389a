//! Whether a failed operation took effect.

/// The effect of a failed operation, as far as it is known; see [`Error::effect`](crate::Error::effect).
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
    pub(super) fn and(self, other: Self) -> Self {
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
pub(super) fn means_not_done(status: u16) -> bool {
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
