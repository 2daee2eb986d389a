//! An HTTP response, read completely or up to a limit.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::attempts::Trail;
use crate::caller::Caller;
use crate::error::Error;
use crate::observe::{Drift, Watch};
use crate::operation::Operation;
use crate::redact::redact;
use crate::repair::Repairs;
use crate::sanitize::LONGEST;
use crate::transport::Received;
use crate::wiped::Wiped;

/// The header with the request id, which is in every response of the API. The vendor recommends
/// logging it (source: the page "Errors" of the vendor's documentation).
pub(crate) const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Default maximum size of the body of a success, in bytes. It protects against exhausting the
/// memory.
pub(crate) const LONGEST_SUCCESS: usize = 32 * 1024 * 1024;

/// Maximum size of the body of any other response, in bytes. The rest contains no more information.
const LONGEST_REFUSAL: usize = 1024 * 1024;

/// Status, headers and body, with the data that an error about them needs.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) operation: &'static Operation,
    pub(crate) caller: Caller,
    pub(crate) head: Head,
    /// The received body. It is complete unless an error reports that it is not.
    pub(crate) body: Bytes,
    /// The call that the response ends, once it is known to be the last one.
    pub(crate) of_call: Option<(Trail, Watch)>,
}

/// The part of a response before the body. It is available even if the body is not.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// A copy of the body, if the call requests it.
    pub(crate) kept: Option<Arc<Wiped>>,
}

/// The content codings that IANA has registered, except `identity`, which changes nothing. Some
/// servers write a character set or nothing into the header, and send the body unencoded.
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

/// Returns the names in a list, which may be empty.
fn names(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let names = value.split(|it| *it == b',').map(<[u8]>::trim_ascii);
    names.filter(|name| !name.is_empty())
}

impl Head {
    /// Returns the request id, if the server sent one.
    pub(crate) fn request_id(&self) -> Option<&str> {
        std::str::from_utf8(self.headers.get(REQUEST_ID_HEADER)?.as_bytes()).ok()
    }

    /// Returns the encoding of the body according to the header. The body may be unencoded
    /// nevertheless, unless [`is_encoded`] returns true.
    ///
    /// [`is_encoded`]: Self::is_encoded
    pub(crate) fn encoding(&self) -> Option<&[u8]> {
        let values = self.headers.get_all(header::CONTENT_ENCODING).iter();
        let mut values = values.map(HeaderValue::as_bytes);
        values.find(|value| !names(value).all(|name| name.eq_ignore_ascii_case(b"identity")))
    }

    /// Returns true if the body is still in a known encoding.
    pub(crate) fn is_encoded(&self) -> bool {
        let values = self.headers.get_all(header::CONTENT_ENCODING).iter();
        let mut names = values.flat_map(|value| names(value.as_bytes()));
        names.any(|name| {
            CODINGS
                .iter()
                .any(|coding| name.eq_ignore_ascii_case(coding.as_bytes()))
        })
    }

    /// Makes the request id safe for logs: valid text without credentials.
    fn mend_request_id(&mut self, caller: &Caller) {
        let Some(value) = self.headers.get_mut(REQUEST_ID_HEADER) else {
            return;
        };
        let bytes = value.as_bytes();
        let is_fit = bytes.len() <= LONGEST && std::str::from_utf8(bytes).is_ok();
        if is_fit && matches!(redact(bytes, &caller.secrets()), Cow::Borrowed(_)) {
            return;
        }
        if let Ok(mended) = HeaderValue::from_str(caller.sanitize(bytes).as_str()) {
            *value = mended;
        }
    }
}

impl Answer {
    /// Reads the body. If this fails, the error contains the status, the request id and the
    /// received part.
    pub(crate) async fn read(
        mut response: Received,
        operation: &'static Operation,
        caller: Caller,
    ) -> Result<Box<Self>, Error> {
        let status = response.status();
        let headers = response.take_headers();
        let mut head = Head {
            status,
            headers,
            kept: None,
        };
        head.mend_request_id(&caller);
        let limit = caller.settings().body_limit;
        let limit = if status.is_success() {
            limit
        } else {
            limit.min(LONGEST_REFUSAL)
        };
        let mut body = Body::default();
        let end = loop {
            match response.chunk().await {
                Ok(None) => break Ok(()),
                Ok(Some(chunk)) => body.push(chunk),
                Err(error) => break Err(error),
            }
            if body.len() > limit {
                break Ok(());
            }
        };
        let mut body = body.into_bytes();
        let too_long = status.is_success() && body.len() > limit;
        body.truncate(limit);
        // Boxed, because many functions pass it on and each would copy it.
        let answer = Box::new(Self {
            operation,
            caller,
            head,
            body,
            of_call: None,
        });
        match end {
            Err(error) => Err(Error::cut_off(answer, &error)),
            Ok(()) if too_long => Err(Error::too_long(answer, limit)),
            Ok(()) => Ok(answer),
        }
    }
}

impl Answer {
    /// Keeps a copy of the body for the response.
    pub(crate) fn keep_body(&mut self) {
        let mut copy = Wiped::with_capacity(self.body.len());
        copy.extend(&self.body);
        self.head.kept = Some(Arc::new(copy));
    }

    /// Reports enums that had unknown values.
    pub(crate) fn drift(&self, enums: &[&'static str]) {
        if let Some((_, watch)) = &self.of_call {
            for name in enums {
                watch.drift(Drift::EnumValue(name));
            }
        }
    }

    /// Reports the repairs of the JSON.
    pub(crate) fn repaired(&self, repairs: Repairs) {
        if let Some((_, watch)) = &self.of_call {
            repairs.drifts().for_each(|drift| watch.drift(drift));
        }
    }

    /// Records that the call succeeded.
    pub(crate) fn end(&mut self) {
        if let Some((_, watch)) = &mut self.of_call {
            watch.succeed(&self.head);
        }
    }

    /// Returns the response, unless its body is missing although the document specifies one.
    pub(crate) fn with_content(self: Box<Self>) -> Result<Box<Self>, Error> {
        if self.body.is_empty() && self.operation.promises_content(self.head.status) {
            return Err(self.fail(Error::empty));
        }
        Ok(self)
    }

    /// Records that the call failed because of this response.
    pub(crate) fn fail(mut self: Box<Self>, error: impl FnOnce(Box<Self>) -> Error) -> Error {
        let of_call = self.of_call.take();
        let error = error(self);
        let Some((trail, mut watch)) = of_call else {
            return error;
        };
        let error = trail.behind(error);
        if let Some(drift) = error.drift() {
            watch.drift(drift);
        }
        watch.fail(&error);
        error
    }
}

/// A body that is being received. Most consist of one chunk and are not copied. A buffer of several
/// chunks is wiped with the response.
#[derive(Default)]
struct Body {
    first: Bytes,
    /// The concatenated chunks, if there are several.
    whole: Wiped,
}

impl Body {
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
        let head = Head {
            status: StatusCode::OK,
            headers: values.map(|it| (header::CONTENT_ENCODING, it)).collect(),
            kept: None,
        };
        let encoding = head.encoding();
        let encoding = encoding.map(|it| String::from_utf8_lossy(it).into_owned());
        (encoding, head.is_encoded())
    }

    #[test]
    fn only_known_codings_encode_a_body() {
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
