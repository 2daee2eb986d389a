//! A request as it arrives, and what is kept of it.

use std::fmt;

use serde_json::Value;
use trackstar_openapi::media_type::is_json;

use crate::operation::{ACCESS_TOKEN, API_KEY};
use crate::secrets::Head;

/// What stands in the place of a secret.
pub(crate) const REDACTED: &str = "<redacted>";

/// A request as it arrived. Its `Debug` shows method and path alone.
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
    /// The method, in capitals.
    pub method: String,
    /// The path as it was sent: percent-encoded, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: String,
    /// The headers in their order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request of a method for a path with its query.
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

    /// The same with one header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first value of a header, whose name is given in lower case.
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

    /// The pairs of the query, the names decoded and the values as they were sent.
    pub(crate) fn raw_pairs(&self) -> Vec<(String, &str)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), value)
            })
            .collect()
    }

    /// The credentials that it carries.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        [API_KEY, ACCESS_TOKEN]
            .into_iter()
            .filter_map(|name| self.get(name))
    }
}

/// A name or a value of a query, decoded as a form.
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

/// What the mock keeps of a request that has arrived.
///
/// The values of the credential headers are `<redacted>`. `Debug` shows no value that the document
/// calls a password, in path, query, headers and body.
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
    /// The id of the operation that it was for; `None` where the document has none for it.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// The method, in capitals.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.request.method
    }

    /// The path as it was sent: percent-encoded, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.request.path
    }

    /// The query, decoded, in its order.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        self.request.pairs()
    }

    /// The headers in their order, with names in lower case. Those of credentials are `<redacted>`.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.request.headers
    }

    /// The first value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.get(&name.to_ascii_lowercase())
    }

    /// The body as it was sent, secrets included.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.request.body
    }

    /// The body as JSON; `None` where it is none.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.request.body).ok()
    }

    /// Whether it came on behalf of the connection that this access token names.
    #[must_use]
    pub fn is_by(&self, token: &[u8]) -> bool {
        self.token
            .as_ref()
            .is_some_and(|own| own.as_bytes() == token)
    }

    /// The status that it was answered with; 0 where there was no answer.
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
