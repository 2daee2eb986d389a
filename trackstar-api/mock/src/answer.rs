//! Scripted responses.

use std::time::Duration;

use serde_json::Value;

use crate::Error;

/// A response to script for an operation.
///
/// ```
/// use std::time::Duration;
/// # use trackstar_mock::Answer;
///
/// let answers = [
///     Answer::rate_limited(Duration::from_secs(2)),
///     Answer::bad_gateway().delay(Duration::from_millis(50)),
///     Answer::json(200, serde_json::json!({"deleted": false})).header("x-mode", "slow"),
///     Answer::documented(),
/// ];
/// assert_eq!(answers.len(), 4);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "scripted responses do nothing unless passed to a script"]
pub struct Answer {
    pub(crate) kind: Kind,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) delay: Duration,
    pub(crate) takes_effect: bool,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    /// The documented response for success.
    Documented,
    /// The documented response for this status code.
    Status(u16),
    Json(u16, Value),
    Content(u16, String, Vec<u8>),
    RateLimited(Duration),
    HangUp,
}

impl std::fmt::Debug for Kind {
    /// Leaves out the body, since it may contain secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Documented => f.write_str("Documented"),
            Self::Status(status) => write!(f, "Status({status})"),
            Self::Json(status, _) => write!(f, "Json({status}, …)"),
            Self::Content(status, kind, body) => {
                write!(f, "Content({status}, {kind}, {} bytes)", body.len())
            }
            Self::RateLimited(wait) => write!(f, "RateLimited({wait:?})"),
            Self::HangUp => f.write_str("HangUp"),
        }
    }
}

impl Answer {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            headers: Vec::new(),
            delay: Duration::ZERO,
            takes_effect: false,
        }
    }

    /// Creates the documented response for success. This is also what you get without a script.
    pub fn documented() -> Self {
        Self::new(Kind::Documented)
    }

    /// Creates the documented response for the given status code. From 400 on, this is an error in
    /// the API's format.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// Creates a JSON response. The body doesn't have to match the document.
    pub fn json(status: u16, body: impl Into<Value>) -> Self {
        Self::new(Kind::Json(status, body.into()))
    }

    /// Creates a response with any media type. If both arguments are empty, there is no body and no
    /// `content-type`.
    pub fn content(status: u16, media_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Content(status, media_type.into(), body.into()))
    }

    /// Creates a 429 that asks the client to retry after `wait`.
    ///
    /// This sets `retry-after` (in whole seconds, rounded up), `x-ratelimit-limit`,
    /// `x-ratelimit-remaining` and `x-ratelimit-reset`.
    pub fn rate_limited(wait: Duration) -> Self {
        Self::new(Kind::RateLimited(wait))
    }

    /// Creates a 502 with an HTML page, which is what you'd get from a gateway.
    pub fn bad_gateway() -> Self {
        let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
            <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
        Self::content(502, "text/html", page)
    }

    /// Closes the connection without a response, after reading the request.
    pub fn hang_up() -> Self {
        Self::new(Kind::HangUp)
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Delays the response.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Returns how long the response is delayed.
    #[must_use]
    pub fn waits(&self) -> Duration {
        self.delay
    }

    /// Checks that the response can be sent. We need to do this early, because there's no good way
    /// of reporting an error once a client is waiting.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let status = match self.kind {
            Kind::Status(status) | Kind::Json(status, _) | Kind::Content(status, ..) => status,
            Kind::Documented | Kind::RateLimited(_) | Kind::HangUp => 200,
        };
        if !(200..=999).contains(&status) {
            return Err(Error::new(format!(
                "{status} is not a valid response status: use 200 to 599, or `hang_up` to send none"
            )));
        }
        let kind = match &self.kind {
            Kind::Content(_, kind, _) => Some(("content-type", kind.as_str())),
            _ => None,
        };
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in headers.chain(kind) {
            let token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
            if name.is_empty() || !name.bytes().all(token) {
                return Err(Error::new(format!(
                    "{name:?} is not a valid header name: use letters, digits and dashes"
                )));
            }
            if value.bytes().any(|it| it != b'\t' && it.is_ascii_control()) {
                return Err(Error::new(format!(
                    "the value of header {name:?} cannot be sent: remove line breaks and other \
                     control characters"
                )));
            }
        }
        Ok(())
    }

    /// Makes the operation take effect even if the response isn't successful. For example, a delete
    /// then really deletes the connection.
    ///
    /// By default, only successful responses take effect.
    pub fn taking_effect(mut self) -> Self {
        self.takes_effect = true;
        self
    }
}

/// The scripted responses of an operation that haven't been used yet.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) answers: std::collections::VecDeque<Answer>,
    /// Whether to repeat the last response.
    pub(crate) repeats: bool,
}

impl Script {
    /// Returns how many responses haven't been used. It's fine not to use a response that repeats.
    pub(crate) fn unused(&self) -> usize {
        self.answers.len() - usize::from(self.repeats && !self.answers.is_empty())
    }

    pub(crate) fn next(&mut self) -> Option<Answer> {
        if self.repeats && self.answers.len() == 1 {
            return self.answers.front().cloned();
        }
        self.answers.pop_front()
    }
}

/// A response that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code, or 0 to close the connection without a response.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The delay before this is sent.
    pub delay: Duration,
}

impl Reply {
    /// Returns the first value of a header. `name` has to be lowercase.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON, or `None` if it isn't valid JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
