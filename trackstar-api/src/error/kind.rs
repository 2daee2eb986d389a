//! The kinds of errors, with the data of each.

use std::time::Duration;

use crate::secret::sanitize::Sanitized;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An invalid configuration. Nothing was sent.
    Config(Sanitized),
    /// A request that cannot be built. Nothing was sent.
    Request(Sanitized),
    /// No connection could be made. Nothing was sent.
    Connect { timeout: bool, to: Sanitized },
    /// The connection ended before the server processed the request.
    Unprocessed,
    /// The request may have been sent, and no response arrived.
    Unanswered { timeout: bool },
    /// The response began to arrive, but its body is incomplete.
    CutOff { timeout: bool },
    /// A success whose body has more than this number of bytes.
    TooLong(usize),
    /// A success that differs from the document, and a description of the difference.
    Decode(Misfit, Sanitized),
    /// A response that is not a success.
    Refused,
    /// The rate limits of the access token left no time for the call. Nothing was sent. Contains the wait
    /// that the call would have needed, or zero if it is not known.
    Throttled(Duration),
    /// The provider of the API key failed, so there was no key. Nothing was sent.
    NoKey { timeout: bool },
    /// A list whose next page was already read.
    RepeatedToken,
}

impl Kind {
    /// Returns a fragment that describes the end of the attempt. It follows the status code, if there is one.
    pub(super) fn story(&self) -> &'static str {
        match self {
            Self::Config(_)
            | Self::Request(_)
            | Self::RepeatedToken
            | Self::Throttled(_)
            | Self::NoKey { .. } => "not sent",
            Self::Connect { timeout: true, .. } => "no connection in time",
            Self::Connect { .. } => "no connection",
            Self::Unprocessed => "not processed by the server",
            Self::Unanswered { timeout: true } => "no response in time",
            Self::Unanswered { .. } => "no valid response",
            Self::CutOff { timeout: true } => ", body incomplete in time",
            Self::CutOff { .. } => ", body cut off",
            Self::TooLong(_) => ", body too long",
            Self::Decode(..) => ", in an unknown form",
            Self::Refused => "",
        }
    }
}

/// The reason that a success cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The JSON or the status code differs from the document.
    Document,
    /// The body is not JSON.
    Syntax,
    /// The body has an encoding that the client did not request.
    Encoding,
}

impl Misfit {
    /// Returns the advice.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Document => {
                "upgrade this crate, or generate your operations from a newer document"
            }
            Self::Syntax => {
                "the server sent invalid JSON, so report it to Trackstar with the request id"
            }
            Self::Encoding => {
                "the client did not request that encoding: enable the feature `gzip` for gzip, or make the \
                 server or proxy respect `accept-encoding`"
            }
        }
    }
}
