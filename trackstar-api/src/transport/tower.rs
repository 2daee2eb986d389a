//! Uses a `tower::Service` as a transport.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};

use http::{Request, Response};
use tower_service::Service;

use super::Transport;
use super::body::Body;
use super::failure::{BoxError, Sent, TransportError};

/// A [`Transport`] that uses a `tower::Service`, for example a hyper client or a stack of layers.
///
/// The service is cloned for each request. If `poll_ready` returns an error, nothing was sent. If
/// the response future returns an error, the request may have been sent. You can use a
/// [`TransportError`] if you know better.
///
/// ```
/// use trackstar_api::transport::{Body, TowerTransport};
/// use trackstar_api::{ApiKey, Client};
///
/// # use trackstar_api::reexports::http_1::{Request, Response};
/// # use trackstar_api::transport::TransportError;
/// # use std::task::{Context, Poll};
/// # #[derive(Clone)]
/// # struct Service;
/// # impl tower_service::Service<Request<Body>> for Service {
/// #     type Response = Response<Body>;
/// #     type Error = TransportError;
/// #     type Future = std::future::Ready<Result<Response<Body>, TransportError>>;
/// #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
/// #         Poll::Ready(Ok(()))
/// #     }
/// #     fn call(&mut self, _: Request<Body>) -> Self::Future {
/// #         std::future::ready(Ok(Response::new(Body::empty())))
/// #     }
/// # }
/// # let service = Service;
/// // `service` is a `tower::Service<http::Request<Body>>`.
/// let transport = TowerTransport::new(service);
/// let client = Client::builder(ApiKey::new("key-1")?).transport(transport).build()?;
/// # let _ = client;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
pub struct TowerTransport<S> {
    /// This is only locked for as long as it takes to clone it.
    service: Mutex<S>,
}

impl<S> TowerTransport<S> {
    /// Creates a transport that uses the given service.
    pub fn new(service: S) -> Self {
        Self {
            service: Mutex::new(service),
        }
    }
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerTransport").finish_non_exhaustive()
    }
}

impl<S, B> Transport for TowerTransport<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let service = self.service.lock();
        let mut service = service.unwrap_or_else(PoisonError::into_inner).clone();
        poll_fn(|context| service.poll_ready(context))
            .await
            .map_err(|error| failed(error).with_sent(Sent::No))?;
        let response = service.call(request).await.map_err(failed)?;
        Ok(response.map(Body::wrap))
    }
}

fn failed(error: impl Into<BoxError>) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => TransportError::new(error),
    }
}
