//! Detects whether any bytes of a request may have been sent. If none were, the outcome of the
//! operation is known, and the type of the timeout that ended the attempt does not matter.
//!
//! An HTTP client cannot write the head of a request before it queries the length of the body,
//! because the head contains it. A body that was dropped cannot be sent later. Therefore a body
//! that was dropped without such a query never reached a connection.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Sends a request. On failure, returns the error and whether any bytes may have reached the server.
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
    // Creating the future queries the body in case of a redirect, but sends nothing. Redirects are off.
    asked.store(false, Ordering::Relaxed);
    // The request is large. Keep it out of the awaited future, which would copy it.
    async move {
        // The future is dropped before the next line, together with a body that no connection has taken.
        let error = match sending.await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        // A connection that still has the body may query it at any moment.
        let asked = Arc::into_inner(asked).is_none_or(AtomicBool::into_inner);
        let sent = asked && !is_refused(&error);
        Err((error, sent))
    }
}

/// Returns true if the server rejected the stream before processing the request (`REFUSED_STREAM`, RFC 9113, 8.7).
/// A graceful shutdown of a connection has the same meaning for some streams, but hyper also reports it for streams
/// that the server may have processed.
#[cfg(feature = "http2")]
fn is_refused(error: &reqwest::Error) -> bool {
    use std::error::Error as _;

    // The errors of reqwest, its pool and hyper. Deeper causes may come from the source of a body.
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

/// A body that records whether it was queried.
struct Watched {
    body: reqwest::Body,
    asked: Arc<AtomicBool>,
}

impl Watched {
    fn note(&self) {
        // The count of the `Arc`, which is read first, orders this.
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
    use tokio::net::TcpListener;

    use super::*;

    /// Starts an HTTP/2 server that accepts one stream at a time and never responds.
    async fn silent() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    // Settings: at most one stream.
                    let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1];
                    stream.write_all(&settings).await.expect("written");
                    while matches!(stream.read(&mut [0; 4096]).await, Ok(count) if count > 0) {}
                });
            }
        });
        url
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_connection_has_in_its_queue_may_still_be_sent() {
        let url = silent().await;
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
        // Wait for the server's settings.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let others = [20, 15, 10, 5].map(post);
        for other in others {
            let (error, sent) = other.await.expect("no panic").expect_err("silence");
            assert!(error.is_timeout() && sent, "{error:?}");
        }
        first.abort();
    }

    #[tokio::test]
    async fn what_no_connection_has_taken_was_not_sent() {
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
