//! Answers that a test plans.

use std::time::Duration;

use serde_json::Value;

use crate::Error;

/// An answer that a test plans for an operation.
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
#[must_use = "an answer does nothing until it is given to a script"]
pub struct Answer {
    pub(crate) kind: Kind,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) delay: Duration,
    pub(crate) takes_effect: bool,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    /// What the document has.
    Documented,
    /// A status, with the body that the document has for it.
    Status(u16),
    Json(u16, Value),
    Content(u16, String, Vec<u8>),
    RateLimited(Duration),
    HangUp,
}

impl std::fmt::Debug for Kind {
    /// Without bodies: what a test answers may be a secret.
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

    /// What the document promises of a success, as without a script.
    pub fn documented() -> Self {
        Self::new(Kind::Documented)
    }

    /// A status, with what the document has for it: its success of that status, or an error in the
    /// API's own shape from 400 on.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// A status and JSON, as they are given: whether the document has them is not asked.
    pub fn json(status: u16, body: impl Into<Value>) -> Self {
        Self::new(Kind::Json(status, body.into()))
    }

    /// A status and a body of any media type; no body of no type where both are empty.
    pub fn content(status: u16, media_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Content(status, media_type.into(), body.into()))
    }

    /// 429, to be asked again after `wait`, with the headers `retry-after` (whole seconds, rounded
    /// up) and `x-ratelimit-limit`, `-remaining` and `-reset`.
    pub fn rate_limited(wait: Duration) -> Self {
        Self::new(Kind::RateLimited(wait))
    }

    /// 502 with a page of HTML, as a gateway answers that does not know the API.
    pub fn bad_gateway() -> Self {
        let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
            <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
        Self::content(502, "text/html", page)
    }

    /// No answer at all: the connection is closed when the request has been read.
    pub fn hang_up() -> Self {
        Self::new(Kind::HangUp)
    }

    /// The same with a header more.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same, after a while.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// What is to pass before it is given.
    #[must_use]
    pub fn waits(&self) -> Duration {
        self.delay
    }

    /// Whether it can be sent: nothing could be told to a client that waits for it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let status = match self.kind {
            Kind::Status(status) | Kind::Json(status, _) | Kind::Content(status, ..) => status,
            Kind::Documented | Kind::RateLimited(_) | Kind::HangUp => 200,
        };
        if !(200..=999).contains(&status) {
            return Err(Error::new(format!(
                "{status} is no status of an answer: give one from 200 to 599, or `hang_up` for none"
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
                    "{name:?} is no name of a header: give letters, digits and dashes"
                )));
            }
            if value.bytes().any(|it| it != b'\t' && it.is_ascii_control()) {
                return Err(Error::new(format!(
                    "what the header {name:?} is to hold cannot be sent: leave line breaks and the \
                     like out of it"
                )));
            }
        }
        Ok(())
    }

    /// The same, and the operation has its effect whatever the answer says: of a deletion the
    /// connection is gone. Without this it has when the answer is a success.
    pub fn taking_effect(mut self) -> Self {
        self.takes_effect = true;
        self
    }
}

/// The answers that are left for an operation.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) answers: std::collections::VecDeque<Answer>,
    /// Whether the last one is given again and again.
    pub(crate) repeats: bool,
}

impl Script {
    pub(crate) fn next(&mut self) -> Option<Answer> {
        if self.repeats && self.answers.len() == 1 {
            return self.answers.front().cloned();
        }
        self.answers.pop_front()
    }
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status; 0 where nothing is to be sent and the connection to be closed.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What is to pass before it is sent.
    pub delay: Duration,
}

impl Reply {
    /// The first value of a header, whose name is given in lower case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` where it is none.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
