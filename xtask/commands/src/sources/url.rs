//! The URLs of sources: which ones are allowed, and links from one to another.

use anyhow::bail;
use url::{Host, Url};

/// Returns a URL that may be requested, in its normal form, so that every reader of it finds the same
/// host.
///
/// # Errors
///
/// Returns an error if the URL must not be requested. The text may contain credentials, and then the
/// error does not repeat it.
pub(super) fn check(text: &str) -> anyhow::Result<String> {
    let url = Url::parse(text).ok();
    let parts = url.as_ref().and_then(|url| Some((url, url.host()?)));
    let Some((url, host)) = parts else {
        bail!("a source is a file, or a URL of the form https://host/path");
    };
    if !url.username().is_empty() || url.password().is_some() {
        bail!("a source needs no credentials; give its URL without them");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&host) => {}
        "http" => {
            bail!("plain HTTP is only allowed for this machine; use https:// for {host}")
        }
        other => bail!("{other}:// is not supported; use a file or an https:// URL"),
    }
    Ok(url.to_string())
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Returns true if the scheme, the host and the port are the same.
pub(super) fn same_origin(one: &str, other: &str) -> bool {
    let origin = |text| Url::parse(text).ok().map(|url| url.origin());
    origin(one).is_some_and(|one| origin(other) == Some(one))
}

/// Returns the target of a link on a page.
pub(super) fn join(base: &str, link: &str) -> Option<String> {
    let mut url = Url::parse(base).ok()?.join(link).ok()?;
    url.set_fragment(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_requires_a_loopback_host() {
        for fine in [
            "https://example.com/openapi.json",
            "http://127.0.0.1:8080/a",
            "http://127.9.9.9/a",
            "http://localhost/a",
            "http://[::1]:1/a",
        ] {
            assert!(check(fine).is_ok(), "{fine}");
        }
        for (refused, message) in [
            (
                "http://example.com/a",
                "plain HTTP is only allowed for this machine",
            ),
            (
                "http://localhost.example.com/a",
                "plain HTTP is only allowed for this machine",
            ),
            (
                "http://127.0.0.1.example.com/a",
                "plain HTTP is only allowed for this machine",
            ),
            (
                "http://10.0.0.1/a",
                "plain HTTP is only allowed for this machine",
            ),
            ("ftp://example.com/a", "ftp:// is not supported"),
            ("file:///etc/passwd", "a source is a file, or a URL"),
            ("https://", "a source is a file, or a URL"),
        ] {
            let error = check(refused).map_or_else(|error| error.to_string(), |_| String::new());
            assert!(error.contains(message), "{refused}: {error}");
        }
    }

    #[test]
    fn rejects_credentials_in_urls_without_quoting_them() {
        let error = check("https://user:hunter2@example.com/a").map_err(|error| error.to_string());
        assert_eq!(
            error,
            Err("a source needs no credentials; give its URL without them".to_owned())
        );
    }

    #[test]
    fn resolves_links_relative_to_their_page() {
        let base = "https://docs.example:8443/a/b/llms.txt?x=/y#z";
        for (link, expected) in [
            ("c.md", "https://docs.example:8443/a/b/c.md"),
            ("./c.md", "https://docs.example:8443/a/b/c.md"),
            ("../c.md", "https://docs.example:8443/a/c.md"),
            ("../../../c.md", "https://docs.example:8443/c.md"),
            ("/c/d.md", "https://docs.example:8443/c/d.md"),
            ("//other.example/c.md", "https://other.example/c.md"),
            ("http://other.example/c.md", "http://other.example/c.md"),
        ] {
            assert_eq!(join(base, link).as_deref(), Some(expected), "{link}");
        }
        assert_eq!(
            join("https://docs.example", "c.md").as_deref(),
            Some("https://docs.example/c.md")
        );
    }

    #[test]
    fn origin_is_scheme_host_and_port() {
        let is = |other| same_origin("https://docs.example/a", other);
        assert!(is("https://docs.example/b"));
        assert!(is("https://DOCS.example:443/b"));
        assert!(!is("http://docs.example/b"));
        assert!(!is("https://docs.example:8443/b"));
        assert!(!is("https://docs.example.evil/b"));
    }
}
