//! Invalid sources: no file changes, and one message states the reason.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use trackstar_test_server::{Fate, FaultServer, response};

use crate::support::{always, serving, snapshot, upstream};
use crate::{Copy, Ran};

/// Refreshes from an unusable source. Checks the message, and that no file changes.
fn refused(copy: &Copy, source: &str, options: &[&str], expected: &str) -> Ran {
    let before = snapshot(&copy.path(""));
    let ran = copy.xtask(&[&["refresh", "--from", source], options].concat());
    assert_eq!(ran.code, 100, "{expected}\n{}{}", ran.out, ran.err);
    assert!(ran.err.contains(expected), "{expected}\n{}", ran.err);
    assert!(
        ran.err
            .starts_with("error: failed to refresh: failed to read "),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert_eq!(ran.out, "", "{expected}");
    assert!(
        snapshot(&copy.path("")) == before,
        "{expected}: a file is different"
    );
    ran
}

fn document() -> String {
    upstream().to_string()
}

fn gzipped(chunk: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..times {
        encoder.write_all(chunk).unwrap();
    }
    encoder.finish().unwrap()
}

/// Checks that each response is rejected with the URL and the message, after one request.
fn all_refused(cases: &[(Vec<u8>, &str)], options: &[&str]) {
    let copy = Copy::new();
    for (bytes, expected) in cases {
        let server = FaultServer::always(Fate::Close(bytes.clone()));
        let server = FaultServer::in_background(server).unwrap();
        let url = server.url("/openapi.json");
        let ran = refused(&copy, &url, options, expected);
        assert!(ran.err.contains(&url), "{}", ran.err);
        assert_eq!(server.heads().len(), 1, "{expected}");
    }
}

#[test]
fn rejects_every_status_except_200() {
    let failure = "it responded 500 Internal Server Error; try again later";
    let unasked = "it responded 304 Not Modified to a request without conditions";
    let nowhere = "it responded 302 Found without the location of the redirect";
    let answer = |status: &str| response(status, &[], document());
    let empty = |status: &str| response(status, &[], "");
    all_refused(
        &[
            (answer("500 Internal Server Error"), failure),
            (answer("404 Not Found"), "it responded 404 Not Found"),
            (
                answer("206 Partial Content"),
                "it responded 206 Partial Content",
            ),
            (empty("204 No Content"), "it responded 204 No Content"),
            (empty("304 Not Modified"), unasked),
            (answer("302 Found"), nowhere),
        ],
        &[],
    );
}

#[test]
fn rejects_responses_that_are_not_documents() {
    let page = "<!doctype html><html><body>Down for maintenance</body></html>";
    let conflict = "openapi: 3.1.0\n<<<<<<< a\ninfo: {}\n=======\ninfo: {a: 1}\n>>>>>>> b\n";
    let bomb: String = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let of = n - 1;
        text + &format!("a{n}: &a{n} [*a{of}, *a{of}, *a{of}, *a{of}, *a{of}, *a{of}]\n")
    }) + "openapi: 3.1.0\n";
    let deep = format!("{{\"openapi\": {}", "[".repeat(100_000));
    let whole = document();
    let half = &whole[..whole.len() / 2];
    let json = ["content-type: application/json"];
    let other = "the document is not an OpenAPI document: it has no version in a field `openapi`";
    let plain = |body: &str| response("200 OK", &[], body);
    let coded = response("200 OK", &["content-encoding: br"], document());
    let coding = "it responded in the encoding \"br\", but only gzip was requested";
    all_refused(
        &[
            (
                response("200 OK", &json, page),
                "the text is an HTML page, not a document",
            ),
            (plain(""), "the text is empty"),
            (plain(conflict), "unresolved merge conflict at line 2"),
            (plain("{\"data\": []}"), other),
            (plain("[1]"), other),
            (plain("openapi: 3.1"), other),
            (plain("openapi: '2.0'"), "version 2.0 is not supported"),
            (plain(half), "invalid JSON: EOF while parsing"),
            (
                response("200 OK", &[], [0xff, 0xfe, 0]),
                "it is not UTF-8 text",
            ),
            (plain(&bomb), "invalid YAML"),
            (plain(&deep), "recursion limit exceeded"),
            (coded, coding),
        ],
        &[],
    );
    let large = format!(
        "{{\"openapi\": \"3.1.0\", \"x\": \"{}\"}}",
        "x".repeat(70_000)
    );
    let expected = "it is larger than the 65536 bytes that are taken; allow more with --max-bytes";
    all_refused(&[(plain(&large), expected)], &["--max-bytes", "65536"]);
}

