//! The category of an error, for code that matches on it.

use super::{Error, Kind};

/// The category of an [`Error`]; see [`Error::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operation may have taken effect ([`Error::outcome_unknown`]). Find out before you repeat it.
    OutcomeUnknown,
    /// The client is not configured correctly. Nothing was sent.
    Config,
    /// The request is incomplete, invalid or not allowed on this connection. The last attempt was not sent.
    InvalidRequest,
    /// No connection could be made ([`Error::is_connect`]).
    Connect,
    /// A timeout passed after the request was sent ([`Error::is_timeout`]).
    Timeout,
    /// The client's own rate limit left no time for the call. The last attempt was not sent.
    Throttled,
    /// The provider of the API key failed or took too long. The last attempt was not sent.
    ApiKeyProvider,
    /// The connection broke, or an HTTP/2 server rejected the request before processing it
    /// ([`Error::is_interrupted`]).
    Interrupted,
    /// Status 401 ([`Error::is_unauthorized`]).
    Unauthorized,
    /// Status 403 ([`Error::is_forbidden`]).
    Forbidden,
    /// Status 404 ([`Error::is_not_found`]).
    NotFound,
    /// Status 422 ([`Error::is_validation`]).
    Validation,
    /// Status 429 ([`Error::is_rate_limited`]).
    RateLimited,
    /// Status 501 ([`Error::is_not_supported`]).
    NotSupported,
    /// Another status that is not a success ([`Error::status`]).
    Status,
    /// The response differs from the document ([`Error::is_decode`]).
    Decode,
    /// The response body exceeds the size limit ([`Error::is_too_long`]).
    TooLong,
    /// A list returned a page token that it returned before.
    RepeatedPageToken,
}

impl Error {
    /// Returns the category of the error.
    ///
    /// [`ErrorKind::OutcomeUnknown`] takes precedence over all others: after a delete without a response,
    /// a status of 401 is no reason to look for another token. The predicates, such as
    /// [`is_unauthorized`](Self::is_unauthorized), describe the last attempt in any case.
    ///
    /// ```no_run
    /// use trackstar_api::prelude::*;
    /// use trackstar_api::ErrorKind;
    ///
    /// # async fn example(connection: &trackstar_api::Connection) {
    /// if let Err(error) = connection.delete_connection().send().await {
    ///     match error.kind() {
    ///         ErrorKind::OutcomeUnknown => println!("look before you repeat it: {error}"),
    ///         ErrorKind::Unauthorized => println!("the token is dead: {error}"),
    ///         ErrorKind::Connect | ErrorKind::Throttled => println!("try again later: {error}"),
    ///         kind => println!("{kind:?}: {error}"),
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        if self.outcome_unknown() {
            return ErrorKind::OutcomeUnknown;
        }
        match &self.0.kind {
            Kind::Config(_) => ErrorKind::Config,
            Kind::Request(_) => ErrorKind::InvalidRequest,
            Kind::Connect { .. } => ErrorKind::Connect,
            Kind::Throttled(_) => ErrorKind::Throttled,
            Kind::NoKey { .. } => ErrorKind::ApiKeyProvider,
            Kind::RepeatedToken => ErrorKind::RepeatedPageToken,
            Kind::Unprocessed => ErrorKind::Interrupted,
            Kind::Unanswered { timeout } | Kind::CutOff { timeout } => {
                if *timeout {
                    ErrorKind::Timeout
                } else {
                    ErrorKind::Interrupted
                }
            }
            Kind::Decode(..) => ErrorKind::Decode,
            Kind::TooLong(_) => ErrorKind::TooLong,
            Kind::Refused => match self.status().map(|status| status.as_u16()) {
                Some(401) => ErrorKind::Unauthorized,
                Some(403) => ErrorKind::Forbidden,
                Some(404) => ErrorKind::NotFound,
                Some(422) => ErrorKind::Validation,
                Some(429) => ErrorKind::RateLimited,
                Some(501) => ErrorKind::NotSupported,
                _ => ErrorKind::Status,
            },
        }
    }
}
