//! Custom transports, which replace the built-in HTTP client by another HTTP library, a tunnel, or
//! a function in a test.
//!
//! A [`Transport`] sends one request and returns one response. The client does everything else, in
//! the same way for every transport: credentials, rate limits, retries, deadlines, the size limit
//! of bodies, redaction, middleware, metrics and the audit.
//!
//! ```
//! use trackstar_api::prelude::*;
//! use trackstar_api::reexports::http_1::{Request, Response};
//! use trackstar_api::transport::{Body, Transport, TransportError};
//! use trackstar_api::{AccessToken, ApiKey, Client};
//!
//! struct Fake;
//!
//! impl Transport for Fake {
//!     async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
//!         assert_eq!(request.method(), "DELETE");
//!         assert_eq!(request.uri().path(), "/connections");
//!         let body = r#"{"id": "c-1", "object": "connection", "deleted": true}"#;
//!         Ok(Response::new(Body::from(body)))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), trackstar_api::Error> {
//! let client = Client::builder(ApiKey::new("key-1")?).transport(Fake).build()?;
//! let connection = client.connection(AccessToken::new("token-1")?);
//! assert_eq!(connection.delete_connection().send().await?.id, "c-1");
//! # Ok(())
//! # }
//! ```
//!
//! # Requirements
//! - A transport must send the request only to the host of its URL. It must not follow redirects,
//!   because they would send the credentials to another host.
//! - It is responsible for TLS, certificates and proxies. `connect_timeout` does not apply to it.
//! - It must send a request at most once. The client decides about retries.
//! - It must not log header values. Those of credentials are marked as sensitive.
//! - It must return [`Sent::No`] only if no byte of the request was sent. The client repeats such a
//!   request, including a POST, and reports that the operation was not done.
//!
//! Requests have no `host` header, and no `content-length` header except for the length of a
//! stream. HTTP libraries derive both from the URL and the body. Responses are not decompressed,
//! and requests do not accept compression.
//!
//! Like every call, a call over a transport needs the timers of a tokio runtime.

pub(crate) mod base_url;
mod body;
mod dispatch;
pub(crate) mod either;
mod failure;
pub(crate) mod headers;
pub(crate) mod http_client;
pub(crate) mod own;
mod raw_response;
mod received;
#[cfg(feature = "tower")]
mod tower;
#[cfg(feature = "blocking")]
mod waits;

use std::future::Future;

use http::{Request, Response};

pub use body::Body;
pub(crate) use failure::{BoxError, Failure};
pub use failure::{Sent, TransportError};
pub(crate) use raw_response::{Incomplete, LONGEST_SUCCESS, RawResponse, request_id};
pub(crate) use received::Received;
#[cfg(feature = "tower")]
pub use tower::TowerTransport;
#[cfg(feature = "blocking")]
pub(crate) use waits::Waits;
#[cfg(all(test, feature = "blocking"))]
pub(crate) use waits::waits;

/// A transport of HTTP requests; see the [module](self) for an example, and
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport).
///
/// A panic in a transport is contained, and counts as an error of a request that may have been
/// sent.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request, and returns the response when its head has arrived.
    ///
    /// The future is dropped when the attempt times out. The request may have been sent then.
    fn send(
        &self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send;
}

impl<T: Transport> Transport for std::sync::Arc<T> {
    fn send(
        &self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        T::send(self, request)
    }
}
