//! Successes that cannot be decoded. The error reports the position and the expected type, but
//! nothing of the body, which may contain secrets.

mod error_bodies;

use proptest::prelude::*;
use serde::Deserialize;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Client, Error, Response, Sensitive};
use trackstar_tests::{Fate, FaultServer, connection};

use crate::keys::{FIRST, SECOND, keys, unauthorized};
use crate::support::shown;

/// Returns a response with these header lines, each of which ends with `\r\n`.
fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn answering(headers: &str, body: &[u8]) -> FaultServer {
    let answer = response("200 OK", headers, body);
    let server = FaultServer::always(Fate::Respond(answer));
    server.await.unwrap()
}

async fn delete(headers: &str, body: &[u8]) -> Result<String, Error> {
    let server = answering(headers, body).await;
    let call = connection(server.base_url()).unwrap().delete_connection();
    call.send().await.map(|deleted| deleted.id.clone())
}

async fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<Response<T>, Error> {
    let server = answering("content-type: application/json\r\n", body.as_bytes()).await;
    let connection = connection(server.base_url()).unwrap();
    connection.request(Method::GET, "/x").send_json().await
}

const JSON: &str = "content-type: application/json\r\n";

#[tokio::test]
async fn does_not_quote_malformed_json() {
    let invalid = "the server sent invalid JSON, so report it to Trackstar with the request id";
    for (body, problem) in [
        (
            r#"{"id":"Jane Roe, 12 Hill St","price":NaN}"#,
            "41 bytes; expected value at line 1 column 38",
        ),
        (
            r#"{"id":"Jane Roe, 12 Hill St"} {"id":"Jane Roe"}"#,
            "47 bytes; missing field `deleted` at line 1 column 29",
        ),
        (
            "{\"id\":\"Jane Roe\",\"object\":\"c\",\"deleted\":true}\0",
            "46 bytes; trailing characters at line 1 column 46",
        ),
        (
            "<br />\n<b>Warning</b>: Jane Roe in /hill.php on line 3<br />\n{\"id\":\"Jane Roe\"}",
            "78 bytes; expected value at line 1 column 1",
        ),
        (
            "{'id':'Jane Roe'}",
            "17 bytes; key must be a string at line 1 column 2",
        ),
        (
            "{\"id\":\"Jane Roe\",}",
            "18 bytes; trailing comma at line 1 column 18",
        ),
        (
            ")]}',\n{\"id\":\"Jane Roe\"}",
            "23 bytes; expected value at line 1 column 1",
        ),
    ] {
        for kind in [JSON, "content-type: text/html\r\n", ""] {
            let error = delete(kind, body.as_bytes()).await.expect_err("not JSON");
            assert!(error.is_decode(), "{error}");
            let text = error.to_string();
            assert!(text.contains(problem), "{text}");
            if !problem.contains("missing field") {
                assert!(text.contains(invalid), "{text}");
            }
            assert!(!text.contains("base URL"), "{text}");
            let shown = shown(&error);
            for part in ["Jane", "Hill", "NaN", "Warning", "hill"] {
                assert!(!shown.contains(part), "{part}: {shown}");
            }
            assert_eq!(
                error.body(),
                body.as_bytes(),
                "the accessor returns the body"
            );
        }
    }
}

#[tokio::test]
async fn skips_a_byte_order_mark() {
    let body = "\u{feff}{\"id\": \"conn-1\", \"object\": \"connection\", \"deleted\": true}";
    assert_eq!(delete(JSON, body.as_bytes()).await.unwrap(), "conn-1");
    let value: Response<serde_json::Value> = read("\u{feff}[1]").await.unwrap();
    assert_eq!(*value, serde_json::json!([1]));
    let twice = delete(JSON, "\u{feff}\u{feff}{}".as_bytes()).await;
    assert!(twice.expect_err("only one is skipped").is_decode());
}

#[derive(Debug, Deserialize)]
struct Exchange {
    #[serde(rename = "access_token")]
    _access_token: Sensitive,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    First,
    Second,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[serde(rename = "kind")]
    _kind: Kind,
}

