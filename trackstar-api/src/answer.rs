//! An HTTP answer, read to its end.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::Error;
use crate::transport::{Caller, Operation};

/// The header that the API puts on every answer (page: Errors; it is asked to be logged).
pub(crate) const REQUEST_ID_HEADER: &str = "x-request-id";

/// Status, headers and body, with what is needed to make an error of them.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) operation: &'static Operation,
    pub(crate) caller: Caller,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
}

/// What arrives before the body, and survives when the body does not.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

impl Head {
    /// The request id, where the server sent one in visible ASCII.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.headers.get(REQUEST_ID_HEADER)?.to_str().ok()
    }
}

impl Answer {
    /// Reads the whole body. When that fails, the error keeps status and request id.
    pub(crate) async fn read(
        mut response: reqwest::Response,
        operation: &'static Operation,
        caller: &Caller,
    ) -> Result<Self, Error> {
        let head = Head {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
        };
        match response.bytes().await {
            Ok(body) => Ok(Self {
                operation,
                caller: caller.clone(),
                head,
                body,
            }),
            Err(error) => Err(Error::cut_off(operation, caller, &head, error)),
        }
    }

    /// For the generated code, which matches on it.
    pub(crate) fn status(&self) -> StatusCode {
        self.head.status
    }
}
