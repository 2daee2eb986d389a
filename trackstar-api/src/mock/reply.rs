//! Converts the mock's responses to HTTP.

use std::io;

use http::header::{HeaderName, HeaderValue};
use http_body_util::Full;
use hyper::body::Bytes;
use trackstar_mock::Reply;

pub(super) type HttpResponse = hyper::Response<Full<Bytes>>;

pub(super) fn write(reply: Reply) -> io::Result<HttpResponse> {
    if reply.status == 0 {
        return Err(io::Error::other("the test asked to close the connection"));
    }
    let status = hyper::StatusCode::from_u16(reply.status).map_err(io::Error::other)?;
    let mut response = HttpResponse::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = status;
    for (name, value) in reply.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(io::Error::other)?;
        let value = HeaderValue::from_str(&value).map_err(io::Error::other)?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
