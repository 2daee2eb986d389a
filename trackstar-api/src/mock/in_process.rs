//! A mock that runs in the same process as the test.

use std::time::{Duration, SystemTime};

use http::{Request, Response};
use tokio::time::Instant;

use super::server::{ServerState, respond};
use crate::transport::{Body, Transport, TransportError};

/// RFC 6761 (section 6.2) guarantees that no other HTTP client can resolve this.
pub(super) const BASE_URL: &str = "https://trackstar-mock.test";

/// The transport used by the mock's clients.
pub(super) struct InProcess {
    shared: ServerState,
    /// The same moment on both clocks. The mock's rate limits follow tokio's clock, because tests
    /// can pause that one.
    began: (SystemTime, Instant),
}

impl InProcess {
    pub(super) fn new(shared: ServerState) -> Self {
        Self {
            shared,
            began: (SystemTime::now(), Instant::now()),
        }
    }

    fn now(&self) -> SystemTime {
        let (began, on_tokio) = self.began;
        // When tokio's clock is paused, it may be behind the clock that the mock was created with.
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
