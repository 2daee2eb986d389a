//! What went wrong, for a person and for a program.

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

/// Why an operation failed.
///
/// `Display` is one paragraph that says what happened and what to do. The methods tell a program
/// what it is: [`status`](Self::status) and [`request_id`](Self::request_id) survive every kind of
/// answer, be it the API's own, a gateway's HTML, empty, or cut off.
///
/// The credentials of the call appear in none of it, even if a server or a library quotes them: any text
/// is replaced that at most three rounds of decoding (percent, HTML entities, JSON or Rust escapes) turn
/// into a credential, its hexadecimal form, or base64 or base64url that holds it, in any case of letters.
/// Credentials of less than 8 bytes are excepted, because they cannot be told from ordinary words.
///
/// The sources of an error are copies of the errors of libraries, with their texts and not their types.
///
/// ```no_run
/// # use trackstar_api::prelude::*;
/// # async fn example(connection: &trackstar_api::Connection) {
/// match connection.delete_connection().send().await {
///     Ok(deleted) => println!("{} deleted: {}", deleted.id, deleted.deleted),
///     // First: a dead token may be what an attempt before has left.
///     Err(error) if error.outcome_unknown() => println!("look before you repeat: {error}"),
///     Err(error) if error.is_unauthorized() => println!("the token is dead: {error}"),
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

