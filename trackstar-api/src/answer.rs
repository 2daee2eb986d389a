//! An HTTP answer, read to its end or to a limit.

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

/// The header that the API puts on every answer (page: Errors; it is asked to be logged).
pub(crate) const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How much of a success is read before it counts as an attack on memory, in bytes, where nothing
/// else is set.
pub(crate) const LONGEST_SUCCESS: usize = 32 * 1024 * 1024;

/// How much of any other answer is read, in bytes: the rest of it says nothing more.
const LONGEST_REFUSAL: usize = 1024 * 1024;

/// Status, headers and body, with what is needed to make an error of them.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) operation: &'static Operation,
    pub(crate) caller: Caller,
    pub(crate) head: Head,
    /// What has arrived of the body: all of it, but for errors about just that.
    pub(crate) body: Bytes,
    /// The call that it ends, once it is known to be the last.
    pub(crate) of_call: Option<(Trail, Watch)>,
}

/// What arrives before the body, and survives when the body does not.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// A copy of the body, if the call asks for it.
    pub(crate) kept: Option<Arc<Wiped>>,
}

/// The content codings that IANA has registered, but `identity`, which changes nothing. Some servers
/// put a character set or nothing into the header, and send the body as it is.
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
    /// The request id, where the server sent one.
    pub(crate) fn request_id(&self) -> Option<&str> {
        std::str::from_utf8(self.headers.get(REQUEST_ID_HEADER)?.as_bytes()).ok()
    }

    /// Returns what the server says of the encoding of a body. Where it is not [`is_encoded`], the body
    /// may be plain all the same.
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

    /// Makes the request id fit for logs, which is what it is for: text, and no credential.
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
    /// Reads the body. When that fails, the error keeps status, request id and what has arrived.
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
        // It passes through many hands, and would be copied by each.
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

    /// These enums have values that the document does not know.
    pub(crate) fn drift(&self, enums: &[&'static str]) {
        if let Some((_, watch)) = &self.of_call {
            for name in enums {
                watch.drift(Drift::EnumValue(name));
            }
        }
    }

    /// The JSON had to be repaired.
    pub(crate) fn repaired(&self, repairs: Repairs) {
        if let Some((_, watch)) = &self.of_call {
            repairs.drifts().for_each(|drift| watch.drift(drift));
        }
    }

    /// The call has succeeded.
    pub(crate) fn end(&mut self) {
        if let Some((_, watch)) = &mut self.of_call {
            watch.succeed(&self.head);
        }
    }

    /// Returns the answer, unless it has no body and the document promises one.
    pub(crate) fn with_content(self: Box<Self>) -> Result<Box<Self>, Error> {
        if self.body.is_empty() && self.operation.promises_content(self.head.status) {
            return Err(self.fail(Error::empty));
        }
        Ok(self)
    }

    /// The call has failed after all, for what this answer holds.
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

/// A body as it arrives. Most are one chunk, and are not copied. What is put together here is wiped
/// with the response.
#[derive(Default)]
struct Body {
    first: Bytes,
    /// All of it, once there is more than the first chunk.
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
