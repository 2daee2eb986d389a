//! Whether anything of a request may have been sent: where it was not, what became of the operation is
//! known, whichever timeout ended the attempt.
//!
//! No HTTP client can write the head of a request without having asked its body whether there is one,
//! and how long it is, for the head says so. And what is gone cannot be sent later. So a body that is
//! gone and was not asked was never in the hands of a connection.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Sends a request. Where that fails, the second of what is answered is whether anything may have been
/// sent.
pub(crate) async fn send(
    http: &reqwest::Client,
    mut request: reqwest::Request,
) -> Result<reqwest::Response, (reqwest::Error, bool)> {
    let asked = Arc::new(AtomicBool::new(false));
    let body = request.body_mut();
    *body = Some(reqwest::Body::wrap(Watched {
        body: body.take().unwrap_or_default(),
        asked: Arc::clone(&asked),
    }));
    let sending = http.execute(request);
    // It was looked at in case of a redirect or a repetition, neither of which there is.
    asked.store(false, Ordering::Relaxed);
    // It is dropped before the next line, and with it what no connection has taken.
    let error = match sending.await {
        Ok(response) => return Ok(response),
        Err(error) => error,
    };
    // Where a connection has the body still, it may ask for it at any moment.
    let asked = Arc::into_inner(asked).is_none_or(AtomicBool::into_inner);
    let sent = asked && !is_not_taken(&error);
    Err((error, sent))
}

/// Whether the server says that it has not begun with the request (RFC 9113, 8.7): it refused the
/// stream, or was about to close the connection.
#[cfg(feature = "http2")]
fn is_not_taken(error: &reqwest::Error) -> bool {
    let error: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    let Some(error) = causes.find_map(|cause| cause.downcast_ref::<h2::Error>()) else {
        return false;
    };
    let closes = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
    let refuses = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    error.is_remote() && (closes || refuses)
}

#[cfg(not(feature = "http2"))]
fn is_not_taken(_: &reqwest::Error) -> bool {
    false
}

/// A body that notes when it is asked for anything.
struct Watched {
    body: reqwest::Body,
    asked: Arc<AtomicBool>,
}

impl Watched {
    fn note(&self) {
        // Ordered by the count of the `Arc`, which is looked at before this is.
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
