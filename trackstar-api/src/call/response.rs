//! Responses to successful calls.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::call::retry_loop::Completed;
use crate::de::by_name::deep;
use crate::de::lenient::FromWire;
use crate::de::{expectation, lenient, repair};
use crate::error::{Drift, Error, without_mark};
use crate::secret::sanitize::Shown;
use crate::secret::wiped::Wiped;
use crate::transport::request_id;

/// A successful response to an operation.
///
/// A `Response` dereferences to the deserialized value, so you can access its fields directly. It
/// also gives you access to the status code, headers and request id.
///
/// ```no_run
/// # use trackstar_api::prelude::*;
/// # async fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
/// let deleted = connection.delete_connection().send().await?;
/// println!("{} gone, request {:?}", deleted.id, deleted.request_id());
/// assert_eq!(deleted.status().as_u16(), 200);
/// let value = deleted.into_inner();
/// # let _ = value;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    /// A copy of the body, but only if the call asked for it.
    body: Option<Arc<Wiped>>,
}

impl<T> Response<T> {
    /// Returns the status code. This is one that the document lists, or any 2xx for a [custom
    /// request](crate::Request).
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the request id that the API has assigned (the `X-Request-Id` header).
    ///
    /// You should log this, since Trackstar's support team will ask for it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns the raw response body, after decompression.
    ///
    /// This is `None` unless the call was made with [`keep_body`](crate::CallOptions::keep_body).
    /// Note that [`Sensitive`](crate::Sensitive) fields can be read here in plain text. The body's
    /// memory is wiped once the last clone of the response is dropped.
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref().map(AsRef::as_ref)
    }

    /// Applies a function to the value and leaves everything else as is.
    ///
    /// ```no_run
    /// # use trackstar_api::prelude::*;
    /// # async fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
    /// let id = connection.delete_connection().send().await?.map(|deleted| deleted.id);
    /// println!("{} gone, request {:?}", *id, id.request_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: map(self.value),
            status: self.status,
            headers: self.headers,
            body: self.body,
        }
    }

    /// Consumes the response and returns its value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Response<T> {
    fn new(completed: Completed<'_>, value: impl FnOnce(Bytes) -> T) -> Self {
        let (response, body) = completed.succeed();
        Self {
            value: value(response.body),
            status: response.status,
            headers: response.headers,
            body,
        }
    }
}

impl Response<()> {
    /// Converts a response whose body isn't needed. This is only meant for generated code.
    #[allow(dead_code, reason = "unused if every response has content")]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same signature as for other bodies"
    )]
    pub(crate) fn empty(completed: Completed<'_>) -> Result<Self, Error> {
        Ok(Self::new(completed, drop))
    }
}

impl Response<Vec<u8>> {
    /// Returns a non-JSON body as is. This is only meant for generated code.
    #[allow(dead_code, reason = "unused without such a response")]
    pub(crate) fn bytes(completed: Completed<'_>) -> Result<Self, Error> {
        // An empty body is fine when reading, since it could be an empty file. After a write,
        // though, we can't be sure that the write really happened.
        if !completed.is_safe() && completed.lacks_content() {
            return Err(completed.fail(Error::empty));
        }
        if completed.response.is_encoded() && !completed.response.body.is_empty() {
            return Err(completed.fail(Error::encoded));
        }
        Ok(Self::new(completed, Vec::from))
    }
}

impl<T: FromWire> Response<T> {
    /// Deserializes the JSON representation of the value. This is only meant for generated code.
    #[allow(dead_code, reason = "unused without such a response")]
    pub(crate) fn decode_converted(completed: Completed<'_>) -> Result<Self, Error> {
        Response::<T::Read>::decode(completed).map(|response| response.map(T::from_read))
    }
}

impl<T: DeserializeOwned> Response<T> {
    /// Deserializes the body, whatever its content type. This is only meant for generated code.
    pub(crate) fn decode(completed: Completed<'_>) -> Result<Self, Error> {
        Self::decode_with(completed, |body| serde_json::from_slice(body))
    }

    /// Like `decode`, but for types defined by the user, which serde might accept a list for.
    pub(crate) fn decode_own(completed: Completed<'_>) -> Result<Self, Error> {
        Self::decode_with(completed, deep::from_slice)
    }

    fn decode_with(
        completed: Completed<'_>,
        read: impl Fn(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<Self, Error> {
        if completed.lacks_content() {
            return Err(completed.fail(Error::empty));
        }
        // This lets a type whose body is optional be deserialized from `null`.
        let body: &[u8] = if completed.response.body.is_empty() {
            b"null"
        } else {
            // A body that only has a byte order mark isn't empty, so it still ends up here.
            without_mark(&completed.response.body)
        };
        match lenient::noting(|| repair::read_with(body, read)) {
            (Ok((value, repairs)), unknown) => {
                let unknown = unknown.into_iter().map(Drift::EnumValue);
                for drift in unknown.chain(repairs.drifts()) {
                    completed.drift(drift);
                }
                Ok(Self::new(completed, |_| value))
            }
            (Err(error), _) => Err(completed
                .fail(|exchange| Error::undecodable(exchange, &error, &expectation::of(&error)))),
        }
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Leaves out the headers, because some servers echo the request in them.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status().as_u16())
            .field("request_id", &self.request_id().map(Shown))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
