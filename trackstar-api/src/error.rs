//! The error type of all calls.

mod answer;
mod attempt;
mod body;
mod describe;
mod effect;
mod kind;
mod predicates;
mod retries;
mod retry_after;
#[cfg(test)]
mod tests;
mod text;
mod untyped;

use std::time::Duration;

use http::StatusCode;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::contain::contained;
use crate::operation::Operation;
use crate::sanitize::{Sanitized, SanitizedError, expectation};
use crate::transport::Failure;
use answer::ErrorAnswer;
use describe::Misfit;

pub(crate) use answer::without_mark;
pub use attempt::Attempt;
pub use body::Detail;
pub use effect::Effect;
pub use kind::ErrorKind;
pub(crate) use retries::GaveUp;
pub(crate) use retry_after::{retry_after, seconds};
pub use untyped::{is_not_taken, is_usage};

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
    answer: Option<ErrorAnswer>,
    source: Option<SanitizedError>,
    attempts: Vec<Attempt>,
    gave_up: Option<GaveUp>,
}

/// An error of a library or of a user.
type Source = dyn std::error::Error + Send + Sync;

/// Message for a request that cannot be built. The reason follows it.
const UNBUILDABLE: &str =
    "the request cannot be built; check its parameters, and keep its URL below 64 KiB";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// An invalid configuration. Nothing was sent.
    Config(Sanitized),
    /// A request that cannot be built. Nothing was sent.
    Request(Sanitized),
    /// No connection could be made. Nothing was sent.
    Connect { timeout: bool, to: Sanitized },
    /// The connection ended before the server processed the request.
    NotTaken,
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
    Held(Duration),
    /// The provider of the API key failed, so there was no key. Nothing was sent.
    NoKey { timeout: bool },
    /// A list whose next page was already read.
    RepeatedToken,
}

impl Error {
    fn from_kind(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            answer: None,
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
        caller: &Caller,
        operation: &'static Operation,
    ) -> impl Fn(Box<Source>) -> Self {
        move |source| {
            let error = Self::request("a middleware stopped it before it was sent", operation)
                .because(&*source, &caller.secrets());
            // Dropping the user's error may panic.
            contained(|| drop(source));
            error
        }
    }

    /// Returns the error for a parameter that is missing, cannot be converted, or cannot be sent.
    pub(crate) fn invalid_request<M: Into<String>>(
        caller: &Caller,
        operation: &'static Operation,
    ) -> impl Fn(M) -> Self {
        move |message| Self::from_kind(Kind::Request(caller.sanitize(message.into()))).of(operation)
    }

    /// Returns the error for a request that HTTP cannot express.
    pub(crate) fn unbuildable<E: std::error::Error + 'static>(
        caller: &Caller,
        operation: &'static Operation,
    ) -> impl Fn(E) -> Self {
        move |error| Self::request(UNBUILDABLE, operation).because(&error, &caller.secrets())
    }

    /// Returns the error for a response whose status the document does not contain.
    pub(crate) fn refused(answer: Box<Answer>) -> Self {
        if answer.head.status.is_success() {
            Self::decode(
                Misfit::Document,
                "the document has no response with this status",
                answer,
            )
        } else {
            Self::answered(Kind::Refused, answer)
        }
    }

    fn decode(misfit: Misfit, problem: &str, answer: Box<Answer>) -> Self {
        let problem = answer.caller.sanitize(problem);
        Self::answered(Kind::Decode(misfit, problem), answer)
    }

    pub(crate) fn undecodable(answer: Box<Answer>, error: &serde_json::Error) -> Self {
        if answer.head.encoding().is_some() {
            return Self::encoded(answer);
        }
        let misfit = if error.is_data() || answer.body.is_empty() {
            Misfit::Document
        } else {
            Misfit::Syntax
        };
        Self::decode(misfit, &expectation::of(error), answer)
    }

    /// Returns the error for a missing body.
    pub(crate) fn empty(answer: Box<Answer>) -> Self {
        Self::decode(Misfit::Document, "the document requires content", answer)
    }

    /// Returns the error for a body in an encoding that the client did not request.
    pub(crate) fn encoded(answer: Box<Answer>) -> Self {
        Self::decode(Misfit::Encoding, "not decoded", answer)
    }

    pub(crate) fn too_long(answer: Box<Answer>, limit: usize) -> Self {
        Self::answered(Kind::TooLong(limit), answer)
    }

    /// Returns the error for a call without a key, because the provider failed or took too long.
    pub(crate) fn no_key(operation: &'static Operation, source: Option<SanitizedError>) -> Self {
        let timeout = source.is_none();
        let mut error = Self::from_kind(Kind::NoKey { timeout }).of(operation);
        error.0.source = source;
        error
    }

    pub(crate) fn held(operation: &'static Operation, wait: Duration) -> Self {
        Self::from_kind(Kind::Held(wait)).of(operation)
    }

    pub(crate) fn cut_off(answer: Box<Answer>, error: &Failure) -> Self {
        let (timeout, caller) = (error.is_timeout(), answer.caller.clone());
        Self::answered(Kind::CutOff { timeout }, answer).because(error.cause(), &caller.secrets())
    }

    #[allow(
        clippy::needless_pass_by_value,
        reason = "the caller has no further use for the response"
    )]
    fn answered(kind: Kind, answer: Box<Answer>) -> Self {
        let mut error = Self::from_kind(kind).of(answer.operation);
        error.0.answer = Some(ErrorAnswer::new(&answer));
        error
    }

    /// Returns the error for a request without a response. `sent` is true if any bytes may have reached the
    /// server.
    pub(crate) fn unanswered(
        caller: &Caller,
        operation: &'static Operation,
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
                to: caller.sanitize(caller.base_url()),
            }
        } else if error.is_builder() {
            Kind::Request(caller.sanitize(UNBUILDABLE))
        } else {
            Kind::NotTaken
        };
        Self::from_kind(kind)
            .of(operation)
            .because(error.cause(), &caller.secrets())
    }

    pub(crate) fn repeated_token(operation: &'static Operation) -> Self {
        Self::from_kind(Kind::RepeatedToken).of(operation)
    }

    /// Returns the status code, if a response began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// Returns the id of the request (header `X-Request-Id`). Log it, because the API's support needs it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.request_id.as_ref()?.as_str())
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
        Some(self.0.answer.as_ref()?.parsed.error.as_ref()?.as_str())
    }

    /// Returns the system that rejected the request: `trackstar`, or `integration` for the connected system.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.parsed.origin.as_ref()?.as_str())
    }

    /// Returns the messages of a failed validation, by location and field.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        self.0.answer.as_ref()?.parsed.detail.as_ref()
    }

    /// Returns the first 64 KiB of the response body, with the credentials of the call redacted. The slice is
    /// empty if there was no body.
    ///
    /// Secrets that the response itself contains are not redacted, so do not log the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.0
            .answer
            .as_ref()
            .map_or(&[], |answer| answer.body.as_bytes())
    }

    /// Returns the wait that the server requested (header `Retry-After`, in seconds or as a date), or the wait
    /// that a throttled call would have needed.
    ///
    /// Fractions of a second are rounded up. In a list, the longest wait counts. An unreadable value counts as
    /// one second.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Held(wait) => (!wait.is_zero()).then_some(*wait),
            _ => self.0.answer.as_ref()?.retry_after,
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
