//! Responses that are still being received, from either the built-in HTTP client or a custom
//! transport.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::failure::Failure;
use super::own::OwnResponse;

/// A response that is still being received.
pub(crate) enum Received {
    Reqwest(reqwest::Response),
    Own(Box<OwnResponse>),
}

impl Received {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Reqwest(response) => response.status(),
            Self::Own(response) => response.head.status,
        }
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        match self {
            Self::Reqwest(response) => response.headers(),
            Self::Own(response) => &response.head.headers,
        }
    }

    pub(crate) fn take_headers(&mut self) -> HeaderMap {
        match self {
            Self::Reqwest(response) => std::mem::take(response.headers_mut()),
            Self::Own(response) => std::mem::take(&mut response.head.headers),
        }
    }

    /// Returns the next chunk of the body.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        match self {
            Self::Reqwest(response) => response.chunk().await.map_err(Failure::Reqwest),
            // Each chunk is boxed so that this doesn't increase the size of calls that use reqwest.
            Self::Own(response) => Box::pin(response.chunk()).await.map_err(Failure::Own),
        }
    }
}
