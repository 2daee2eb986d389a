//! Custom transports, in case you can't use the built-in HTTP client.
//!
//! For example, you might want to use a different HTTP library, send requests through a tunnel, or
//! call a function in a test. All that a [`Transport`] has to do is to send a request and return
//! the response. Everything else still works the same way, including credentials, rate limits,
//! retries, deadlines, the limit on body sizes, redaction, middleware, metrics and the audit log.
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
//!
//! - Only send a request to the host in its URL. In particular, don't follow redirects, because
//!   that would leak the credentials to another host.
//! - Handle TLS, certificates and proxies. Note that `connect_timeout` doesn't apply.
//! - Never send a request more than once. It's up to the client to retry.
//! - Don't log header values. (Credentials are marked as sensitive.)
//! - Only return [`Sent::No`] if you're sure that nothing has been sent. In that case, the client
//!   is free to repeat any request, even a POST, and will report that the operation wasn't done.
//!
//! Requests don't have a `host` header, and only have a `content-length` if the body is a stream
//! with a known length. Most HTTP libraries will add these themselves. Responses aren't
//! decompressed, so requests don't ask for compression.
//!
//! As usual, calls need to be made within a tokio runtime, since the client uses its timers.

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

/// Sends requests on behalf of the client.
///
/// See the [module documentation](self) for an example, and use
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport) to set one. If a transport panics,
/// the call fails as if the request may have been sent.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request. The response should be returned as soon as its head has arrived.
    ///
    /// Note that this future is dropped when an attempt times out, in which case the request is
    /// assumed to have been sent.
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
