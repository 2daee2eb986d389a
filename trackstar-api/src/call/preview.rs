//! Previews, which show a request instead of sending it.

use std::fmt::{self, Write as _};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use crate::call::context::CallContext;
use crate::error::Error;
use crate::operation::Operation;
use crate::secret::redact::redact;
use crate::transport::headers::{ACCESS_TOKEN_HEADER, API_KEY_HEADER};

/// Replaces every secret in a preview.
pub(crate) const REDACTED: &str = "<redacted>";

/// A preview of the request that a call would send, with secrets redacted.
///
/// This is returned by [`preview_request`](crate::CallOptions::preview_request). Its `Display`
/// output resembles an HTTP/1 message, starting with the method and the URL, followed by the
/// headers and the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPreview {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<String>,
}

impl RequestPreview {
    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the URL. Any secrets in it are replaced with `redacted`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the headers. Credentials are replaced with `<redacted>`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body. This is `None` if the request doesn't have a body, or if the body is a
    /// stream or isn't text.
    ///
    /// [`Sensitive`](crate::Sensitive) values are replaced with `<redacted>`. If another field
    /// happens to have the same value as one of them, it is replaced too.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }
}

impl fmt::Display for RequestPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            write!(f, "\n{name}: {value}")?;
        }
        match &self.body {
            Some(body) => write!(f, "\n\n{body}"),
            None => Ok(()),
        }
    }
}

/// Captures the request of a call in place of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Preview(Arc<Mutex<Option<RequestPreview>>>);

impl Preview {
    /// Returns the request of a call that has this option set. The call completes immediately.
    pub(crate) fn of<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<RequestPreview, Error> {
        let mut context = Context::from_waker(Waker::noop());
        let ended = pin!(call).poll(&mut context);
        let received = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (received, ended) {
            (Some(request), _) => Ok(request),
            (None, Poll::Ready(Err(error))) => Err(error),
            (None, _) => Err(Error::config("the call ended without a request to preview")),
        }
    }

    /// Stores the call's request, including any headers from its options, and returns the error
    /// that we use to end the call early. `secrets` are the secrets in the body, encoded as JSON.
    pub(crate) fn take(
        &self,
        request: &reqwest::Request,
        context: &CallContext,
        operation: &'static Operation,
        own_headers: &[(HeaderName, HeaderValue)],
        secrets: &[Bytes],
    ) -> Error {
        let context = context.for_call();
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers() {
            headers.append(name, shown(&context, value));
        }
        for (name, value) in own_headers {
            headers.insert(name, shown(&context, value));
        }
        let token = operation.needs_token.then_some(ACCESS_TOKEN_HEADER);
        for name in token.into_iter().chain([API_KEY_HEADER]) {
            let name = HeaderName::from_static(name);
            headers.insert(name, HeaderValue::from_static(REDACTED));
        }
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let body = body.filter(|body| !body.is_empty());
        let body = body.and_then(|body| text(body, request, secrets));
        let request = RequestPreview {
            method: request.method().clone(),
            url: redacted(&context, request.url().as_str()),
            headers,
            body: body.map(|body| redacted(&context, &body)),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        context.invalid_request(operation)("the request was previewed instead of sent")
    }
}

fn redacted(context: &CallContext, text: &str) -> String {
    let redacted = redact(text.as_bytes(), &context.secrets());
    String::from_utf8_lossy(&redacted).into_owned()
}

fn shown(context: &CallContext, value: &HeaderValue) -> HeaderValue {
    let value = if value.is_sensitive() {
        REDACTED.to_owned()
    } else {
        redacted(context, &String::from_utf8_lossy(value.as_bytes()))
    };
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static(REDACTED))
}

/// Returns the body as text with `secrets` (which are encoded as JSON) redacted.
fn text(body: &[u8], request: &reqwest::Request, secrets: &[Bytes]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let secrets = secrets.iter().map(|it| serde_json::from_slice(it));
    let secrets: Vec<Value> = secrets.filter_map(Result::ok).collect();
    if secrets.is_empty() {
        return Some(text.to_owned());
    }
    let media_type = request.headers().get(http::header::CONTENT_TYPE);
    let media_type = media_type.map_or(&b""[..], HeaderValue::as_bytes);
    if media_type.starts_with(b"application/x-www-form-urlencoded") {
        return Some(form(text, &secrets));
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            hide(&mut value, &secrets);
            Some(value.to_string())
        }
        Err(_) => Some(REDACTED.to_owned()),
    }
}

fn hide(value: &mut Value, secrets: &[Value]) {
    if secrets.contains(value) {
        *value = REDACTED.into();
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|field| hide(field, secrets)),
        _ => {}
    }
}

fn form(text: &str, secrets: &[Value]) -> String {
    let secret = |value: &str| {
        let value = value.replace('+', " ");
        let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy();
        secrets.iter().any(|secret| match secret {
            Value::String(text) => *text == value,
            Value::Array(items) => items.iter().any(|item| item.as_str() == Some(&value)),
            other => other.to_string() == value,
        })
    };
    let mut form = String::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = if secret(value) { REDACTED } else { value };
        let before = if form.is_empty() { "" } else { "&" };
        let _infallible = write!(form, "{before}{name}={value}");
    }
    form
}
