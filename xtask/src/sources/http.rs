//! Asking a server for a text.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{anyhow, bail};
use ureq::http::{HeaderMap, StatusCode};
use ureq::{Agent, Body, Proxy};

use super::{Cap, Deadline, url};
use crate::progress::Progress;

/// Redirects within one host are followed this often.
const MAX_REDIRECTS: usize = 5;
const MAX_CONNECT: Duration = Duration::from_secs(15);

/// What a server calls the version of a text: it answers 304 when it still has that one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

impl Conditions {
    pub(crate) fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    fn of(headers: &HeaderMap) -> Self {
        // It is kept in a file and sent again: what is not plain is not worth keeping.
        let plain = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            let fits =
                value.len() <= 256 && value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            (fits && !value.is_empty()).then(|| value.to_owned())
        };
        Self {
            etag: plain("etag"),
            last_modified: plain("last-modified"),
        }
    }
}

#[derive(Debug)]
pub(super) struct Client {
    deadline: Deadline,
    agent: Agent,
}

impl Client {
    pub(super) fn new(deadline: Deadline) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Where a redirect leads is looked at first.
            .max_redirects(0)
            .user_agent(concat!("trackstar-xtask/", env!("CARGO_PKG_VERSION")))
            .accept("application/json, application/yaml, text/markdown, text/plain, */*;q=0.1")
            .build();
        Self {
            deadline,
            agent: config.new_agent(),
        }
    }

    /// The body of a good answer and the version that it is; `None` where the conditions hold.
    pub(super) fn get(
        &self,
        url: &str,
        conditions: &Conditions,
        cap: Cap,
        progress: &Progress,
    ) -> anyhow::Result<Option<(Vec<u8>, Conditions)>> {
        let mut at = url.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            url::check(&at)?;
            let mut answer = self.send(&at, conditions)?;
            let status = answer.status();
            let headers = answer.headers();
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                at = target(&at, status, headers)?;
                continue;
            }
            if status == StatusCode::NOT_MODIFIED {
                if conditions.is_empty() {
                    bail!("it answered 304 Not Modified, which was not asked for; try again later");
                }
                return Ok(None);
            }
            if status != StatusCode::OK {
                bail!("it answered {status}; try again later, or name another source with --from");
            }
            let encoding = headers.get("content-encoding");
            let encoding = encoding.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
            if let Some(encoding) = encoding
                && !["gzip", "identity", ""].contains(&encoding.to_lowercase().as_str())
            {
                bail!("it answered in the encoding {encoding:?}, only gzip was asked for");
            }
            let version = Conditions::of(headers);
            let body = answer.body_mut().as_reader();
            let bytes = cap.read(body, progress).map_err(|error| {
                match error.downcast::<std::io::Error>() {
                    Ok(broken) => self.broken(broken.into()),
                    Err(error) => error,
                }
            })?;
            return Ok(Some((bytes, version)));
        }
        bail!("it redirects more than {MAX_REDIRECTS} times; name the last address with --from");
    }

    fn send(
        &self,
        url: &str,
        conditions: &Conditions,
    ) -> anyhow::Result<ureq::http::Response<Body>> {
        let mut request = self.agent.get(url);
        if let Some(etag) = &conditions.etag {
            request = request.header("if-none-match", etag);
        }
        if let Some(date) = &conditions.last_modified {
            request = request.header("if-modified-since", date);
        }
        // What is for this machine does not go by way of another.
        let plain = url.starts_with("http://");
        let proxy = if plain { None } else { Proxy::try_from_env() };
        // From the lookup of the host to the last byte of the body, all within what is left.
        let left = self.deadline.left()?;
        let request = request
            .config()
            .proxy(proxy)
            .timeout_global(Some(left))
            .timeout_connect(Some(left.min(MAX_CONNECT)))
            .build();
        request.call().map_err(|error| self.broken(error))
    }

    /// Says of a request that came to nothing what to do about it.
    fn broken(&self, error: ureq::Error) -> anyhow::Error {
        match error {
            ureq::Error::Timeout(ureq::Timeout::Connect) if self.deadline.left().is_ok() => {
                anyhow!(
                    "it has not taken the connection within {} s; try again",
                    MAX_CONNECT.as_secs()
                )
            }
            ureq::Error::Timeout(_) => self.deadline.passed(),
            ureq::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                anyhow!("the answer is cut off ({error}); try again")
            }
            ureq::Error::Decompress(_, error) => {
                anyhow!("the answer is cut off, or not compressed as it says ({error}); try again")
            }
            ureq::Error::HostNotFound => anyhow!("there is no such host; check the name"),
            error => anyhow!("the connection failed ({error}); try again"),
        }
    }
}

/// Where a redirect leads, if that is the same host: another one has not been named by anyone here.
fn target(from: &str, status: StatusCode, headers: &HeaderMap) -> anyhow::Result<String> {
    let location = headers.get("location").and_then(|it| it.to_str().ok());
    let Some(to) = location.and_then(|location| url::join(from, location)) else {
        bail!("it answered {status} without saying where to go instead");
    };
    if !url::same_origin(from, &to) {
        let shown = to.split('?').next().unwrap_or_default();
        bail!(
            "it redirects to another host, {shown:?}; name that with --from if it is to be trusted"
        );
    }
    Ok(to)
}
