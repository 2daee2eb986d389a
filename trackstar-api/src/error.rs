//! The error type returned by all calls.

mod attempt;
mod body;
mod category;
mod describe;
mod drift;
mod effect;
mod kind;
mod outcome;
mod predicates;
mod response;
mod retries;
mod retry_after;
#[cfg(test)]
mod tests;
mod text;
mod untyped;

use std::time::Duration;

use http::StatusCode;

use crate::contain::contained;
use crate::operation::Operation;
use crate::secret::sanitize::{Sanitized, SanitizedError};
use crate::transport::{Failure, Incomplete, RawResponse};
use kind::{Kind, Misfit};
use response::ErrorResponse;

pub use attempt::Attempt;
pub(crate) use attempt::GaveUp;
pub use body::Detail;
pub(crate) use body::without_mark;
pub use category::ErrorKind;
pub use drift::Drift;
pub use effect::Effect;
pub(crate) use retries::RetryClass;
pub(crate) use retry_after::{retry_after, seconds};
pub use untyped::{is_unprocessed, is_usage};

/// The error type for this crate.
///
/// The `Display` output says what went wrong and what you can do about it. In code, you'd usually
/// look at [`kind`](Self::kind) or call one of the predicates. If at least the start of a response
/// has arrived, [`status`](Self::status) and [`request_id`](Self::request_id) are available as
/// well. This is true even if the response is an HTML page from a gateway, or if its body is empty
/// or truncated.
///
/// # Credentials
///
/// An error never contains the credentials used for the call, not even if a server or a library
/// quotes them. To make sure of that, text is decoded up to three times (undoing percent-encoding,
/// HTML entities, and JSON and Rust escapes). If this reveals a credential, either as is, in
/// hexadecimal or inside of base64 or base64url, then the text is replaced. The comparison isn't
/// case sensitive.
///
/// Note that credentials shorter than 8 bytes aren't replaced, since they can't be told apart from
/// ordinary words.
///
/// # Sources
///
/// The sources of an error are copies of the original errors. This means that they have the same
/// messages, but you can't downcast them to the original types.
///
/// ```no_run
/// # use trackstar_api::prelude::*;
/// # async fn example(connection: &trackstar_api::Connection) {
/// match connection.delete_connection().send().await {
///     Ok(deleted) => println!("{} deleted: {}", deleted.id, deleted.deleted),
///     // Check this first: a 401 response may be the result of an earlier attempt.
///     Err(error) if error.outcome_unknown() => println!("check before you repeat it: {error}"),
///     Err(error) if error.is_unauthorized() => println!("the token is invalid: {error}"),
///     Err(error) if error.is_rate_limited() => println!("wait {:?}", error.retry_after()),
///     Err(error) => println!("failed: {error}"),
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: Option<&'static Operation>,
    response: Option<ErrorResponse>,
    source: Option<SanitizedError>,
    attempts: Vec<Attempt>,
    gave_up: Option<GaveUp>,
    /// Whether the timeout of the call has expired, rather than that of an attempt.
    call_expired: bool,
}

/// An error that comes from a library or from the user.
type Source = dyn std::error::Error + Send + Sync;

/// The message used when a request can't be built. It is followed by the reason.
const UNBUILDABLE: &str =
    "the request cannot be built; check its parameters, and keep its URL below 64 KiB";

/// A response, along with the operation and secrets of its request.
pub(crate) struct Exchange<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) secrets: &'a [&'a [u8]],
    pub(crate) response: &'a RawResponse,
}

