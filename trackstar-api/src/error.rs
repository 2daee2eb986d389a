//! The error type of all calls.

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

/// An error of a call, or of the configuration of a client.
///
/// `Display` writes one paragraph that names the problem and the remedy. [`kind`](Self::kind) and the
/// predicates are for code. [`status`](Self::status) and [`request_id`](Self::request_id) are available for
/// every response that began to arrive: the API's own, a gateway's HTML, an empty body, or a truncated one.
///
/// An error never contains the credentials of the call, even if a server or a library quotes them. A text
/// is replaced if at most three rounds of decoding (percent encoding, HTML entities, JSON or Rust escapes)
/// turn it into a credential, its hexadecimal form, or base64 or base64url that contains it, in any case.
/// Credentials shorter than 8 bytes are not replaced, because they cannot be distinguished from words.
///
/// The sources of an error are copies of the errors of libraries. They have the same texts, but not the
/// same types.
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
}

/// An error of a library or of a user.
type Source = dyn std::error::Error + Send + Sync;

/// Message for a request that cannot be built. The reason follows it.
const UNBUILDABLE: &str =
    "the request cannot be built; check its parameters, and keep its URL below 64 KiB";

/// A response, with the operation and the secrets of its request.
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

    /// Returns an error of the configuration. `message` must not contain a credential.
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::from_kind(Kind::Config(Sanitized::new(message.into(), &[])))
    }

    pub(crate) fn no_http_client(error: &reqwest::Error) -> Self {
        Self::config("the HTTP client cannot be set up: check proxies, certificates and TLS")
            .because(error, &[])
    }

    fn request(message: &str, operation: &'static Operation) -> Self {
        Self::from_kind(Kind::Request(Sanitized::new(message, &[]))).of(operation)
    }

    pub(crate) fn no_token(operation: &'static Operation) -> Self {
        let message = "it needs an access token: call it on `client.connection(token)`";
        Self::request(message, operation)
    }

    pub(crate) fn read_only(operation: &'static Operation) -> Self {
        let message = "this connection may only read (`read_only`): nothing was sent";
        Self::request(message, operation)
    }

    /// Returns the error for an attempt that a middleware rejected.
    pub(crate) fn stopped(
        source: Box<Source>,
        secrets: &[&[u8]],
        operation: &'static Operation,
    ) -> Self {
        let error = Self::request("a middleware stopped it before it was sent", operation)
            .because(&*source, secrets);
        // Dropping the user's error may panic.
        contained(|| drop(source));
        error
    }

    /// Returns the error for a parameter that is missing, cannot be converted, or cannot be sent.
    pub(crate) fn invalid_request(
        message: impl Into<String>,
        secrets: &[&[u8]],
        operation: &'static Operation,
    ) -> Self {
        let message = Sanitized::new(message.into(), secrets);
        Self::from_kind(Kind::Request(message)).of(operation)
    }

    /// Returns the error for a request that HTTP cannot express.
    pub(crate) fn unbuildable(
        error: &(dyn std::error::Error + 'static),
        secrets: &[&[u8]],
        operation: &'static Operation,
    ) -> Self {
        Self::request(UNBUILDABLE, operation).because(error, secrets)
    }

    /// Returns the error for a response whose status the document does not contain.
    pub(crate) fn refused(exchange: &Exchange<'_>) -> Self {
        if exchange.response.status.is_success() {
            let problem = "the document has no response with this status";
            Self::decode(Misfit::Document, problem, exchange)
        } else {
            Self::answered(Kind::Refused, exchange)
        }
    }

    fn decode(misfit: Misfit, problem: &str, exchange: &Exchange<'_>) -> Self {
        let problem = Sanitized::new(problem, exchange.secrets);
        Self::answered(Kind::Decode(misfit, problem), exchange)
    }

    /// Returns the error for a body that cannot be deserialized.
    /// `problem` describes the error.
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

    /// Returns the error for a missing body.
    pub(crate) fn empty(exchange: &Exchange<'_>) -> Self {
        Self::decode(Misfit::Document, "the document requires content", exchange)
    }

    /// Returns the error for a body in an encoding that the client did not request.
    pub(crate) fn encoded(exchange: &Exchange<'_>) -> Self {
        Self::decode(Misfit::Encoding, "not decoded", exchange)
    }

    /// Returns the error for a response that was not read completely.
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

    /// Returns the error for a call without a key, because the provider failed or took too long.
    pub(crate) fn no_key(operation: &'static Operation, source: Option<SanitizedError>) -> Self {
        let timeout = source.is_none();
        let mut error = Self::from_kind(Kind::NoKey { timeout }).of(operation);
        error.0.source = source;
        error
    }

    pub(crate) fn throttled(operation: &'static Operation, wait: Duration) -> Self {
        Self::from_kind(Kind::Throttled(wait)).of(operation)
    }

    /// Returns the error for a request without a response. `sent` is true if any bytes may have reached the
    /// server.
    pub(crate) fn unanswered(
        operation: &'static Operation,
        secrets: &[&[u8]],
        base_url: &str,
        error: &Failure,
        sent: bool,
    ) -> Self {
        let timeout = error.is_timeout();
        // `sent` takes precedence over the error, which may come from the source of an upload.
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

    pub(crate) fn repeated_token(operation: &'static Operation) -> Self {
        Self::from_kind(Kind::RepeatedToken).of(operation)
    }

    /// Returns the status code, if a response began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// Returns the id of the request (header `X-Request-Id`). Log it, because the API's support needs it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.request_id.as_ref()?.as_str())
    }

    /// Returns the `operationId` of the operation, or `None` for an error of the configuration.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// Returns the API's own text (`error` in the body), at most its first 64 KiB, with credentials redacted.
    ///
    /// The vendor requests that texts of an `integration` are shown to the user unchanged.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.parsed.error.as_ref()?.as_str())
    }

    /// Returns the system that rejected the request: `trackstar`, or `integration` for the connected system.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.parsed.origin.as_ref()?.as_str())
    }

    /// Returns the messages of a failed validation, by location and field.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        self.0.response.as_ref()?.parsed.detail.as_ref()
    }

    /// Returns the first 64 KiB of the response body, with the credentials of the call redacted. The slice is
    /// empty if there was no body.
    ///
    /// Secrets that the response itself contains are not redacted, so do not log the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.0
            .response
            .as_ref()
            .map_or(&[], |response| response.body.as_bytes())
    }

    /// Returns the wait that the server requested (header `Retry-After`, in seconds or as a date), or the wait
    /// that a throttled call would have needed.
    ///
    /// Fractions of a second are rounded up. In a list, the longest wait counts. An unreadable value counts as
    /// one second.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Throttled(wait) => (!wait.is_zero()).then_some(*wait),
            _ => self.0.response.as_ref()?.retry_after,
        }
    }
}

/// The sources are copies. They have the texts of the original errors, without credentials, escaped and
/// shortened, but not their types.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