#[tokio::test]
async fn reports_expected_type_without_value() {
    let exchange = |body| async move { read::<Exchange>(body).await.map(drop).unwrap_err() };
    let strict = |body| async move { read::<Strict>(body).await.map(drop).unwrap_err() };
    for (error, told) in [
        (
            exchange(r#"{"access_token": 8472910384756123}"#).await,
            "34 bytes; expected a string at line 1 column 33",
        ),
        (
            exchange(r#"{"access_token": -8472910384756}"#).await,
            "32 bytes; expected a string at line 1 column 31",
        ),
        (
            exchange(r#"{"access_token": 847291038.4756123}"#).await,
            "35 bytes; expected a string at line 1 column 34",
        ),
        (
            exchange(r#"{"access_token": ["s3cret-1"]}"#).await,
            "30 bytes; expected a string at line 1 column 18",
        ),
        (
            strict(r#"{"kind": "s3cret-1"}"#).await,
            "20 bytes; expected `first` or `second` at line 1 column 19",
        ),
        (
            strict(r#"{"s3cret-1": 1}"#).await,
            "15 bytes; expected `kind` at line 1 column 11",
        ),
        (
            delete(
                JSON,
                br#"{"id": 550123456789, "object": "c", "deleted": true}"#,
            )
            .await
            .unwrap_err(),
            "52 bytes; expected a string at line 1 column 19",
        ),
        (
            delete(
                JSON,
                br#"{"id": "c", "object": "c", "deleted": "s3cret-1"}"#,
            )
            .await
            .unwrap_err(),
            "49 bytes; expected a boolean at line 1 column 48",
        ),
        (
            delete(JSON, br#"{"id": "s3cret-1", "object": "c"}"#)
                .await
                .unwrap_err(),
            "33 bytes; missing field `deleted` at line 1 column 33",
        ),
    ] {
        let text = error.to_string();
        let told = format!("(a body of type application/json, {told});");
        assert!(text.contains(&told), "{told}: {text}");
        let shown = shown(&error);
        for part in ["84729", "550123", "s3cret"] {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}

/// A type whose expectation is longer than the limit in errors.
#[derive(Debug)]
struct Wordy;

impl<'de> Deserialize<'de> for Wordy {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        let unexpected = serde::de::Unexpected::Str("s3cret-1");
        Err(serde::de::Error::invalid_value(
            unexpected,
            &"y\u{1b}".repeat(60_000).as_str(),
        ))
    }
}

#[tokio::test]
async fn shortens_and_escapes_an_expectation() {
    let error = read::<Wordy>("\"s3cret-1\"").await.unwrap_err();
    let told = format!("10 bytes; expected {}y…);", "y\\u{1b}".repeat(95));
    assert!(error.to_string().contains(&told), "{error}");
    assert!(!shown(&error).contains("s3cret"), "{error:?}");
    assert!(format!("{error:?}").len() < 2000, "{error:?}");
}

#[tokio::test]
async fn names_unrequested_encoding() {
    for (encoding, body) in [
        ("br", &b"\x0b\x02\x80\x03"[..]),
        ("x-own", b"s3cret-1"),
        ("deflate, br", b"\x78"),
    ] {
        let headers = format!("{JSON}content-encoding: {encoding}\r\n");
        let told = format!(
            "{} bytes, encoded as {encoding}; not decoded); ",
            body.len()
        );
        let error = delete(&headers, body).await.unwrap_err();
        let server = answering(&headers, body).await;
        let connection = connection(server.base_url()).unwrap();
        let bytes = connection.request(Method::GET, "/x").send().await.map(drop);
        // With an unknown encoding, the bytes may be the content.
        assert_eq!(bytes.is_ok(), encoding == "x-own");
        for error in [Some(error), bytes.err()].into_iter().flatten() {
            let text = error.to_string();
            assert!(error.is_decode() && text.contains(&told), "{text}");
            assert!(text.contains("respect `accept-encoding`"), "{text}");
            assert!(
                !text.contains("base URL") && !text.contains("s3cret"),
                "{text}"
            );
        }
        let answer = response("403 Forbidden", &headers, body);
        let server = FaultServer::always(Fate::Respond(answer));
        let server = server.await.unwrap();
        let call = trackstar_tests::connection(server.base_url())
            .unwrap()
            .delete_connection();
        let text = call.send().await.unwrap_err().to_string();
        assert!(
            text.contains(&format!("encoded as {encoding}")) && !text.contains("s3cret"),
            "{text}"
        );
    }
    let body = br#"{"error": "no such thing", "origin": "own"}"#;
    for plain in ["", "utf-8", "UTF-8, identity", "none"] {
        let headers = format!("{JSON}content-encoding: {plain}\r\n");
        let answer = response("422 No", &headers, body);
        let server = FaultServer::always(Fate::Respond(answer));
        let server = server.await.unwrap();
        let call = trackstar_tests::connection(server.base_url())
            .unwrap()
            .delete_connection();
        let error = call.send().await.unwrap_err();
        assert_eq!(error.message(), Some("no such thing"), "{plain:?}");
        assert_eq!(error.origin(), Some("own"), "{plain:?}");
    }
    // This response states that it is not encoded.
    let body = br#"{"id": "c", "object": "connection", "deleted": true}"#;
    assert_eq!(
        delete("content-encoding: identity\r\n", body)
            .await
            .unwrap(),
        "c"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn does_not_quote_successful_responses(
        before in "[ -~]{0,12}",
        after in "[\\x00 -~]{0,12}",
        key in "[a-z]{0,4}s3cret[`, a-z]{0,8}",
        number in 1_000_000_000_u64..,
        cut in 0..60_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let body = format!("{before}{{\"{key}\": {number}, \"id\": \"{key}\", \"deleted\": \"{key}\"}}{after}");
        let body = &body[..body.len().saturating_sub(cut).max(1)];
            let error = runtime.block_on(delete("content-type: text/html\r\n", body.as_bytes()));
        let shown = shown(&error.expect_err("it lacks a flag"));
        prop_assert!(!shown.contains("s3cret") && !shown.contains(&number.to_string()), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn decode_error_after_a_renewal_shows_neither_key() {
    let server = FaultServer::start(|arrival| {
        let key = arrival.header("x-trackstar-api-key").unwrap();
        if key == FIRST {
            return unauthorized("no");
        }
        let headers = format!("content-encoding: {FIRST}, {SECOND}\r\n");
        Fate::Respond(response("200 OK", &headers, b"{"))
    });
    let server = server.await.unwrap();
    let (provider, _) = keys(&[FIRST, SECOND]);
    let builder = Client::builder_with_provider(provider).base_url(server.base_url());
    let error = crate::keys::delete(&builder.unwrap().build().unwrap())
        .await
        .unwrap_err();
    assert!(error.is_decode(), "{error}");
    let text = shown(&error);
    assert!(text.contains("<redacted>, <redacted>"), "{text}");
    assert!(!text.contains(FIRST) && !text.contains(SECOND), "{text}");
}
