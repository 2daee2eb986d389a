//! A response whose body is still being received, from the built-in HTTP client or a custom
//! transport.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::own::OwnResponse;
use super::{Sent, TransportError};

/// A response whose body is still being received.
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
            Self::Own(response) => response.chunk().await.map_err(Failure::Own),
        }
    }
}

/// A response, or an error and whether any byte of the request may have been sent.
pub(crate) type Responded = Result<Received, (Failure, bool)>;

/// An error of the built-in HTTP client, or of a custom transport.
#[derive(Debug)]
pub(crate) enum Failure {
    Reqwest(reqwest::Error),
    Own(TransportError),
}

impl Failure {
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Self::Reqwest(error) => error.is_timeout(),
            Self::Own(error) => error.is_timeout(),
        }
    }

    /// Returns true if no connection could be made.
    pub(crate) fn is_connect(&self) -> bool {
        match self {
            Self::Reqwest(error) => error.is_connect(),
            Self::Own(error) => error.sent() == Sent::No,
        }
    }

    /// Returns true if the request itself is invalid.
    pub(crate) fn is_builder(&self) -> bool {
        match self {
            Self::Reqwest(error) => error.is_builder(),
            Self::Own(_) => false,
        }
    }

    /// Returns the error, or its source if the error only says whether anything was sent.
    pub(crate) fn cause(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Reqwest(error) => error,
            Self::Own(error) => error.cause(),
        }
    }
}

/// The error is a user's type, whose destructor may panic.
impl Drop for Failure {
    fn drop(&mut self) {
        if let Self::Own(error) = self {
            let none: super::BoxError = "".into();
            let source = std::mem::replace(&mut error.source, none);
            crate::contain::contained(|| drop(source));
        }
    }
}
