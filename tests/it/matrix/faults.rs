//! The faults of the matrix and their expected results.

use std::io::Write;
use std::time::Duration;

use trackstar_api::Error;
use trackstar_tests::Fate;

pub(super) const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 56\r\nx-request-id: good\r\n\r\n\
    {\"id\": \"conn-1\", \"object\": \"connection\", \"deleted\":true}";

/// The expected result if the fault occurs at every attempt.
pub(super) struct Expected {
    /// Whether a DELETE is retried, and whether a POST is.
    pub(super) again: (bool, bool),
    /// Whether the outcome is unknown.
    pub(super) unknown: bool,
    pub(super) check: fn(&Error) -> bool,
}

pub(super) fn status(error: &Error) -> u16 {
    error.status().map_or(0, |status| status.as_u16())
}

pub(super) fn answer(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn gzip_bomb() -> Vec<u8> {
    let mut body = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let megabyte = vec![b' '; 1024 * 1024];
    for _ in 0..8 {
        body.write_all(&megabyte).unwrap();
    }
    let body = body.finish().unwrap();
    assert!(body.len() < 10_000, "8 MiB of spaces compress well");
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// Returns all faults: name, behavior and expected result.
#[allow(clippy::too_many_lines, reason = "a table")]
pub(super) fn faults() -> Vec<(&'static str, Fate, Expected)> {
    let lost = |check: fn(&Error) -> bool| Expected {
        again: (true, false),
        unknown: true,
        check,
    };
    let refused = |again, unknown, check: fn(&Error) -> bool| Expected {
        again,
        unknown,
        check,
    };
    // The status means that the operation took effect, but the body cannot be read.
    let cut = |again, check: fn(&Error) -> bool| Expected {
        again,
        unknown: true,
        check,
    };
    let half = "HTTP/1.1 200 OK\r\nx-request-id: half\r\ncontent-length: 100\r\n\r\n{\"id\":";
    vec![
        (
            "closed without a response",
            Fate::Close(Vec::new()),
            lost(Error::is_interrupted),
        ),
        (
            "reset without a response",
            Fate::Reset(Vec::new()),
            lost(Error::is_interrupted),
        ),
        (
            "no answer at all",
            Fate::Hang(Vec::new()),
            lost(Error::is_timeout),
        ),
        (
            "half a head, closed",
            Fate::Close(answer("HTTP/1.1 200 OK\r\nx-req")),
            lost(Error::is_interrupted),
        ),
        (
            "half a head, reset",
            Fate::Reset(answer("HTTP/1.1 200 OK\r\nx-req")),
            lost(Error::is_interrupted),
        ),
        (
            "half a head, then nothing",
            Fate::Hang(answer("HTTP/1.1 200 OK\r\nx-req")),
            lost(Error::is_timeout),
        ),
        (
            "no HTTP",
            Fate::Close(answer("SSH-2.0-OpenSSH_9.9\r\n")),
            lost(Error::is_interrupted),
        ),
        (
            "100 without a final response",
            Fate::Close(answer("HTTP/1.1 100 Continue\r\n\r\n")),
            lost(Error::is_interrupted),
        ),
        (
            "half a body, closed",
            Fate::Close(answer(half)),
            cut((true, false), Error::is_interrupted),
        ),
        (
            "half a body, reset",
            Fate::Reset(answer(half)),
            cut((true, false), |it| it.is_interrupted() || it.is_timeout()),
        ),
        (
            "half a body, then nothing",
            Fate::Hang(answer(half)),
            cut((true, false), Error::is_timeout),
        ),
        (
            "a slow drip",
            Fate::Drip(answer(GOOD), Duration::from_secs(1)),
            lost(Error::is_timeout),
        ),
        (
            "invalid chunks",
            Fate::Close(answer(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            )),
            cut((true, false), Error::is_interrupted),
        ),
        (
            "a length that is too short",
            Fate::Close(answer(
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"id\": \"conn-1\"}",
            )),
            cut((false, false), Error::is_decode),
        ),
        (
            "two lengths",
            Fate::Close(answer(
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{\"id\":",
            )),
            lost(Error::is_interrupted),
        ),
        (
            "a gzip bomb",
            Fate::Close(gzip_bomb()),
            cut((false, false), Error::is_too_long),
        ),
        (
            "gzip that is none",
            Fate::Close(answer(
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnone",
            )),
            cut((true, false), Error::is_interrupted),
        ),
        (
            "10 GiB",
            Fate::Flood(answer(
                "HTTP/1.1 200 OK\r\ncontent-length: 10737418240\r\n\r\n{\"id\": \"",
            )),
            cut((false, false), Error::is_too_long),
        ),
        (
            "a refusal of 10 GiB",
            Fate::Flood(answer(
                "HTTP/1.1 422 No\r\ncontent-length: 10737418240\r\n\r\n",
            )),
            refused((false, false), false, Error::is_validation),
        ),
        (
            "429 at once again",
            Fate::Respond(answer("HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n")),
            refused((true, true), false, Error::is_rate_limited),
        ),
        (
            "429 with a wait",
            Fate::Respond(answer(
                "HTTP/1.1 429 Slow\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((true, true), false, Error::is_rate_limited),
        ),
        (
            "429 with a wait that is too long",
            Fate::Respond(answer(
                "HTTP/1.1 429 Slow\r\nretry-after: 61\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((false, false), false, |it| {
                it.retry_after() == Some(Duration::from_secs(61))
            }),
        ),
        (
            "503 with a wait in seconds",
            Fate::Respond(answer(
                "HTTP/1.1 503 Busy\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((true, false), true, |it| status(it) == 503),
        ),
        (
            "503 with a wait until a date",
            Fate::Respond(answer(
                "HTTP/1.1 503 Busy\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
                 retry-after: Sun, 06 Nov 1994 08:49:39 GMT\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((true, false), true, |it| {
                it.retry_after() == Some(Duration::from_secs(2))
            }),
        ),
        (
            "503 without a word",
            Fate::Respond(answer("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")),
            refused((true, false), true, |it| status(it) == 503),
        ),
        (
            "503 with a wait that cannot be read",
            Fate::Respond(answer(
                "HTTP/1.1 503 Busy\r\nretry-after: soon\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((true, false), true, |it| status(it) == 503),
        ),
        (
            "429 with a list of waits",
            Fate::Respond(answer(
                "HTTP/1.1 429 Slow\r\nretry-after: 1, 120\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((false, false), false, |it| {
                it.retry_after() == Some(Duration::from_secs(120))
            }),
        ),
        (
            "502",
            Fate::Respond(answer("HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n")),
            refused((true, false), true, |it| status(it) == 502),
        ),
        (
            "504",
            Fate::Respond(answer("HTTP/1.1 504 Late\r\ncontent-length: 0\r\n\r\n")),
            refused((true, false), true, |it| status(it) == 504),
        ),
        (
            "500",
            Fate::Respond(answer("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n")),
            refused((false, false), true, |it| status(it) == 500),
        ),
        (
            "501",
            Fate::Respond(answer("HTTP/1.1 501 Never\r\ncontent-length: 0\r\n\r\n")),
            refused((false, false), false, Error::is_not_supported),
        ),
        (
            "404",
            Fate::Respond(answer("HTTP/1.1 404 Gone\r\ncontent-length: 0\r\n\r\n")),
            refused((false, false), false, Error::is_not_found),
        ),
        (
            "a redirect",
            Fate::Respond(answer(
                "HTTP/1.1 307 Go\r\nlocation: https://example.com/\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((false, false), false, |it| status(it) == 307),
        ),
        (
            "found",
            Fate::Respond(answer(
                "HTTP/1.1 302 Found\r\nlocation: /done\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((false, false), true, |it| status(it) == 302),
        ),
        (
            "another protocol",
            Fate::Close(answer(
                "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
            )),
            refused((false, false), true, |it| status(it) == 101),
        ),
        (
            "a status of no class",
            Fate::Respond(answer("HTTP/1.1 666 Odd\r\ncontent-length: 0\r\n\r\n")),
            refused((false, false), true, |it| status(it) == 666),
        ),
        (
            "an empty success",
            Fate::Respond(answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")),
            cut((false, false), Error::is_decode),
        ),
        (
            "a success of another shape",
            Fate::Respond(answer(
                "HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n{\"status\": \"accepted\"}",
            )),
            cut((false, false), Error::is_decode),
        ),
        (
            "see other",
            Fate::Respond(answer(
                "HTTP/1.1 303 See\r\nlocation: https://example.com/\r\ncontent-length: 0\r\n\r\n",
            )),
            refused((false, false), true, |it| status(it) == 303),
        ),
    ]
}
