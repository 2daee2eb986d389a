//! Sends requests through a custom transport, with a timeout and without letting panics through.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use tokio::time::Instant;

use super::Transport;
use super::body::Body;
use super::failure::TransportError;
use crate::contain::contained;

type OwnFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send + 'a>>;

/// A type-erased [`Transport`].
trait Erased: Send + Sync {
    fn send(&self, request: Request<Body>) -> OwnFuture<'_>;
}

impl<T: Transport> Erased for T {
    fn send(&self, request: Request<Body>) -> OwnFuture<'_> {
        Box::pin(Transport::send(self, request))
    }
}

/// The custom transport of a client.
pub(crate) struct OwnTransport {
    transport: Arc<dyn Erased>,
    user_agent: HeaderValue,
    /// The timeout to use if a request doesn't have one.
    timeout: Option<Duration>,
}

/// A transport that we can't use yet, because the client is still being built.
pub(crate) struct Boxed(Arc<dyn Erased>);

impl Boxed {
    pub(crate) fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }

    pub(crate) fn with(self, user_agent: HeaderValue, timeout: Option<Duration>) -> OwnTransport {
        OwnTransport {
            transport: self.0,
            user_agent,
            timeout,
        }
    }
}

impl OwnTransport {
    /// Sends a request. Nothing is sent until the future is polled.
    ///
    /// # Errors
    ///
    /// This returns an error if the URL isn't valid in HTTP.
    pub(crate) fn send(
        &self,
        request: reqwest::Request,
    ) -> Result<impl Future<Output = Result<OwnResponse, TransportError>> + Send + '_, reqwest::Error>
    {
        let timeout = request.timeout().copied().or(self.timeout);
        let (mut head, body) = Request::try_from(request)?.into_parts();
        let headers = &mut head.headers;
        headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.user_agent.clone());
        headers
            .entry(header::ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("identity"));
        let request = Request::from_parts(head, Body::of_request(Some(body)));
        Ok(async move {
            let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
            self.response(request, deadline).await
        })
    }

    async fn response(
        &self,
        request: Request<Body>,
        deadline: Option<Instant>,
    ) -> Result<OwnResponse, TransportError> {
        let sending = contained(|| self.transport.send(request)).ok_or_else(panicked)?;
        let response = within(deadline, Contained(Some(sending))).await?;
        let (head, body) = response.into_parts();
        Ok(OwnResponse {
            head,
            body: Contained(Some(body)),
            deadline,
        })
    }
}

/// A response from a custom transport. Its body is still being received.
pub(crate) struct OwnResponse {
    pub(super) head: http::response::Parts,
    body: Contained<Body>,
    deadline: Option<Instant>,
}

impl OwnResponse {
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        let body = &mut self.body;
        let chunk = std::future::poll_fn(|context| body.poll_chunk(context));
        within(self.deadline, chunk).await
    }
}

async fn within<T>(
    deadline: Option<Instant>,
    future: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let Some(deadline) = deadline else {
        return future.await;
    };
    tokio::time::timeout_at(deadline, future)
        .await
        .unwrap_or_else(|_| Err(TransportError::new("the attempt timed out").with_timeout()))
}

fn panicked() -> TransportError {
    TransportError::new("the transport panicked")
}

/// A user's value. We throw it away after a panic, and it might even panic while we do so.
struct Contained<T>(Option<T>);

impl<T> Contained<T> {
    fn poll<R>(
        &mut self,
        poll: impl FnOnce(&mut T) -> Poll<Result<R, TransportError>>,
    ) -> Poll<Result<R, TransportError>> {
        let Some(inner) = &mut self.0 else {
            return Poll::Ready(Err(panicked()));
        };
        contained(|| poll(inner)).unwrap_or_else(|| {
            self.give_up();
            Poll::Ready(Err(panicked()))
        })
    }

    fn give_up(&mut self) {
        let inner = self.0.take();
        contained(|| drop(inner));
    }
}

impl Contained<Body> {
    fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, TransportError>> {
        self.poll(|body| {
            let chunk = body.poll_chunk(context);
            chunk.map_err(TransportError::new)
        })
    }
}

impl Future for Contained<OwnFuture<'_>> {
    type Output = Result<Response<Body>, TransportError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Contained::poll(&mut self, |sending| sending.as_mut().poll(context))
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        if self.0.is_some() {
            self.give_up();
        }
    }
}