#[test]
fn reports_truncated_responses() {
    let head = "HTTP/1.1 200 OK\r\n";
    let body = format!("{head}content-length: 4096\r\n\r\n{{\"openapi\"");
    let chunk = format!("{head}transfer-encoding: chunked\r\n\r\n40\r\n{{\"openapi\"");
    let none = b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec();
    all_refused(
        &[
            (body.into_bytes(), "the response is cut off"),
            (chunk.into_bytes(), "the response is cut off"),
            (none, "the connection failed ("),
        ],
        &[],
    );
}

#[test]
fn limits_the_size_after_decompression() {
    let copy = Copy::new();
    let gzip = ["content-encoding: gzip"];
    // The text has 65 MiB, one more than the limit.
    let bomb = gzipped(&vec![b' '; 1 << 20], 65);
    assert!(bomb.len() < 100_000);
    let server = always(response("200 OK", &gzip, bomb));
    let expected = "it is larger than the 67108864 bytes that are taken";
    refused(&copy, &server.url("/"), &[], expected);

    let whole = gzipped(document().as_bytes(), 1);
    let server = always(response("200 OK", &gzip, &whole[..whole.len() - 20]));
    refused(&copy, &server.url("/"), &[], "the response is cut off");
}

#[test]
fn stops_waiting_for_a_server_at_the_deadline() {
    let copy = Copy::new();
    let silent = serving(|_| Fate::Hang(Vec::new()));
    let dripping = serving(|_| {
        let response = response("200 OK", &[], " ".repeat(4096));
        Fate::Drip(response, Duration::from_millis(10))
    });
    for server in [silent, dripping] {
        let started = Instant::now();
        let expected = "it did not respond completely within 0.5 s; try again, or allow more with \
                        --timeout";
        refused(&copy, &server.url("/"), &["--timeout", "0.5"], expected);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn reports_failed_connections() {
    let copy = Copy::new();
    let resetting = || {
        let start = FaultServer::raw(async |stream| drop(stream.set_zero_linger()));
        FaultServer::in_background(start).unwrap()
    };
    let server = resetting();
    refused(&copy, &server.url("/"), &[], "the connection failed (");
    let closed = resetting().url("/");
    refused(&copy, &closed, &[], "the connection failed (");
}

#[test]
fn rejects_redirects_to_another_host() {
    let copy = Copy::new();
    let other = always(response("200 OK", &[], document()));
    let location = format!("location: {}", other.url("/openapi.json?token=1"));
    let server = always(response("302 Found", &[&location], ""));
    let expected = format!(
        "it redirects to another host, {:?}",
        other.url("/openapi.json")
    );
    refused(&copy, &server.url("/"), &[], &expected);
    assert_eq!(other.heads().len(), 0, "the other host was asked");

    let server = always(response("301 Moved Permanently", &["location: /again"], ""));
    refused(
        &copy,
        &server.url("/"),
        &[],
        "it redirects more than 5 times",
    );
    assert_eq!(server.heads().len(), 6);
}

#[test]
fn rejects_unsupported_sources() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    for (source, expected) in [
        (
            "http://example.com/openapi.json",
            "plain HTTP is only allowed for this machine; use https:// for example.com",
        ),
        (
            "https://user:hunter2@example.com/",
            "a source needs no credentials; give its URL without them",
        ),
        ("ftp://example.com/openapi.json", "ftp:// is not supported"),
        ("no-such-file.json", "failed to read no-such-file.json: "),
        ("src", "failed to read src: "),
    ] {
        let ran = copy.xtask(&["refresh", "--from", source]);
        assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{source}");
        assert!(ran.err.contains(expected), "{}", ran.err);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
    assert_eq!(snapshot(&copy.path("")), before);
}
