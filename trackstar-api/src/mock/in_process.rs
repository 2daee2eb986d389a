//! A mock in the process of the test, as a transport of the client without a socket and without a
//! thread.

use std::time::{Duration, SystemTime};

use http::{Request, Response};
use tokio::time::Instant;

use super::server::{Shared, respond};
use crate::transport::{Body, Transport, TransportError};

/// A base URL that no other HTTP client can resolve (RFC 6761, 6.2).
pub(super) const BASE_URL: &str = "https://trackstar-mock.test";

/// The transport of the clients of a mock.
pub(super) struct InProcess {
    shared: Shared,
    /// The same instant on both clocks. The limits of the mock use tokio's clock, which tests can
    /// pause.
    began: (SystemTime, Instant),
}

impl InProcess {
    pub(super) fn new(shared: Shared) -> Self {
        Self {
            shared,
            began: (SystemTime::now(), Instant::now()),
        }
    }

    fn now(&self) -> SystemTime {
        let (began, on_tokio) = self.began;
        // A paused clock may show an earlier time than the clock on which the mock was created.
        let since = Instant::now().checked_duration_since(on_tokio);
        began + since.unwrap_or(Duration::ZERO)
    }
}

impl Transport for InProcess {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?;
        let response = respond((&head, &body), &self.shared, self.now()).await;
        Ok(response.map_err(TransportError::new)?.map(Body::wrap))
    }
}
