//! Reads HTTP responses.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::failure::Failure;
use super::received::Received;
use crate::secret::redact::redact;
use crate::secret::sanitize::{LONGEST, Sanitized};
use crate::secret::wiped::Wiped;

/// The header that contains the request id. All responses from the API have one, and the "Errors"
/// page of its documentation recommends logging it.
const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The default limit for a successful response, in bytes. This prevents a server from using up all
/// of our memory.
pub(crate) const LONGEST_SUCCESS: usize = 32 * 1024 * 1024;

/// The limit for any other response, in bytes. We don't expect anything useful beyond this.
const LONGEST_REFUSAL: usize = 1024 * 1024;

/// The content encodings registered with IANA, aside from `identity`. Some servers put a character
/// set (or nothing at all) into this header and then send the body as is.
const CODINGS: [&str; 12] = [
    "aes128gcm",
    "br",
    "compress",
    "dcb",
    "dcz",
    "deflate",
    "exi",
    "gzip",
    "pack200-gzip",
    "x-compress",
    "x-gzip",
    "zstd",
];

/// A response whose body has been read.
#[derive(Debug)]
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// As much of the body as we've received.
    pub(crate) body: Bytes,
}

/// The reason why a body is incomplete.
pub(crate) enum Incomplete {
    CutOff(Failure),
    /// A successful response has more than this many bytes.
    TooLong(usize),
}

/// Returns the request id, if there is one.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    std::str::from_utf8(headers.get(REQUEST_ID_HEADER)?.as_bytes()).ok()
}

/// Returns the names in a list, which may be empty.
fn names(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let names = value.split(|it| *it == b',').map(<[u8]>::trim_ascii);
    names.filter(|name| !name.is_empty())
}

impl RawResponse {
    /// Reads a response and takes its headers. Its body can have up to `limit` bytes.
    ///
    /// If this fails, the body contains what we've received so far. We return a box because this
    /// gets passed through lots of functions, and every one of them would have to copy it.
    pub(crate) async fn read(
        response: &mut Received,
        limit: usize,
    ) -> (Box<Self>, Result<(), Incomplete>) {
        let status = response.status();
        let limit = if status.is_success() {
            limit
        } else {
            limit.min(LONGEST_REFUSAL)
        };
        let mut body = ReceivedChunks::default();
        let mut end = loop {
            match response.chunk().await {
                Ok(None) => break Ok(()),
                Ok(Some(chunk)) => body.push(chunk),
                Err(error) => break Err(Incomplete::CutOff(error)),
            }
            if body.len() > limit {
                break Ok(());
            }
        };
        let mut body = body.into_bytes();
        if end.is_ok() && status.is_success() && body.len() > limit {
            end = Err(Incomplete::TooLong(limit));
        }
        body.truncate(limit);
        let response = Box::new(Self {
            status,
            headers: response.take_headers(),
            body,
        });
        (response, end)
    }

    /// Returns the request id, if there is one.
    pub(crate) fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns the value of the content encoding header.
    ///
    /// Note that the body might not really be encoded. Use [`is_encoded`] to check that.
    ///
    /// [`is_encoded`]: Self::is_encoded
    pub(crate) fn encoding(&self) -> Option<&[u8]> {
        let values = self.headers.get_all(header::CONTENT_ENCODING).iter();
        let mut values = values.map(HeaderValue::as_bytes);
        values.find(|value| !names(value).all(|name| name.eq_ignore_ascii_case(b"identity")))
    }

    /// Returns true if the body is still encoded, and we know the encoding.
    pub(crate) fn is_encoded(&self) -> bool {
        let values = self.headers.get_all(header::CONTENT_ENCODING).iter();
        let mut names = values.flat_map(|value| names(value.as_bytes()));
        names.any(|name| {
            CODINGS
                .iter()
                .any(|coding| name.eq_ignore_ascii_case(coding.as_bytes()))
        })
    }

    /// Makes the request id safe to log by redacting `secrets` and replacing invalid text.
    pub(crate) fn sanitize_request_id(&mut self, secrets: &[&[u8]]) {
        let Some(value) = self.headers.get_mut(REQUEST_ID_HEADER) else {
            return;
        };
        let bytes = value.as_bytes();
        let is_fit = bytes.len() <= LONGEST && std::str::from_utf8(bytes).is_ok();
        if is_fit && matches!(redact(bytes, secrets), Cow::Borrowed(_)) {
            return;
        }
        let sanitized = Sanitized::new(bytes, secrets);
        if let Ok(sanitized) = HeaderValue::from_str(sanitized.as_str()) {
            *value = sanitized;
        }
    }
}

/// A body that is still being received. We don't copy it if there is just one chunk, which is
/// usually the case. Otherwise, the buffer for the chunks is wiped along with the response.
#[derive(Default)]
struct ReceivedChunks {
    first: Bytes,
    /// All chunks, if there is more than one.
    whole: Wiped,
}

impl ReceivedChunks {
    fn len(&self) -> usize {
        self.first.len().max(self.whole.len())
    }

    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() {
            self.first = chunk;
            return;
        }
        if self.whole.is_empty() {
            self.whole = Wiped::with_capacity(2 * (self.first.len() + chunk.len()));
            self.whole.extend(&self.first);
        }
        self.whole.extend(&chunk);
    }

    fn into_bytes(self) -> Bytes {
        if self.whole.is_empty() {
            self.first
        } else {
            self.whole.into_bytes()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> (Option<String>, bool) {
        let values = values.iter().map(|value| HeaderValue::from_static(value));
        let response = RawResponse {
            status: StatusCode::OK,
            headers: values.map(|it| (header::CONTENT_ENCODING, it)).collect(),
            body: Bytes::new(),
        };
        let encoding = response.encoding();
        let encoding = encoding.map(|it| String::from_utf8_lossy(it).into_owned());
        (encoding, response.is_encoded())
    }

    #[test]
    fn recognizes_known_content_codings() {
        assert_eq!(read(&[]), (None, false));
        for plain in ["", " ", ",", "identity", "Identity, identity"] {
            assert_eq!(read(&[plain]), (None, false), "{plain:?}");
        }
        for unknown in ["utf-8", "UTF-8, identity", "none", "x-own"] {
            assert_eq!(read(&[unknown]), (Some(unknown.to_owned()), false));
        }
        for coding in [
            "gzip",
            "GZIP",
            "x-gzip",
            "deflate",
            "compress",
            "identity, br",
            "zstd",
        ] {
            assert_eq!(read(&[coding]), (Some(coding.to_owned()), true));
        }
        assert_eq!(
            read(&["identity", "utf-8", "gzip"]),
            (Some("utf-8".to_owned()), true)
        );
    }
}
