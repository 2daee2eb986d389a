//! Parses multipart bodies.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_util::stream::once;

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The field name.
    pub name: String,
    /// The `Content-Type` of the part, if it has one.
    pub kind: Option<String>,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Parses a multipart body. `content_type` is the value of its `Content-Type` header.
///
/// ```
/// let body = b"--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
/// let parts = trackstar_mock::parts("multipart/form-data; boundary=x", body).unwrap();
/// assert_eq!((parts[0].name.as_str(), parts[0].bytes.as_slice()), ("a", b"1".as_slice()));
/// ```
///
/// # Errors
///
/// This returns an error if the body or its `Content-Type` is invalid. The error doesn't quote any
/// content.
pub fn parts(content_type: &str, body: &[u8]) -> Result<Vec<Part>, String> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| error.to_string())?;
    let body = Bytes::copy_from_slice(body);
    let stream = once(ready(Ok::<Bytes, Infallible>(body)));
    let mut body = multer::Multipart::new(stream, boundary);
    let reading = async move {
        let mut parts = Vec::new();
        while let Some(field) = body.next_field().await.map_err(|error| error.to_string())? {
            let name = field.name().ok_or("a part has no name")?.to_owned();
            let kind = field.content_type().map(ToString::to_string);
            let bytes = field.bytes().await.map_err(|error| error.to_string())?;
            parts.push(Part {
                name,
                kind,
                bytes: bytes.to_vec(),
            });
        }
        Ok(parts)
    };
    // The body is already in memory, so this never has to wait.
    match pin!(reading).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(parts) => parts,
        Poll::Pending => Err("the body ends in the middle of a part".to_owned()),
    }
}
