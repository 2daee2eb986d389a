//! Whether an operation took effect even though the call failed.

/// The effect of a failed operation, as far as it is known.
///
/// See [`Error::effect`](crate::Error::effect).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The operation didn't take effect.
    ///
    /// Either it only reads data, or the request was never sent, or the server returned a status
    /// code which says that it didn't do anything.
    NotDone,
    /// The operation may or may not have taken effect.
    Unknown,
    /// The server reported success, but the response couldn't be read. In all likelihood, the
    /// operation has taken effect.
    Reported,
}

impl Effect {
    /// Combines the effects of two attempts of the same call.
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

/// Returns true if a response with this status code means that the operation didn't take effect.
///
/// Some status codes are missing here on purpose, because there are servers that also send them
/// after they've started to process a request:
///
/// - 303 and other redirects that follow a change
/// - 406, if the result can't be represented
/// - 408 and 503, if a handler or gateway runs out of time
/// - 424, if the connected system fails
pub(super) fn means_not_done(status: u16) -> bool {
    matches!(
        status,
        // The server asks us to repeat the request elsewhere (RFC 9110, 15.4.8 and 15.4.9).
        307 | 308
            // The server has rejected the request.
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
            // The server doesn't support this kind of request, or it never made it out of the
            // network.
            | 501
            | 505
            | 511
    )
}
