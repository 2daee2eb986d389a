//! Determines whether any part of a request may have been sent.
//!
//! If nothing was sent, we know that the operation didn't take effect, no matter what kind of
//! timeout expired. The idea is that an HTTP client needs to know the length of the body before it
//! can write the head of the request, so it has to ask the body for it. Once the body has been
//! dropped, it can't be sent later on either. This means that if a body is dropped before anyone
//! has asked for its length, the request never made it to a connection.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Sends a request. If this fails, it also returns whether the server might have received any of
/// it.
pub(crate) fn send(
    http: &reqwest::Client,
    mut request: reqwest::Request,
) -> impl Future<Output = Result<reqwest::Response, (reqwest::Error, bool)>> + Send + use<> {
    let asked = Arc::new(AtomicBool::new(false));
    let body = request.body_mut();
    *body = Some(reqwest::Body::wrap(Watched {
        body: body.take().unwrap_or_default(),
        asked: Arc::clone(&asked),
    }));
    let sending = http.execute(request);
    // reqwest already asks for the length when creating the future, in case there is a redirect.
    // That doesn't send anything.
    asked.store(false, Ordering::Relaxed);
    // Requests are large, so avoid moving this one into the future.
    async move {
        // At this point the future has been dropped, and so has the body, unless a connection has
        // taken it.
        let error = match sending.await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        // If a connection still has the body, it could ask for the length at any moment.
        let asked = Arc::into_inner(asked).is_none_or(AtomicBool::into_inner);
        let sent = asked && !is_refused(&error);
        Err((error, sent))
    }
}

/// Returns true if the server refused to process the request (`REFUSED_STREAM`, RFC 9113, section
/// 8.7).
///
/// In theory, the same is true for some of the streams when a connection is shut down gracefully.
/// But hyper also returns that error for streams that the server might have processed.
#[cfg(feature = "http2")]
fn is_refused(error: &reqwest::Error) -> bool {
    use std::error::Error as _;

    // The errors of reqwest, of its pool, and of hyper. Anything below that could come from the
    // user's stream.
    let cause = error.source().and_then(|error| error.source()?.source());
    let Some(error) = cause.and_then(|cause| cause.downcast_ref::<h2::Error>()) else {
        return false;
    };
    error.is_reset() && error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM)
}

#[cfg(not(feature = "http2"))]
fn is_refused(_: &reqwest::Error) -> bool {
    false
}

/// Records whether anyone has asked for the length of the body.
struct Watched {
    body: reqwest::Body,
    asked: Arc<AtomicBool>,
}

impl Watched {
    fn note(&self) {
        // The reference count of the `Arc` is read first and provides the ordering.
        self.asked.store(true, Ordering::Relaxed);
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        self.note();
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.note();
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.note();
        self.body.size_hint()
    }
}

#[cfg(all(test, feature = "http2"))]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use trackstar_test_server::FaultServer;

    use super::*;

    /// Starts an HTTP/2 server that never responds, and only accepts a single stream at a time.
    async fn silent() -> FaultServer {
        let server = FaultServer::raw(async |mut stream| {
            // The settings frame, which limits the number of streams to one.
            let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1];
            stream.write_all(&settings).await.expect("written");
            while matches!(stream.read(&mut [0; 4096]).await, Ok(count) if count > 0) {}
        });
        server.await.expect("a port")
    }

    #[tokio::test(start_paused = true)]
    async fn queued_request_may_have_been_sent() {
        let server = silent().await;
        let url = server.base_url();
        let http = reqwest::Client::builder().http2_prior_knowledge();
        let http = http.no_proxy().build().expect("a client");
        let post = |seconds| {
            let (http, url) = (http.clone(), url.clone());
            tokio::spawn(async move {
                let request = http.post(url).body("a body");
                let request = request.timeout(Duration::from_secs(seconds)).build();
                send(&http, request.expect("a request")).await
            })
        };
        let first = post(60);
        // Wait until the server's settings have arrived.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let others = [20, 15, 10, 5].map(post);
        for other in others {
            let (error, sent) = other.await.expect("no panic").expect_err("silence");
            assert!(error.is_timeout() && sent, "{error:?}");
        }
        first.abort();
    }

    #[tokio::test]
    async fn request_without_a_connection_was_not_sent() {
        let http = reqwest::Client::builder().no_proxy().build();
        let http = http.expect("a client");
        for body in [None, Some("a body")] {
            let mut request = http.post("http://127.0.0.1:1").build().expect("a request");
            *request.body_mut() = body.map(Into::into);
            let (error, sent) = send(&http, request).await.expect_err("nobody is there");
            assert!(error.is_connect() && !sent, "{error:?}");
        }
    }
}
