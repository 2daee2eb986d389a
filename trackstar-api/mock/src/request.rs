//! Requests.

use std::fmt;

use serde_json::Value;
use trackstar_openapi::media_type::is_json;

use crate::credentials::{ACCESS_TOKEN, API_KEY};
use crate::secrets::Head;

/// Replaces every secret.
pub(crate) const REDACTED: &str = "<redacted>";

/// A request. The `Debug` output only includes the method and path.
///
/// ```
/// use trackstar_mock::Request;
///
/// let request = Request::new("GET", "/orders?limit=2").header("X-Mode", "fast");
/// assert_eq!((request.path.as_str(), request.query.as_str()), ("/orders", "limit=2"));
/// assert_eq!(request.get("x-mode"), Some("fast"));
/// ```
#[derive(Clone, Default)]
pub struct Request {
    /// The method in uppercase.
    pub method: String,
    /// The percent-encoded path, without the query.
    pub path: String,
    /// The encoded query, without the question mark.
    pub query: String,
    /// The headers in the order in which they were received. Names are lowercase.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// Creates a request. `target` is a path, optionally followed by a query.
    #[must_use]
    pub fn new(method: impl Into<String>, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.into(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the first value of a header. `name` has to be lowercase.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.as_str())
    }

    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// Returns the query parameters. The names are decoded, but the values aren't.
    pub(crate) fn raw_pairs(&self) -> Vec<(String, &str)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), value)
            })
            .collect()
    }

    /// Returns the credentials in the headers.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        [API_KEY, ACCESS_TOKEN]
            .into_iter()
            .filter_map(|name| self.get(name))
    }
}

/// Decodes a name or value in the query, following the rules for forms.
pub(crate) fn decoded(text: &str) -> String {
    let spaces = text.replace('+', " ");
    let bytes = percent_encoding::percent_decode_str(&spaces);
    bytes.decode_utf8_lossy().into_owned()
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A request that the mock has received.
///
/// Credentials in headers are replaced with `<redacted>`. In `Debug` output, so is everything that
/// the document marks as a password, whether it's in the path, query, headers or body.
#[derive(Clone)]
pub struct Received {
    pub(crate) operation: Option<String>,
    pub(crate) request: Request,
    pub(crate) token: Option<String>,
    pub(crate) shown: Option<Value>,
    pub(crate) head: Head,
    pub(crate) status: u16,
}

impl Received {
    /// Returns the operation id. This is `None` if the request doesn't match an operation or if the
    /// operation doesn't have an id.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Returns the method in uppercase.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.request.method
    }

    /// Returns the percent-encoded path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.request.path
    }

    /// Returns the decoded query parameters in the order in which they were received.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        self.request.pairs()
    }

    /// Returns the headers in the order in which they were received. Names are lowercase, and
    /// credentials are replaced with `<redacted>`.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.request.headers
    }

    /// Returns the first value of a header. `name` isn't case sensitive.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.get(&name.to_ascii_lowercase())
    }

    /// Returns the body exactly as it was received. Note that secrets aren't redacted here.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.request.body
    }

    /// Returns the body as JSON, or `None` if it isn't valid JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.request.body).ok()
    }

    /// Returns true if the request was made with this access token.
    #[must_use]
    pub fn is_by(&self, token: &[u8]) -> bool {
        self.token
            .as_ref()
            .is_some_and(|own| own.as_bytes() == token)
    }

    /// Returns the status code of the response, or 0 if nothing was sent.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Received");
        shown.field("operation", &self.operation);
        shown.field("method", &self.request.method);
        shown.field("path", &self.head.path);
        shown.field("query", &self.head.query);
        shown.field("headers", &self.head.headers);
        let kind = self.request.get("content-type").unwrap_or_default();
        match &self.shown {
            Some(body) => shown.field("body", &format_args!("{body}")),
            None if self.request.body.is_empty() => shown.field("body", &format_args!("none")),
            None => {
                let (count, json) = (self.request.body.len(), is_json(kind));
                let kind = if json { "no JSON" } else { kind };
                shown.field("body", &format_args!("{count} bytes ({kind})"))
            }
        };
        shown.field("status", &self.status).finish_non_exhaustive()
    }
}