/// What is said of a request that cannot be built. The reason follows.
const UNBUILDABLE: &str =
    "the request cannot be built; check its parameters, and keep its URL below 64 KiB";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The caller's configuration: nothing was sent.
    Config(Sanitized),
    /// A request that cannot be built: nothing was sent.
    Request(Sanitized),
    /// No connection: nothing was sent.
    Connect { timeout: bool, to: Sanitized },
    /// The connection ended before the server began with the request.
    NotTaken,
    /// The request may have been sent; no answer came.
    Unanswered { timeout: bool },
    /// The answer began, and its body did not arrive whole.
    CutOff { timeout: bool },
    /// A success that is longer than this many bytes.
    TooLong(usize),
    /// A success whose body is not what the document promises, and what of it is not.
    Decode(Misfit, Sanitized),
    /// An answer that is not a success.
    Refused,
    /// It was held back by the limits of the access token until there was no time left: nothing was
    /// sent. The time that it would have had to wait for, as far as is known.
    Held(Duration),
    /// There was no API key, because its provider failed: nothing was sent.
    NoKey { timeout: bool },
    /// A list whose next page is one that was there before.
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

    /// Takes a message that no credential is known for.
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

    /// A middleware wants no such attempt.
    pub(crate) fn stopped(
        caller: &Caller,
        operation: &'static Operation,
    ) -> impl Fn(Box<Source>) -> Self {
        move |source| {
            let error = Self::request("a middleware stopped it before it was sent", operation)
                .because(&*source, &caller.secrets());
            // It is the user's, as the middleware is.
            contained(|| drop(source));
            error
        }
    }

    /// For the generated code: a parameter is missing, cannot be converted, or cannot be sent.
    pub(crate) fn invalid_request<M: Into<String>>(
        caller: &Caller,
        operation: &'static Operation,
    ) -> impl Fn(M) -> Self {
        move |message| Self::from_kind(Kind::Request(caller.sanitize(message.into()))).of(operation)
    }

    /// For the generated code: something that no HTTP request can carry.
    pub(crate) fn unbuildable<E: std::error::Error + 'static>(
        caller: &Caller,
        operation: &'static Operation,
    ) -> impl Fn(E) -> Self {
        move |error| Self::request(UNBUILDABLE, operation).because(&error, &caller.secrets())
    }

    /// For the generated code: an answer whose status the document does not promise.
    pub(crate) fn refused(answer: Box<Answer>) -> Self {
        if answer.head.status.is_success() {
            Self::decode(
                Misfit::Document,
                "the document promises no answer with this status",
                answer,
            )
        } else {
            Self::answered(Kind::Refused, answer)
        }
    }

    fn decode(misfit: Misfit, problem: &str, answer: Box<Answer>) -> Self {
        let problem = answer.caller.sanitize(problem);
        let mut error = Self::answered(Kind::Decode(misfit, problem), answer);
        if let (Some(answer), Misfit::Charset) = (&mut error.0.answer, misfit) {
            // A text need not look like JSON.
            answer.foreign = false;
        }
        error
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

    /// There is no body.
    pub(crate) fn empty(answer: Box<Answer>) -> Self {
        Self::decode(Misfit::Document, "the document promises content", answer)
    }

    /// The body has an encoding that the client did not ask for.
    pub(crate) fn encoded(answer: Box<Answer>) -> Self {
        Self::decode(Misfit::Encoding, "not decoded", answer)
    }

    /// The body is no text that the client can read.
    #[cfg(feature = "dynamic")]
    pub(crate) fn no_text(answer: Box<Answer>) -> Self {
        Self::decode(
            Misfit::Charset,
            "it is no text in a known character set",
            answer,
        )
    }

    /// The value of an answer cannot be written as JSON.
    #[cfg(feature = "dynamic")]
    pub(crate) fn unwritable(answer: Box<Answer>) -> Self {
        Self::decode(
            Misfit::Unwritable,
            "its value cannot be written as JSON",
            answer,
        )
    }

    pub(crate) fn too_long(answer: Box<Answer>, limit: usize) -> Self {
        Self::answered(Kind::TooLong(limit), answer)
    }

    /// The provider of the API key failed, or took too long.
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
        reason = "an answer that failed is of no more use"
    )]
    fn answered(kind: Kind, answer: Box<Answer>) -> Self {
        let mut error = Self::from_kind(kind).of(answer.operation);
        error.0.answer = Some(ErrorAnswer::new(&answer));
        error
    }

    /// `sent`: whether anything of it may have been.
    pub(crate) fn unanswered(
        caller: &Caller,
        operation: &'static Operation,
        error: &Failure,
        sent: bool,
    ) -> Self {
        let timeout = error.is_timeout();
        // What was sent outweighs what the error says: it may quote another, of an upload's source.
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

    /// Whether the connection ended before the server began with the request.
    #[cfg(feature = "cli")]
    pub(crate) fn is_not_taken(&self) -> bool {
        matches!(self.0.kind, Kind::NotTaken)
    }

    /// Whether the caller asked for what cannot be sent.
    #[cfg(feature = "cli")]
    pub(crate) fn is_usage(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_) | Kind::Request(_))
    }

    /// The HTTP status, whenever an answer began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The id that the API gave the request (header `X-Request-Id`): log it, support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.request_id.as_ref()?.as_str())
    }

    /// The `operationId` of the operation that failed; `None` for an error of the configuration.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// Returns the API's own text (`error` in the body), as it was sent apart from the credentials that
    /// it quotes, at most its first 64 KiB. The vendor asks that texts of an `integration` be shown to the
    /// user as they are.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.parsed.error.as_ref()?.as_str())
    }

    /// Who refused: `trackstar`, or `integration` for the connected system.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.parsed.origin.as_ref()?.as_str())
    }

    /// What validation found, by location and field.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        self.0.answer.as_ref()?.parsed.detail.as_ref()
    }

    /// The body of the answer, at most its first 64 KiB, credentials of the call redacted (a secret
    /// that the answer itself hands out is not, so mind what you do with it). Empty when there
    /// was none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.0
            .answer
            .as_ref()
            .map_or(&[], |answer| answer.body.as_bytes())
    }

    /// Returns how long the server asks to wait (header `Retry-After`, in seconds or as a date), or how
    /// long a call that was held back would have had to wait.
    ///
    /// Parts of a second are rounded up, of a list the longest counts, and what cannot be read counts
    /// as one second.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Held(wait) => (!wait.is_zero()).then_some(*wait),
            _ => self.0.answer.as_ref()?.retry_after,
        }
    }
}

/// The sources are copies: they have the texts of the errors that they are made of, without
/// credentials, escaped and shortened, and not their types.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
