//! The kind of an error, for use in a `match`.

use super::{Error, Kind};

/// The kind of an [`Error`]. Use [`Error::kind`] to get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operation may have taken effect ([`Error::outcome_unknown`]). Check this before
    /// repeating it.
    OutcomeUnknown,
    /// The client isn't configured correctly. Nothing was sent.
    Config,
    /// The request is incomplete, invalid, or not permitted on this connection. The last attempt
    /// wasn't sent.
    InvalidRequest,
    /// Failed to connect ([`Error::is_connect`]).
    Connect,
    /// A timeout expired after the request was sent ([`Error::is_timeout`]).
    Timeout,
    /// The call would have spent too long waiting for the client's own rate limits. The last
    /// attempt wasn't sent.
    Throttled,
    /// The API key's provider failed or timed out. The last attempt wasn't sent.
    ApiKeyProvider,
    /// The connection was interrupted, or an HTTP/2 server refused to process the request
    /// ([`Error::is_interrupted`]).
    Interrupted,
    /// The status code is 401 ([`Error::is_unauthorized`]).
    Unauthorized,
    /// The status code is 403 ([`Error::is_forbidden`]).
    Forbidden,
    /// The status code is 404 ([`Error::is_not_found`]).
    NotFound,
    /// The status code is 422 ([`Error::is_validation`]).
    Validation,
    /// The status code is 429 ([`Error::is_rate_limited`]).
    RateLimited,
    /// The status code is 501 ([`Error::is_not_supported`]).
    NotSupported,
    /// The response has some other status code that doesn't indicate success ([`Error::status`]).
    Status,
    /// The response doesn't match the document ([`Error::is_decode`]).
    Decode,
    /// The response body is larger than the limit ([`Error::is_too_long`]).
    TooLong,
    /// While paging through a list, the server returned the same page token twice.
    RepeatedPageToken,
}

impl Error {
    /// Returns the kind of this error.
    ///
    /// Note that [`ErrorKind::OutcomeUnknown`] wins over everything else. For example, if a delete
    /// didn't get a response and its retry failed with a 401, you shouldn't go looking for a new
    /// token, because the delete has probably worked. If you only care about the last attempt, use
    /// predicates such as [`is_unauthorized`](Self::is_unauthorized).
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