impl Error {
    fn from_kind(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            response: None,
            source: None,
            attempts: Vec::new(),
            gave_up: None,
            call_expired: false,
        }))
    }

    fn of(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    fn because(mut self, source: &(dyn std::error::Error + 'static), secrets: &[&[u8]]) -> Self {
        self.0.source = Some(SanitizedError::new(source, secrets));
        self
    }

    /// Creates a configuration error. Be careful not to include a credential in `message`.
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::from_kind(Kind::Config(Sanitized::new(message.into(), &[])))
    }

    pub(crate) fn no_http_client(error: &reqwest::Error) -> Self {
        Self::config("failed to set up the HTTP client: check the proxies, certificates and TLS")
            .because(error, &[])
    }

    fn request(message: &str, operation: &'static Operation) -> Self {
        Self::from_kind(Kind::Request(Sanitized::new(message, &[]))).of(operation)
    }

    pub(crate) fn no_token(operation: &'static Operation) -> Self {
        let message = "this operation needs an access token: call it on `client.connection(token)`";
        Self::request(message, operation)
    }

    pub(crate) fn read_only(operation: &'static Operation) -> Self {
        let message = "this connection is restricted to reads (`read_only`), so nothing was sent";
        Self::request(message, operation)
    }

    /// Creates the error for an attempt that was rejected by middleware.
    pub(crate) fn stopped(
        source: Box<Source>,
        secrets: &[&[u8]],
        operation: &'static Operation,
    ) -> Self {
        let error = Self::request(
            "a middleware rejected the request before it was sent",
            operation,
        )
        .because(&*source, secrets);
        // The user's error might panic when it is dropped.
        contained(|| drop(source));
        error
    }

    /// Creates the error for a parameter that is missing or invalid.
    pub(crate) fn invalid_request(
        message: impl Into<String>,
        secrets: &[&[u8]],
        operation: &'static Operation,
    ) -> Self {
        let message = Sanitized::new(message.into(), secrets);
        Self::from_kind(Kind::Request(message)).of(operation)
    }

    /// Creates the error for a request that can't be expressed in HTTP.
    pub(crate) fn unbuildable(
        error: &(dyn std::error::Error + 'static),
        secrets: &[&[u8]],
        operation: &'static Operation,
    ) -> Self {
        Self::request(UNBUILDABLE, operation).because(error, secrets)
    }

    /// Creates the error for a response with a status code that the document doesn't list.
    pub(crate) fn refused(exchange: &Exchange<'_>) -> Self {
        if exchange.response.status.is_success() {
            let problem = "the document does not list this status";
            Self::decode(Misfit::Document, problem, exchange)
        } else {
            Self::answered(Kind::Refused, exchange)
        }
    }

    fn decode(misfit: Misfit, problem: &str, exchange: &Exchange<'_>) -> Self {
        let problem = Sanitized::new(problem, exchange.secrets);
        Self::answered(Kind::Decode(misfit, problem), exchange)
    }

    /// Creates the error for a body that can't be deserialized, where `problem` says why.
    pub(crate) fn undecodable(
        exchange: &Exchange<'_>,
        error: &serde_json::Error,
        problem: &str,
    ) -> Self {
        if exchange.response.encoding().is_some() {
            return Self::encoded(exchange);
        }
        let misfit = if error.is_data() || exchange.response.body.is_empty() {
            Misfit::Document
        } else {
            Misfit::Syntax
        };
        Self::decode(misfit, problem, exchange)
    }

    /// Creates the error for a response that should have a body but doesn't.
    pub(crate) fn empty(exchange: &Exchange<'_>) -> Self {
        Self::decode(Misfit::Document, "the document requires a body", exchange)
    }

    /// Creates the error for a body with a content encoding that we didn't ask for.
    pub(crate) fn encoded(exchange: &Exchange<'_>) -> Self {
        Self::decode(Misfit::Encoding, "not decoded", exchange)
    }

    /// Creates the error for a response that ended early.
    pub(crate) fn incomplete(exchange: &Exchange<'_>, reason: &Incomplete) -> Self {
        match reason {
            Incomplete::TooLong(limit) => Self::answered(Kind::TooLong(*limit), exchange),
            Incomplete::CutOff(error) => {
                let timeout = error.is_timeout();
                Self::answered(Kind::CutOff { timeout }, exchange)
                    .because(error.cause(), exchange.secrets)
            }
        }
    }

    fn answered(kind: Kind, exchange: &Exchange<'_>) -> Self {
        let mut error = Self::from_kind(kind).of(exchange.operation);
        let response = ErrorResponse::new(exchange.response, exchange.secrets);
        error.0.response = Some(response);
        error
    }

    /// Creates the error for a call that couldn't get an API key because the provider failed or
    /// timed out.
    pub(crate) fn no_key(operation: &'static Operation, source: Option<SanitizedError>) -> Self {
        let timeout = source.is_none();
        let mut error = Self::from_kind(Kind::NoKey { timeout }).of(operation);
        error.0.source = source;
        error
    }

    pub(crate) fn throttled(operation: &'static Operation, wait: Duration) -> Self {
        Self::from_kind(Kind::Throttled(wait)).of(operation)
    }

    /// Creates the error for a request that didn't get a response. `sent` should be true if the
    /// server might have received any part of the request.
    pub(crate) fn unanswered(
        operation: &'static Operation,
        secrets: &[&[u8]],
        base_url: &str,
        error: &Failure,
        sent: bool,
    ) -> Self {
        let timeout = error.is_timeout();
        // Check `sent` first, because the error itself may come from the stream of an upload.
        let kind = if sent {
            Kind::Unanswered { timeout }
        } else if timeout || error.is_connect() {
            Kind::Connect {
                timeout,
                to: Sanitized::new(base_url, secrets),
            }
        } else if error.is_builder() {
            Kind::Request(Sanitized::new(UNBUILDABLE, secrets))
        } else {
            Kind::Unprocessed
        };
        Self::from_kind(kind)
            .of(operation)
            .because(error.cause(), secrets)
    }

    /// Records that the timeout of the call has expired. Errors other than timeouts don't mention it.
    pub(crate) fn expire_call(&mut self) {
        self.0.call_expired = self.is_timeout();
    }

    pub(crate) fn repeated_token(operation: &'static Operation) -> Self {
        Self::from_kind(Kind::RepeatedToken).of(operation)
    }

    /// Returns the status code, if a response has started to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// Returns the request id (the `X-Request-Id` header), if there is one.
    ///
    /// You should log this, since Trackstar's support team will ask for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.request_id.as_ref()?.as_str())
    }

    /// Returns the `operationId` of the operation. This is `None` for configuration errors.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// Returns the error message sent by the API (the `error` field of the body).
    ///
    /// The message is cut off after 64 KiB, and credentials in it are redacted. Trackstar asks that
    /// you show it to users unchanged if it comes from an `integration` (see
    /// [`origin`](Self::origin)).
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.parsed.error.as_ref()?.as_str())
    }

    /// Returns where the error originates. This is `trackstar` for Trackstar itself and
    /// `integration` for the connected system.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.parsed.origin.as_ref()?.as_str())
    }

    /// Returns the validation messages, grouped by location and field.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        self.0.response.as_ref()?.parsed.detail.as_ref()
    }

    /// Returns the first 64 KiB of the response body, or an empty slice if the response didn't have
    /// a body.
    ///
    /// The credentials used for the call are redacted. Any other secrets in the response are not,
    /// so you should avoid logging this.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.0
            .response
            .as_ref()
            .map_or(&[], |response| response.body.as_bytes())
    }

    /// Returns how long to wait before trying again.
    ///
    /// This comes from the `Retry-After` header, which contains either a number of seconds or a
    /// date. If the call was stopped by the client's own rate limits, it's how long the call would
    /// have had to wait for them.
    ///
    /// Fractions of a second are rounded up. If the header contains a list, the longest wait is
    /// used. If it can't be parsed, this is one second.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Throttled(wait) => (!wait.is_zero()).then_some(*wait),
            _ => self.0.response.as_ref()?.retry_after,
        }
    }
}

/// The sources are copies of the original errors. Their messages are redacted, escaped and
/// shortened, and it isn't possible to downcast them.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
