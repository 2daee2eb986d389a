//! The address of the API, checked before any credential is sent there.

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::Error;

/// The vendor's own address (document: `servers`).
pub(crate) const DEFAULT: &str = "https://production.trackstarhq.com";

/// An absolute HTTP(S) URL without trailing slash, query, fragment or user info.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    secure: bool,
    url: Url,
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        // The text is not repeated: it may hold a password.
        let url = Url::parse(text).map_err(|error| {
            Error::config(format!(
                "the base URL is not a URL ({error}): give it whole, scheme included, such as {DEFAULT}"
            ))
        })?;
        let problem = if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            "is not an http or https URL with a host"
        } else if !url.username().is_empty() || url.password().is_some() {
            "holds a user name or password, which would end up in logs"
        } else if url.query().is_some() || url.fragment().is_some() {
            "holds a query or fragment, which no path can follow"
        } else {
            let text = url.as_str().trim_end_matches('/').to_owned();
            let secure = url.scheme() == "https" || is_loopback(&url);
            return Ok(Self { text, secure, url });
        };
        Err(Error::config(format!(
            "the base URL {problem}: give it whole, scheme included, such as {DEFAULT}"
        )))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port.
    #[cfg(feature = "tracing")]
    pub(crate) fn server(&self) -> (&str, u16) {
        let port = self.url.port_or_known_default().unwrap_or_default();
        (self.url.host_str().unwrap_or_default(), port)
    }

    /// The URL of a path of the caller's own; it must not leave this address.
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
        // Dot segments are resolved by now, in every spelling.
        let prefix = self.url.path().trim_end_matches('/');
        let within = url
            .path()
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'));
        let here = url.origin() == self.url.origin()
            && url.username().is_empty()
            && url.password().is_none();
        // Servers that decode a path before they take it apart resolve these too.
        let hidden =
            url.path_segments().into_iter().flatten().any(|segment| {
                hides_dot_segment(&percent_decode_str(segment).collect::<Vec<u8>>())
            });
        if within && here && !hidden {
            Ok(url)
        } else {
            Err("the path leads out of the base URL, and credentials go nowhere else".to_owned())
        }
    }

    /// Whether credentials sent there can be read on the way by nobody but this machine.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    pub(crate) fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }
}

/// Whether a server that decodes a segment before it takes the path apart sees a dot segment in it.
pub(crate) fn hides_dot_segment(decoded: &[u8]) -> bool {
    let mut parts = decoded.split(|byte| matches!(byte, b'/' | b'\\'));
    // Some leave out what stands behind a semicolon before they resolve what is left.
    parts.any(|part| matches!(part.split(|byte| *byte == b';').next(), Some(b"." | b"..")))
}

/// An address of the loopback range, or the name `localhost` itself.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_are_secure_and_nothing_that_looks_like_them_is() {
        for secure in [
            DEFAULT,
            "https://example.com:8443/prefix/",
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:80",
            "http://localhost:8080",
            "http://LOCALHOST",
        ] {
            assert!(
                BaseUrl::parse(secure).expect(secure).is_secure(),
                "{secure}"
            );
        }
        for open in [
            "http://production.trackstarhq.com",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::2]",
        ] {
            assert!(!BaseUrl::parse(open).expect(open).is_secure(), "{open}");
        }
    }

    #[test]
    fn what_cannot_be_a_base_url_is_refused_without_being_repeated() {
        for bad in [
            "",
            "production.trackstarhq.com",
            "ftp://example.com",
            "https://user:hunter2@example.com",
            "https://hunter2@example.com",
            "https://example.com?key=hunter2",
            "https://example.com#hunter2",
            "https://",
            "file:///etc/passwd",
            "data:hunter2",
        ] {
            let error = BaseUrl::parse(bad).expect_err(bad).to_string();
            assert!(error.contains("base URL"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn no_path_leads_away_from_the_address_that_the_credentials_are_for() {
        let base = BaseUrl::parse("https://example.com:8443/proxy/api").expect("valid");
        for (path, expected) in [
            (
                "/connections",
                "https://example.com:8443/proxy/api/connections",
            ),
            ("/a?b=c%20d", "https://example.com:8443/proxy/api/a?b=c%20d"),
            (
                "/a%2Fb/c..d/%2e.x",
                "https://example.com:8443/proxy/api/a%2Fb/c..d/%2e.x",
            ),
            ("/a/../b", "https://example.com:8443/proxy/api/b"),
            (
                "//evil.com/x",
                "https://example.com:8443/proxy/api//evil.com/x",
            ),
            ("/@evil.com", "https://example.com:8443/proxy/api/@evil.com"),
            (
                "/\\evil.com",
                "https://example.com:8443/proxy/api//evil.com",
            ),
        ] {
            assert_eq!(base.join(path).expect(path).as_str(), expected, "{path}");
        }
        for path in [
            "",
            "connections",
            "https://evil.com/",
            "@evil.com/",
            ":80@evil.com/",
            ".evil.com/",
            "/../x",
            "/%2e%2e/x",
            "/\t../x",
            "/connec\r\ntions",
            "/x\n",
            "/..%2fx",
            "/a/b%2F..%2F..%2F..%2Fx",
            "/%2e%2e%5cx",
            "/..;/x",
            "/%2e%2e;a=b/x",
            "/.%2e%3bx/y",
            "/a%5C.",
            "/a/..\\../../x",
            "/..",
            "/../apix",
            "/a#b",
        ] {
            base.join(path).expect_err(path);
        }
    }

    #[test]
    fn trailing_slashes_go_and_a_path_prefix_stays() {
        let parsed = BaseUrl::parse("https://example.com/proxy//").expect("valid");
        assert_eq!(parsed.as_str(), "https://example.com/proxy");
        assert_eq!(
            BaseUrl::parse("http://localhost/").expect("valid").as_str(),
            "http://localhost"
        );
    }
}
