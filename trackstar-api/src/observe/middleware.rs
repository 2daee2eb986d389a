//! Hooks of the user around each attempt.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::Error;
use crate::operation::Operation;
use crate::secret::sanitize::Shown;
use crate::transport::BoxError;
use crate::transport::RawResponse;
use crate::transport::headers::own_header;

/// Hooks that run before and after each attempt of each call; see
/// [`ClientBuilder::middleware`](crate::ClientBuilder::middleware).
///
/// The hooks run on the caller's task and should not block. They never see a credential, because the client inserts
/// credentials after [`before`](Self::before). A panic in `before` fails the call like an error, and nothing is sent. A
/// panic in [`after`](Self::after) is caught, and the call continues.
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
    /// Runs before an attempt is sent.
    ///
    /// # Errors
    /// Return an error to fail the call. Nothing is sent then.
    fn before(&self, attempt: &mut BeforeAttempt<'_>) -> Result<(), BoxError> {
        let _ = attempt;
        Ok(())
    }

    /// Runs after an attempt, with or without a response. Does not run if the call is dropped.
    fn after(&self, attempt: &AfterAttempt<'_>) {
        let _ = attempt;
    }
}

/// An attempt before it is sent.
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

    /// Returns the `operationId`, or `request` for a [request by path](crate::Connection::request).
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method in upper case.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// Returns the path template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt, starting at 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the headers, without credentials.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Sets a header. Replaces its previous value.
    ///
    /// # Errors
    /// Returns an error if the name or the value is invalid, or if the client sets the header itself: credentials, and
    /// headers that determine the host or the length of the request.
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

/// An attempt after its end.
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
        result: Result<&'a RawResponse, &'a Error>,
        again_in: Option<Duration>,
    ) -> Self {
        let (status, request_id) = match result {
            Ok(response) => (Some(response.status), response.request_id()),
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

    /// Returns the `operationId`, or `request` for a [request by path](crate::Connection::request).
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method in upper case.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// Returns the path template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt, starting at 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the duration, from connecting (if necessary) to the last byte of the response.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the status code, if a response began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id
    }

    /// Returns the error with all [attempts](Error::attempts) so far, or `None` after a success.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error
    }

    /// Returns the wait before the next attempt, or `None` if this was the last one.
    #[must_use]
    pub fn again_in(&self) -> Option<Duration> {
        self.again_in
    }
}
