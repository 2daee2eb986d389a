//! What users hang on the attempts of their calls.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::answer::Answer;
use crate::error::Error;
use crate::operation::Operation;
use crate::own_header::own_header;
use crate::sanitize::Shown;

/// Called before and after each attempt of each call of a client; see
/// [`ClientBuilder::middleware`](crate::ClientBuilder::middleware).
///
/// It runs on the caller's task and should not block. It never sees a credential: they are put in
/// behind it. A panic in [`before`](Self::before) ends the call like an error of it, with nothing sent.
/// A panic in [`after`](Self::after) is contained, and the call goes on.
///
/// ```
/// use trackstar_api::{AfterAttempt, ApiKey, BeforeAttempt, Client, Middleware};
///
/// struct Correlation;
///
/// impl Middleware for Correlation {
///     fn before(
///         &self,
///         attempt: &mut BeforeAttempt<'_>,
///     ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         attempt.set_header("x-correlation-id", "4711")
///     }
///
///     fn after(&self, attempt: &AfterAttempt<'_>) {
///         let _ = (attempt.operation_id(), attempt.status(), attempt.took());
///     }
/// }
///
/// let client = Client::builder(ApiKey::new("key-1")?).middleware(Correlation).build()?;
/// # let _ = client;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Before an attempt is sent. An error ends the call, and nothing is sent.
    ///
    /// # Errors
    /// Where the attempt should not be made.
    fn before(&self, attempt: &mut BeforeAttempt<'_>) -> Result<(), BoxError> {
        let _ = attempt;
        Ok(())
    }

    /// After an attempt, be it answered or not. One whose call is dropped has no end.
    fn after(&self, attempt: &AfterAttempt<'_>) {
        let _ = attempt;
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An attempt that is about to be sent.
pub struct BeforeAttempt<'a> {
    operation: &'static Operation,
    number: u32,
    headers: &'a mut HeaderMap,
}

impl<'a> BeforeAttempt<'a> {
    pub(crate) fn new(
        operation: &'static Operation,
        number: u32,
        headers: &'a mut HeaderMap,
    ) -> Self {
        Self {
            operation,
            number,
            headers,
        }
    }

    /// The `operationId`; `request` for a [request of one's own](crate::Connection::request).
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The HTTP method, upper case.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// The path template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.operation.path
    }

    /// The number of the attempt; the first is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The headers so far, without the credentials.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Sets a header, in place of what it was.
    ///
    /// # Errors
    /// When no request can carry it, and when it is one of those that are not a caller's to set: the
    /// credentials, and those that say where the request goes and how long it is.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), BoxError> {
        let name = own_header(name)?;
        self.headers.insert(name, HeaderValue::from_str(value)?);
        Ok(())
    }
}

impl fmt::Debug for BeforeAttempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeforeAttempt")
            .field("operation", &self.operation.id)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// An attempt that has come to an end.
pub struct AfterAttempt<'a> {
    operation: &'static Operation,
    number: u32,
    took: Duration,
    status: Option<StatusCode>,
    request_id: Option<&'a str>,
    error: Option<&'a Error>,
    again_in: Option<Duration>,
}

impl fmt::Debug for AfterAttempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AfterAttempt")
            .field("operation", &self.operation.id)
            .field("number", &self.number)
            .field("took", &self.took)
            .field("status", &self.status)
            .field("request_id", &self.request_id.map(Shown))
            .field("error", &self.error)
            .field("again_in", &self.again_in)
            .finish()
    }
}

impl<'a> AfterAttempt<'a> {
    pub(crate) fn new(
        operation: &'static Operation,
        number: u32,
        took: Duration,
        result: Result<&'a Answer, &'a Error>,
        again_in: Option<Duration>,
    ) -> Self {
        let (status, request_id) = match result {
            Ok(answer) => (Some(answer.head.status), answer.head.request_id()),
            Err(error) => (error.status(), error.request_id()),
        };
        Self {
            operation,
            number,
            took,
            status,
            request_id,
            error: result.err(),
            again_in,
        }
    }

    /// The `operationId`; `request` for a [request of one's own](crate::Connection::request).
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The HTTP method, upper case.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// The path template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.operation.path
    }

    /// The number of the attempt; the first is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long it took, from connecting, where that was needed, to the last byte of the answer.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The status, where an answer began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The id that the API gave the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id
    }

    /// Why it failed, with the [attempts](Error::attempts) up to it; `None` where it did not.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error
    }

    /// How long until the next attempt; `None` where this was the last.
    #[must_use]
    pub fn again_in(&self) -> Option<Duration> {
        self.again_in
    }
}
