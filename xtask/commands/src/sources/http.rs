//! Requests texts from servers.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{anyhow, bail};
use ureq::http::{HeaderMap, StatusCode};
use ureq::{Agent, Body, Proxy};

use super::cap::Cap;
use super::deadline::Deadline;
use super::url;
use crate::progress::Progress;

/// Maximum number of redirects within one host.
const MAX_REDIRECTS: usize = 5;
const MAX_CONNECT: Duration = Duration::from_secs(15);

/// A server's names for the version of a text. It responds with 304 while that version is current.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

impl Conditions {
    fn of(headers: &HeaderMap) -> Self {
        // The value is stored in a file and sent again, so only plain ASCII text is kept.
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
            // Redirect targets are checked before they are followed.
            .max_redirects(0)
            .user_agent(concat!("trackstar-xtask/", env!("CARGO_PKG_VERSION")))
            .accept("application/json, application/yaml, text/markdown, text/plain, */*;q=0.1")
            .build();
        Self {
            deadline,
            agent: config.new_agent(),
        }
    }

    /// Returns the body and the version of a successful response, or `None` if the text has not changed.
    pub(super) fn get(
        &self,
        url: &str,
        conditions: &Conditions,
        cap: Cap,
        progress: &Progress,
    ) -> anyhow::Result<Option<(Vec<u8>, Conditions)>> {
        let mut at = url.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            at = url::check(&at)?;
            let mut answer = self.send(&at, conditions)?;
            let status = answer.status();
            let headers = answer.headers();
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                at = target(&at, status, headers)?;
                continue;
            }
            if status == StatusCode::NOT_MODIFIED {
                if *conditions == Conditions::default() {
                    bail!(
                        "it responded 304 Not Modified to a request without conditions; try again later"
                    );
                }
                return Ok(None);
            }
            if status != StatusCode::OK {
                bail!("it responded {status}; try again later, or name another source with --from");
            }
            let encoding = headers.get("content-encoding");
            let encoding = encoding.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
            if let Some(encoding) = encoding
                && !["gzip", "identity", ""].contains(&encoding.to_lowercase().as_str())
            {
                bail!("it responded in the encoding {encoding:?}, but only gzip was requested");
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
        // Requests to this machine do not use a proxy.
        let plain = url.starts_with("http://");
        let proxy = if plain { None } else { Proxy::try_from_env() };
        // The remaining time covers everything from name resolution to the last byte of the body.
        let left = self.deadline.left()?;
        let request = request
            .config()
            .proxy(proxy)
            .timeout_global(Some(left))
            .timeout_connect(Some(left.min(MAX_CONNECT)))
            .build();
        request.call().map_err(|error| self.broken(error))
    }

    /// Returns the error of a failed request with advice.
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
                anyhow!("the response is cut off ({error}); try again")
            }
            ureq::Error::Decompress(_, error) => {
                anyhow!(
                    "the response is cut off, or not compressed as declared ({error}); try again"
                )
            }
            ureq::Error::HostNotFound => anyhow!("the host does not exist; check the name"),
            error => anyhow!("the connection failed ({error}); try again"),
        }
    }
}

/// Returns the target of a redirect, if its host is the same. Another host was not chosen by the user.
fn target(from: &str, status: StatusCode, headers: &HeaderMap) -> anyhow::Result<String> {
    let location = headers.get("location").and_then(|it| it.to_str().ok());
    let Some(to) = location.and_then(|location| url::join(from, location)) else {
        bail!("it responded {status} without the location of the redirect");
    };
    if !url::same_origin(from, &to) {
        let shown = to.split('?').next().unwrap_or_default();
        bail!(
            "it redirects to another host, {shown:?}; name that with --from if it is to be trusted"
        );
    }
    Ok(to)
}
