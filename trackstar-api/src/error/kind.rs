//! The internal representation of error kinds.

use std::time::Duration;

use crate::secret::sanitize::Sanitized;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The configuration is invalid. Nothing was sent.
    Config(Sanitized),
    /// The request can't be built. Nothing was sent.
    Request(Sanitized),
    /// Failed to connect. Nothing was sent.
    Connect { timeout: bool, to: Sanitized },
    /// The connection was closed before the server processed the request.
    Unprocessed,
    /// The request may have been sent, but we didn't get a response.
    Unanswered { timeout: bool },
    /// The response started to arrive, but its body is incomplete.
    CutOff { timeout: bool },
    /// A successful response is larger than this many bytes.
    TooLong(usize),
    /// A successful response doesn't match the document, followed by a description of the mismatch.
    Decode(Misfit, Sanitized),
    /// The response doesn't indicate success.
    Refused,
    /// The call gave up waiting for the access token's rate limits. Nothing was sent. This contains
    /// how long it would have had to wait, or zero if we don't know.
    Throttled(Duration),
    /// The provider failed, so we didn't have an API key. Nothing was sent.
    NoKey { timeout: bool },
    /// The next page of a list is one that we've already read.
    RepeatedToken,
}

impl Kind {
    /// Returns a phrase that says how the attempt ended. It comes right after the status code, if
    /// any.
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

/// The reason why a successful response can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The JSON or the status code doesn't match the document.
    Document,
    /// The body isn't valid JSON.
    Syntax,
    /// The body has a content encoding that we didn't ask for.
    Encoding,
}

impl Misfit {
    /// Returns what the user can do about it.
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
