//! Hooks that run for each attempt.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::Error;
use crate::operation::Operation;
use crate::secret::sanitize::Shown;
use crate::transport::BoxError;
use crate::transport::RawResponse;
use crate::transport::headers::own_header;

/// Hooks that run before and after every attempt of a call.
///
/// Use [`ClientBuilder::middleware`](crate::ClientBuilder::middleware) to add one. The hooks run on
/// the task that makes the call, so they shouldn't block. Credentials are only added after
/// [`before`](Self::before) has returned, which means that middleware never gets to see them.
///
/// If `before` panics, the call fails without sending anything. Panics in [`after`](Self::after)
/// don't affect the call.
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
    /// Called before an attempt is sent.
    ///
    /// # Errors
    ///
    /// If you return an error, the call fails without sending anything.
    fn before(&self, attempt: &mut BeforeAttempt<'_>) -> Result<(), BoxError> {
        let _ = attempt;
        Ok(())
    }

    /// Called after an attempt, whether or not there is a response.
    ///
    /// This isn't called if the call is dropped.
    fn after(&self, attempt: &AfterAttempt<'_>) {
        let _ = attempt;
    }
}

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

    /// Returns the `operationId`, or `request` for a [custom request](crate::Connection::request).
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method in uppercase.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// Returns the path template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of this attempt. The first one is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the headers. These don't include credentials.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Sets a header, replacing any previous value.
    ///
    /// # Errors
    ///
    /// This returns an error if the name or value is invalid. Some headers can only be set by the
    /// client, so they are an error too. These are the credentials and any header that determines
    /// the host or length of the request.
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

/// An attempt that has ended.
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

    /// Returns the `operationId`, or `request` for a [custom request](crate::Connection::request).
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method in uppercase.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// Returns the path template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of this attempt. The first one is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns how long this attempt took, from connecting (if that was necessary) until the
    /// response body has finished.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the status code, if a response has started to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the request id, if there is one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id
    }

    /// Returns the error, including all [attempts](Error::attempts) so far. This is `None` if the
    /// attempt succeeded.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error
    }

    /// Returns how long the call waits before the next attempt, or `None` if there won't be another
    /// one.
    #[must_use]
    pub fn again_in(&self) -> Option<Duration> {
        self.again_in
    }
}
