use super::*;

#[test]
fn only_https_and_loopback_are_secure() {
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
fn rejects_invalid_base_urls_without_quoting_them() {
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
        "https://@example.com",
        "https://:@example.com",
        "https://example.com?",
        "https://example.com/?",
        "https://example.com#",
    ] {
        let error = BaseUrl::parse(bad).expect_err(bad);
        assert!(error.contains("base URL"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn paths_cannot_change_the_host() {
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
fn removes_trailing_slashes_and_keeps_the_path_prefix() {
    let parsed = BaseUrl::parse("https://example.com/proxy//").expect("valid");
    assert_eq!(parsed.as_str(), "https://example.com/proxy");
    assert_eq!(
        BaseUrl::parse("http://localhost/").expect("valid").as_str(),
        "http://localhost"
    );
}

#[test]
fn rejects_ambiguous_base_urls() {
    for (bad, told) in [
        (
            "https://production.trackstarhq.com\n.evil.example",
            "a space, a line break",
        ),
        ("https://exa\tmple.com", "a space, a line break"),
        ("https://example.com\r\n", "a space, a line break"),
        (" https://example.com", "a space, a line break"),
        ("https://example.com\u{a0}", "a space, a line break"),
        ("https://exa mple.com", "a space, a line break"),
        ("https://example.com/a b", "a space, a line break"),
        ("\u{0}https://example.com", "a space, a line break"),
        ("https://production.trackstarhq.com\u{ad}.evil", "non-ASCII"),
        ("https://exa\u{200d}mple.com", "non-ASCII"),
        ("https://exa\u{feff}mple.com", "non-ASCII"),
        ("https://exa\u{e0041}mple.com", "non-ASCII"),
        ("https://example.com/\u{202e}", "non-ASCII"),
        ("http://ⓛocalhost", "non-ASCII"),
        ("http://１２７.0.0.1", "non-ASCII"),
        ("http://127。0。0。1", "non-ASCII"),
        ("https://bücher.example", "non-ASCII"),
        ("https:\\\\example.com\\x", "a backslash"),
        (
            "https://production.trackstarhq.com\\@evil.com",
            "a backslash",
        ),
        ("https:example.com", "no `://`"),
        ("https:/example.com", "no `://`"),
        ("https:///example.com", "a host that would be parsed"),
        ("http://localhost%2eevil.com", "a host that would be parsed"),
        ("http://%6cocalhost", "a host that would be parsed"),
        ("http://2130706433", "a host that would be parsed"),
        ("http://0x7f.1", "a host that would be parsed"),
        ("http://127.1", "a host that would be parsed"),
        ("http://0177.0.0.1", "a host that would be parsed"),
        ("http://0", "a host that would be parsed"),
        ("http://127.0.0.1.", "a host that would be parsed"),
        ("https://example.com:", "a port that would be parsed"),
        ("https://example.com:0443", "a port that would be parsed"),
        (
            "https://example.com/%2e%2e/a",
            "a path that would be parsed",
        ),
        ("https://example.com/a/../b", "a path that would be parsed"),
        ("https://example.com/\"a\"", "a path that would be parsed"),
        ("https://example.com/a;b/..;/c", "a dot segment"),
        ("https://example.com/%252e%252e/a", "a dot segment"),
        ("https://example.com/a%252fb", "percent-encoded twice"),
    ] {
        let error = BaseUrl::parse(bad).expect_err(bad);
        assert!(error.contains(told), "{bad:?}: {error}");
    }
    for (good, read) in [
        ("HTTPS://EXAMPLE.com", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443/", "https://example.com:8443"),
        ("https://example.com:65535", "https://example.com:65535"),
        (
            "https://xn--bcher-kva.example",
            "https://xn--bcher-kva.example",
        ),
        ("http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]"),
        ("http://[0:0:0:0:0:0:0:1]:80/", "http://[::1]"),
        (
            "https://example.com/a%20b/~c",
            "https://example.com/a%20b/~c",
        ),
        ("http://localhost.", "http://localhost."),
    ] {
        assert_eq!(BaseUrl::parse(good).expect(good).as_str(), read);
    }
}

/// The base URLs that we test paths with.
const BASES: [&str; 4] = [
    "https://example.com",
    "https://example.com/proxy/",
    "https://example.com:8443/proxy/a%2Fb",
    "http://[::1]:8080",
];

#[test]
fn operation_paths_follow_the_base_url() {
    let base = BaseUrl::parse("https://example.com:8443/proxy/api/").expect("valid");
    for (path, expected) in [
        ("/connections", "/proxy/api/connections"),
        ("/", "/proxy/api/"),
        ("/orders/a%2Fb", "/proxy/api/orders/a%2Fb"),
        ("/a?b=c d", "/proxy/api/a?b=c%20d"),
        ("/a/#b", "/proxy/api/a/#b"),
        ("/caf\u{e9}", "/proxy/api/caf%C3%A9"),
    ] {
        let url = base.with_path(path).expect(path);
        let expected = format!("https://example.com:8443{expected}");
        assert_eq!(url.as_str(), expected, "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn operation_paths_parse_like_whole_urls(
        base in proptest::sample::select(&BASES),
        path in "/([ -~\\t\u{e9}]|\\.\\./|//|\\./|%2[eEfF]){0,12}",
    ) {
        let base = BaseUrl::parse(base).expect("valid");
        let whole = Url::parse(&format!("{}{path}", base.as_str())).expect("valid");
        proptest::prop_assert_eq!(base.with_path(&path).expect("valid"), whole);
    }
}

proptest::proptest! {
    #[test]
    fn accepted_base_urls_have_the_written_host(
        before in "[a-z0-9.-]{0,6}",
        odd in proptest::char::any(),
        behind in "[a-z0-9.-]{0,6}",
        place in 0_usize..3,
    ) {
        let text = match place {
            0 => format!("https://a{before}{odd}{behind}b.example"),
            1 => format!("https://a.example/{before}{odd}{behind}"),
            _ => format!("https://{before}{odd}{behind}:8443"),
        };
        if let Ok(base) = BaseUrl::parse(&text) {
            // The only difference may be in case and trailing slashes.
            let (taken, written) = (base.as_str().to_ascii_lowercase(), text.to_ascii_lowercase());
            proptest::prop_assert_eq!(taken, written.trim_end_matches('/'));
        }
    }
}
