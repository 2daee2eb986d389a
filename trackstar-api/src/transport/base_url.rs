//! The base URL of the API, which is checked before any credential is sent to it.

use std::borrow::Cow;
use std::error::Error;
use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::http_client::LOCALHOST;
use crate::operation::segment::misread;
use crate::secret::redact::redact;

/// The vendor's production server (source: `servers` of the document).
pub(crate) const DEFAULT: &str = "https://production.trackstarhq.com";

/// An absolute HTTP(S) URL without trailing slash, query, fragment or user info.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    secure: bool,
    url: Url,
}

impl BaseUrl {
    /// Parses a base URL. Rejects a text that a URL parser changes by dropping or replacing characters, because the
    /// credentials would be sent to a host that the text does not show.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // The error does not repeat the text, which may contain a password.
        let refuse = |problem: &str| {
            format!("the base URL {problem}: give it whole, scheme included, such as {DEFAULT}")
        };
        if let Some(problem) = unreadable(text) {
            return Err(refuse(problem));
        }
        let url = Url::parse(text).map_err(|error| refuse(&format!("is not a URL ({error})")))?;
        let problem = if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            "is not an http or https URL with a host"
        } else if !url.username().is_empty() || url.password().is_some() {
            "holds a user name or password, which would end up in logs"
        } else if url.query().is_some() || url.fragment().is_some() {
            "holds a query or fragment, which no path can follow"
        } else if let Some(problem) = rewritten(text, &url) {
            problem
        } else {
            let text = url.as_str().trim_end_matches('/').to_owned();
            let secure = url.scheme() == "https" || is_loopback(&url);
            return Ok(Self { text, secure, url });
        };
        Err(refuse(problem))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns true if the URL contains the secret, in any encoding.
    pub(crate) fn contains(&self, secret: &[u8]) -> bool {
        matches!(redact(self.text.as_bytes(), &[secret]), Cow::Owned(_))
    }

    /// Returns the host and the port.
    pub(crate) fn server(&self) -> (&str, u16) {
        let port = self.url.port_or_known_default().unwrap_or_default();
        (self.url.host_str().unwrap_or_default(), port)
    }

    /// Returns the URL of an operation. A document may write a query into its path.
    pub(crate) fn with_path(&self, path: &str) -> Result<Url, impl Error + use<>> {
        // Every call comes here, and parsing the base URL again is a tenth of the work of a call. Other
        // paths are rare, and their characters mean more to the parser of a whole URL.
        let is_plain = |it: u8| it.is_ascii_graphic() && !matches!(it, b'?' | b'#' | b'\\');
        if !path.starts_with('/') || !path.bytes().all(is_plain) {
            return Url::parse(&format!("{}{path}", self.text));
        }
        let mut url = self.url.clone();
        match self.url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&format!("{prefix}{path}")),
        }
        Ok(url)
    }

    /// Returns the URL of a custom path, or an error if it leaves this base URL.
    pub(crate) fn join(&self, path: &str) -> Result<Url, String> {
        if !path.starts_with('/') {
            return Err(
                "the path does not begin with a slash: give what stands behind the base URL, \
                 such as `/connections`"
                    .to_owned(),
            );
        }
        if path.contains(|it: char| it.is_control()) {
            return Err(
                "the path holds a control character, which a URL leaves out without a word: \
                 percent-encode it"
                    .to_owned(),
            );
        }
        let url = Url::parse(&format!("{}{path}", self.text))
            .map_err(|error| format!("the path makes no URL ({error})"))?;
        if url.fragment().is_some() {
            return Err(
                "the path holds a `#`, which no server gets to see: write it as `%23`".to_owned(),
            );
        }
        // The parser has resolved dot segments in every spelling.
        let prefix = self.url.path().trim_end_matches('/');
        let within = url
            .path()
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'));
        let here = url.origin() == self.url.origin()
            && url.username().is_empty()
            && url.password().is_none();
        let mut segments = url.path_segments().into_iter().flatten();
        let misread =
            segments.find_map(|segment| misread(&percent_decode_str(segment).collect::<Vec<u8>>()));
        match misread {
            Some(problem) if within && here => Err(format!(
                "a segment of the path {problem}, which some servers resolve: leave it out"
            )),
            None if within && here => Ok(url),
            _ => Err(
                "the path leads out of the base URL, and credentials go nowhere else".to_owned(),
            ),
        }
    }

    /// Returns true if only this machine and the server can read credentials in transit.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    pub(crate) fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Returns true if the host is a name that counts as loopback, and not an address.
    pub(crate) fn is_localhost(&self) -> bool {
        self.url.host_str() == Some(LOCALHOST)
    }
}

/// Describes characters of a base URL that a parser would drop or replace.
fn unreadable(text: &str) -> Option<&'static str> {
    if text.contains(|it: char| it.is_control() || it.is_whitespace()) {
        Some("holds a space, a line break or another control character")
    } else if !text.is_ascii() {
        Some(
            "holds a character outside ASCII, of which some are invisible and others are read as \
             letters; write a host in its ASCII form (`xn--`) and percent-encode a path",
        )
    } else if text.contains('\\') {
        Some("holds a backslash, which is read as a slash")
    } else {
        None
    }
}

/// Returns the part of a base URL that the parser reads differently from the text, if any. The scheme and the host may
/// differ in case.
fn rewritten(text: &str, url: &Url) -> Option<&'static str> {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(url.scheme()) => rest,
        _ => return Some("has no `://` behind its scheme"),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.contains('@') {
        return Some("holds a user name or password, which would end up in logs");
    }
    // Colons within brackets belong to an IPv6 address.
    let behind = authority.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match authority[behind..].find(':') {
        Some(at) => (
            &authority[..behind + at],
            Some(&authority[behind + at + 1..]),
        ),
        None => (authority, None),
    };
    let read = url.host_str().unwrap_or_default();
    let address = |host: &str| -> Option<Ipv6Addr> {
        let inner = host.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse().ok()
    };
    let same_address = address(host).is_some_and(|it| Some(it) == address(read));
    let same_port = port.is_none_or(|port| {
        url.port_or_known_default()
            .is_some_and(|read| port == read.to_string())
    });
    if !host.eq_ignore_ascii_case(read) && !same_address {
        Some("has a host that is read as another one")
    } else if !same_port {
        Some("has a port that is read as another one")
    } else if path.trim_end_matches('/') != url.path().trim_end_matches('/') {
        Some("has a path that is read as another one")
    } else {
        let mut segments = url.path_segments().into_iter().flatten();
        segments.find_map(|segment| misread(&percent_decode_str(segment).collect::<Vec<u8>>()))
    }
}

/// Returns true for a loopback address and for the name `localhost`.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == LOCALHOST
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
