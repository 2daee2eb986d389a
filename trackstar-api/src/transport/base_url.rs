//! The API's base URL. We check it carefully because this is where credentials are sent to.

use std::borrow::Cow;
use std::error::Error;
use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::http_client::LOCALHOST;
use crate::operation::segment::misread;
use crate::secret::redact::redact;

/// The production server, as listed under `servers` in the document.
pub(crate) const DEFAULT: &str = "https://production.trackstarhq.com";

/// An absolute HTTP or HTTPS URL without user info, query, fragment or trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    secure: bool,
    url: Url,
}

impl BaseUrl {
    /// Parses a base URL.
    ///
    /// URL parsers drop or replace some characters. If that happens, we reject the URL, since
    /// otherwise the credentials would end up at a different host than it appears.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // We don't quote the text in the error, because it might contain a password.
        let refuse = |problem: &str| {
            format!("the base URL {problem}: use a complete URL with a scheme, such as {DEFAULT}")
        };
        if let Some(problem) = unreadable(text) {
            return Err(refuse(problem));
        }
        let url = Url::parse(text).map_err(|error| refuse(&format!("is not a URL ({error})")))?;
        let problem = if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            "is not an http or https URL with a host"
        } else if !url.username().is_empty() || url.password().is_some() {
            "contains a user name or password, which would end up in logs"
        } else if url.query().is_some() || url.fragment().is_some() {
            "contains a query or fragment, so no path can be appended"
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

    /// Returns true if the URL contains the secret in any encoding.
    pub(crate) fn contains(&self, secret: &[u8]) -> bool {
        matches!(redact(self.text.as_bytes(), &[secret]), Cow::Owned(_))
    }

    /// Returns the host and port.
    pub(crate) fn server(&self) -> (&str, u16) {
        let port = self.url.port_or_known_default().unwrap_or_default();
        (self.url.host_str().unwrap_or_default(), port)
    }

    /// Returns the URL of an operation. The document may include a query in its path.
    pub(crate) fn with_path(&self, path: &str) -> Result<Url, impl Error + use<>> {
        // This is called for every request, and parsing the base URL again would be a tenth of the
        // total work. Paths with any other characters are rare. For those we need a real parser.
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

    /// Returns the URL for a custom path. This fails if the path escapes the base URL.
    pub(crate) fn join(&self, path: &str) -> Result<Url, String> {
        if !path.starts_with('/') {
            return Err(
                "the path does not start with a slash: use a path below the base URL, such as \
                 `/connections`"
                    .to_owned(),
            );
        }
        if path.contains(|it: char| it.is_control()) {
            return Err(
                "the path contains a control character, which would be dropped silently: \
                 percent-encode it"
                    .to_owned(),
            );
        }
        let url = Url::parse(&format!("{}{path}", self.text))
            .map_err(|error| format!("invalid path ({error})"))?;
        if url.fragment().is_some() {
            return Err(
                "the path contains a `#`, which is never sent to the server: write it as \
                 `%23`"
                    .to_owned(),
            );
        }
        // Dot segments have been resolved by now, no matter how they were written.
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
                "a path segment {problem}, which some servers would resolve: remove it"
            )),
            None if within && here => Ok(url),
            _ => Err(
                "the path leads outside of the base URL, and credentials are not sent anywhere \
                 else"
                    .to_owned(),
            ),
        }
    }

    /// Returns true if nobody in between can read the credentials. This is the case for HTTPS and
    /// loopback addresses.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    pub(crate) fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Returns true if the host is a loopback name rather than an address.
    pub(crate) fn is_localhost(&self) -> bool {
        self.url.host_str() == Some(LOCALHOST)
    }
}

/// Describes any characters that a parser would drop or replace.
fn unreadable(text: &str) -> Option<&'static str> {
    if text.contains(|it: char| it.is_control() || it.is_whitespace()) {
        Some("contains a space, a line break or another control character")
    } else if !text.is_ascii() {
        Some(
            "contains a non-ASCII character, which may be invisible or be mistaken for a letter; \
             use the ASCII form of a host (`xn--`), and percent-encode a path",
        )
    } else if text.contains('\\') {
        Some("contains a backslash, which would be treated as a slash")
    } else {
        None
    }
}

/// Returns which part of a base URL means something else to the parser, if any. It's fine if the
/// scheme and host only differ in case.
fn rewritten(text: &str, url: &Url) -> Option<&'static str> {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(url.scheme()) => rest,
        _ => return Some("has no `://` after its scheme"),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.contains('@') {
        return Some("contains a user name or password, which would end up in logs");
    }
    // The colons inside of the brackets belong to an IPv6 address.
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
        Some("has a host that would be parsed as a different one")
    } else if !same_port {
        Some("has a port that would be parsed as a different one")
    } else if path.trim_end_matches('/') != url.path().trim_end_matches('/') {
        Some("has a path that would be parsed as a different one")
    } else {
        let mut segments = url.path_segments().into_iter().flatten();
        segments.find_map(|segment| misread(&percent_decode_str(segment).collect::<Vec<u8>>()))
    }
}

/// Returns true for loopback addresses and for `localhost`.
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
