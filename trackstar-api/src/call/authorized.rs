//! Gives tools access to the exact request that a call would send.

use bytes::Bytes;
use http::HeaderMap;

use super::Call;
use crate::error::Error;

/// Builds the request of a call, including its credentials, without sending it.
///
/// The credential headers are marked as sensitive. The body is only included if it was set with
/// [`Call::body`] or [`Call::raw_body`]. In particular, uploads are left out.
#[allow(clippy::missing_errors_doc, reason = "hidden, see `Call::send`")]
pub fn authorized(call: &Call) -> Result<http::Request<Bytes>, Error> {
    let mut request = if call.body.is_some() {
        call.built()?
    } else {
        call.request_without_body()?
    };
    call.context.authorize(&mut request, call.operation)?;
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let body = body.map_or_else(Bytes::new, Bytes::copy_from_slice);
    let mut built = http::Request::builder()
        .method(request.method().clone())
        .uri(request.url().as_str())
        .body(body)
        .map_err(call.context.unbuildable(call.operation))?;
    let headers: &mut HeaderMap = built.headers_mut();
    headers.clone_from(request.headers());
    Ok(built)
}
