//! The request that a call would send, for tools that show or check it first.

use bytes::Bytes;
use http::HeaderMap;

use super::Call;
use crate::Error;

/// Builds the request of a call with its credentials, which are marked sensitive. Nothing is sent.
///
/// A body is there if [`Call::body`] or [`Call::raw_body`] has set it. Uploads are not.
#[allow(clippy::missing_errors_doc, reason = "hidden: as `Call::send`")]
pub fn authorized(call: &Call) -> Result<http::Request<Bytes>, Error> {
    let mut request = if call.body.is_some() {
        call.built()?
    } else {
        call.request_without_body()?
    };
    call.caller.authorize(&mut request, call.operation)?;
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let body = body.map_or_else(Bytes::new, Bytes::copy_from_slice);
    let mut built = http::Request::builder()
        .method(request.method().clone())
        .uri(request.url().as_str())
        .body(body)
        .map_err(Error::unbuildable(&call.caller, call.operation))?;
    let headers: &mut HeaderMap = built.headers_mut();
    headers.clone_from(request.headers());
    Ok(built)
}
