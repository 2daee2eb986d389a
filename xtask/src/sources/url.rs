//! The part of URLs that sources need: which URLs are allowed, and relative links.

use std::net::IpAddr;

use anyhow::bail;
use ureq::http::Uri;

/// Rejects a URL that must not be requested. The text may contain credentials, and then the error does
/// not repeat it.
pub(super) fn check(text: &str) -> anyhow::Result<()> {
    let Ok(uri) = text.parse::<Uri>() else {
        bail!("a source is a file, or a URL of the form https://host/path");
    };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        bail!("a source is a file, or a URL of the form https://host/path");
    };
    if authority.as_str().contains('@') {
        bail!("a source needs no credentials; give its URL without them");
    }
    match scheme {
        "https" => Ok(()),
        "http" if is_loopback(authority.host()) => Ok(()),
        "http" => bail!(
            "plain HTTP is only allowed for this machine; use https:// for {}",
            authority.host()
        ),
        other => bail!("{other}:// is not supported; use a file or an https:// URL"),
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Returns the scheme, host and port.
fn origin(text: &str) -> Option<(String, String, u16)> {
    let uri: Uri = text.parse().ok()?;
    let scheme = uri.scheme_str()?.to_owned();
    let port = uri
        .port_u16()
        .unwrap_or(if scheme == "http" { 80 } else { 443 });
    Some((scheme, uri.host()?.to_lowercase(), port))
}

pub(super) fn same_origin(one: &str, other: &str) -> bool {
    origin(one).is_some_and(|one| origin(other) == Some(one))
}

/// Returns the target of a link on a page.
pub(super) fn join(base: &str, link: &str) -> Option<String> {
    if link.contains("://") {
        return Some(link.to_owned());
    }
    let (scheme, rest) = base.split_once("://")?;
    if let Some(host) = link.strip_prefix("//") {
        return Some(format!("{scheme}://{host}"));
    }
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (path, mut segments) = match link.strip_prefix('/') {
        Some(path) => (path, Vec::new()),
        None => (link, path.split('/').collect()),
    };
    // The last segment is the page.
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    Some(format!("{scheme}://{authority}/{}", segments.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_hosts_alone() {
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
            let error = check(refused).map_or_else(|error| error.to_string(), |()| String::new());
            assert!(error.contains(message), "{refused}: {error}");
        }
    }

    #[test]
    fn credentials_in_a_url_are_refused_and_not_repeated() {
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
    fn an_origin_is_scheme_host_and_port() {
        let is = |other| same_origin("https://docs.example/a", other);
        assert!(is("https://docs.example/b"));
        assert!(is("https://DOCS.example:443/b"));
        assert!(!is("http://docs.example/b"));
        assert!(!is("https://docs.example:8443/b"));
        assert!(!is("https://docs.example.evil/b"));
    }
}
