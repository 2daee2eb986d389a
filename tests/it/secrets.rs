//! Credentials are sent to the server and appear nowhere else.

use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};

use httpmock::{Method, MockServer};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use trackstar_api::prelude::*;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AccessToken, ApiKey, Client, Error};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, builder, connection};

use crate::support::{answered, answered_to};

fn assert_clean(text: &str) {
    assert!(!text.contains(API_KEY), "the API key shows in: {text}");
    assert!(
        !text.contains(ACCESS_TOKEN),
        "the access token shows in: {text}"
    );
}

fn assert_debug_is_clean(value: &impl Debug) {
    assert_clean(&format!("{value:?}"));
    assert_clean(&format!("{value:#?}"));
}

/// Checks every text that an error can produce: its own, its sources', and a panic's.
fn assert_error_is_clean(error: Error) {
    assert_clean(&error.to_string());
    assert_clean(&format!("{error:#}"));
    assert_debug_is_clean(&error);
    assert_clean(&String::from_utf8_lossy(error.body()));
    for text in [error.message(), error.origin(), error.request_id()]
        .into_iter()
        .flatten()
    {
        assert_clean(text);
    }
    if let Some(detail) = error.detail() {
        assert_debug_is_clean(detail);
        assert_clean(&detail.to_string());
    }
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        assert_clean(&error.to_string());
        assert_clean(&format!("{error:?}"));
        cause = error.source();
    }
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        failed(error).expect("the panic that is looked at");
    }));
    assert_clean(
        panic
            .expect_err("it did panic")
            .downcast_ref::<String>()
            .unwrap(),
    );
}

fn failed(error: Error) -> Result<(), Error> {
    Err(error)
}

#[test]
fn debug_output_contains_no_credentials() {
    let key = ApiKey::new(API_KEY).unwrap();
    let token = AccessToken::new(ACCESS_TOKEN).unwrap();
    assert_debug_is_clean(&key);
    assert_debug_is_clean(&token);
    assert_debug_is_clean(&Client::builder(key.clone()));
    let client = Client::new(key).unwrap();
    assert_debug_is_clean(&client);
    let connection = client.connection(token);
    assert_debug_is_clean(&connection);
    assert_debug_is_clean(&connection.delete_connection());
}

#[test]
fn rejected_credential_is_not_in_the_error() {
    assert_error_is_clean(ApiKey::new(format!("{API_KEY}\n")).expect_err("refused"));
    assert_error_is_clean(AccessToken::new(format!("{ACCESS_TOKEN}\0")).expect_err("refused"));
    assert_error_is_clean(AccessToken::new(format!("{ACCESS_TOKEN}é")).expect_err("refused"));
}

#[test]
fn redacts_credentials_in_base_urls() {
    let percent = API_KEY.replace("api-key-", "%61%70%69%2d%6b%65%79%2d");
    for url in [
        format!("https://gateway.example/{API_KEY}"),
        format!("https://gateway.example/a/{API_KEY}/b"),
        format!("https://{API_KEY}.example"),
        format!("https://gateway.example/{}", API_KEY.to_uppercase()),
        format!("https://gateway.example/{percent}"),
    ] {
        let error = builder(&url).map(drop).expect_err(&url);
        assert_eq!(
            error.to_string(),
            "the base URL contains the API key, which would appear in spans and errors: remove \
             it, because the client sends the key in a header"
        );
        assert_error_is_clean(error);
    }
    // A client does not know its tokens when it is built.
    let connection = connection(format!("https://gateway.example/{ACCESS_TOKEN}")).unwrap();
    let shown = format!("{connection:?}");
    assert!(
        shown.contains("\"https://gateway.example/<redacted>\""),
        "{shown}"
    );
    assert_debug_is_clean(&connection);
    assert_debug_is_clean(&connection.delete_connection());
}

#[tokio::test]
async fn redacts_credentials_that_a_server_quotes() {
    let echo = format!("{API_KEY} and {ACCESS_TOKEN}");
    let json = format!(
        r#"{{"error": "{echo}", "origin": "{echo}",
             "detail": {{"{echo}": {{"{echo}": ["{echo}"]}}}}}}"#
    );
    let page = format!("<html>{echo}</html>");
    let wrong_type = format!(r#"{{"id": "c", "object": "connection", "deleted": "{echo}"}}"#);
    for (status, body) in [
        (401, &json),
        (422, &json),
        (502, &page),
        (204, &page),
        (200, &page),
    ]
    .into_iter()
    .chain([(200, &wrong_type)])
    {
        let outcome = answered(|then| {
            then.status(status)
                .header("content-type", &echo)
                .header("x-request-id", &echo)
                .body(body)
        })
        .await;
        let error = outcome.expect_err("not a success");
        assert!(error.to_string().contains("<redacted>"), "{error}");
        assert_error_is_clean(error);
    }
}

#[tokio::test]
async fn redacts_escaped_credentials() {
    let key = r#"org/"qqq"\of<this>test&co%1+2"#;
    let json = |text: String| format!(r#"{{"error": "no {text} here", "detail": "{text}"}}"#);
    let escaped = serde_json::to_string(key)
        .unwrap()
        .trim_matches('"')
        .to_owned();
    let spelled = |each: fn(u32) -> String| key.chars().map(|it| each(it.into())).collect();
    let twice = serde_json::to_string(&escaped)
        .unwrap()
        .trim_matches('"')
        .to_owned();
    let mut latin_1 = format!("<html>{key}").into_bytes();
    latin_1.extend(b"\xe9</html>");
    let filler = "x".repeat(64 * 1024 - 10);
    for body in [
        json(escaped.clone()).into_bytes(),
        json(escaped.replace('/', "\\/")).into_bytes(),
        json(spelled(|it| format!("\\u{it:04X}"))).into_bytes(),
        json(twice).into_bytes(),
        json(spelled(|it| format!("%{it:02x}"))).into_bytes(),
        json(spelled(|it| format!("&#{it};"))).into_bytes(),
        format!("{filler}{key}").into_bytes(),
        latin_1,
    ] {
        let outcome = answered_to(key, |then| then.status(401).body(&body)).await;
        let error = outcome.expect_err("401");
        let kept = String::from_utf8_lossy(error.body()).into_owned();
        for text in [error.to_string(), format!("{error:?}"), kept] {
            for part in ["qqq", "of<", "this>", "\\u0071", "%71", "&#113;"] {
                assert!(!text.contains(part), "{part} of the key shows in: {text}");
            }
        }
    }
}

#[tokio::test]
async fn redacts_truncated_credentials() {
    let most = &ACCESS_TOKEN[..ACCESS_TOKEN.len() - 1];
    let spelled = most.bytes().map(|it| format!("%{it:02x}"));
    let spelled = spelled.collect::<Vec<String>>().concat();
    let escape = format!("{}\\u00", &ACCESS_TOKEN[..ACCESS_TOKEN.len() - 2]);
    for (text, part) in [
        (most, "access-t"),
        (&spelled, "%61%63"),
        (&escape, "access-t"),
    ] {
        for status in ["200 OK", "401 No"] {
            // The connection ends within the credential.
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: 900\r\n\r\n<html>no {text}");
            let server = FaultServer::always(Fate::Close(head.into_bytes()));
            let server = server.await.unwrap();
            let cut_off = connection(server.base_url()).unwrap();
            let error = cut_off.delete_connection().send().await.unwrap_err();
            assert!(error.is_interrupted(), "{error}");
            let body = String::from_utf8_lossy(error.body()).into_owned();
            for shown in [body, error.to_string(), format!("{error:?}")] {
                assert!(!shown.contains(part), "{shown}");
            }
            // The body limit ends within the credential.
            let head = format!("HTTP/1.1 {status}\r\n\r\n<html>no {text}");
            let limit = head.len() - head.find("<html>").unwrap();
            let server = FaultServer::always(Fate::Flood(head.into_bytes()));
            let server = server.await.unwrap();
            let client = builder(server.base_url()).unwrap().body_limit(limit);
            let limited = client.build().unwrap();
            let limited = limited.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
            let error = limited.delete_connection().send().await.unwrap_err();
            let body = String::from_utf8_lossy(error.body()).into_owned();
            for shown in [body, error.to_string(), format!("{error:?}")] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
    }
}

#[tokio::test]
async fn transport_errors_contain_no_credentials() {
    let refused = connection("http://127.0.0.1:1")
        .unwrap()
        .delete_connection()
        .send()
        .await;
    assert_error_is_clean(refused.expect_err("port 1 is closed"));

    let head = format!("HTTP/1.1 200 OK\r\nx-request-id: {API_KEY}\r\ncontent-length: 9\r\n\r\n{{");
    for bytes in [Vec::new(), b"garbage".to_vec(), head.into_bytes()] {
        let server = FaultServer::always(Fate::Close(bytes)).await.unwrap();
        let outcome = connection(server.base_url())
            .unwrap()
            .delete_connection()
            .send()
            .await;
        assert_error_is_clean(outcome.expect_err("the server misbehaves"));
    }
}

#[tokio::test]
async fn redacts_lowercased_credential_in_redirect_host() {
    for (key, location) in [
        (
            "ORG-Key-In-Capitals",
            "https://ORG-Key-In-Capitals.example/",
        ),
        ("ORG-Key-In-Capitals", "https://a.ORG-Key-In-Capitals/x"),
        ("ORG-Key-In-Capitals", "https://org-key-IN-CAPITALS/x"),
        // The server's text differs from the key, but its normalized form in a URL does not.
        ("key-in-capitals-not", "https://a.Key-In-Capitals-Not/x"),
        ("key-in-capitals-not", "https://%4Bey%2din-capitals-not/x"),
    ] {
        let outcome = answered_to(key, |then| then.status(307).header("location", location));
        let text = outcome.await.expect_err("a redirect").to_string();
        assert!(!text.to_lowercase().contains("in-capitals"), "{text}");
        assert!(text.contains("check the base URL"), "{text}");
    }
}

#[tokio::test]
async fn response_debug_omits_headers() {
    let outcome = answered(|then| {
        then.status(200)
            .header("x-echo", ACCESS_TOKEN)
            .header("x-request-id", format!("req for {API_KEY}"))
            .body(r#"{"id": "conn-1", "object": "connection", "deleted": true}"#)
    });
    let deleted = outcome.await.unwrap();
    assert!(format!("{deleted:?}").contains("conn-1"));
    assert_eq!(deleted.request_id(), Some("req for <redacted>"));
    assert_debug_is_clean(&deleted);
}

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn trace_logs_of_all_crates_contain_no_credentials() {
    let log = Log::default();
    let writer = log.clone();
    // The only subscriber of this process. Logs of other tests are harmless. The mock server runs
    // in this process and logs requests, so its targets are excluded.
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .with_filter(filter_fn(|metadata| {
            !metadata.target().starts_with("httpmock")
        }));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();
    tracing_log::LogTracer::builder()
        .ignore_crate("httpmock")
        .init()
        .unwrap();

    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/connections")
                .header("x-trackstar-access-token", ACCESS_TOKEN);
            then.status(200)
                .body(r#"{"id": "c", "object": "connection", "deleted": true}"#);
        })
        .await;
    let over_http_1 = reqwest::Client::builder().connection_verbose(true);
    let over_http_2 = reqwest::Client::builder()
        .connection_verbose(true)
        .http2_prior_knowledge();
    for own in [over_http_1, over_http_2] {
        let client = builder(server.base_url())
            .unwrap()
            .reqwest_0_13(own)
            .build()
            .unwrap();
        let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
        connection.delete_connection().send().await.unwrap();
    }
    mock.assert_calls_async(2).await;

    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for heard in ["reqwest", "h2::", "TRACE", "DEBUG"] {
        assert!(
            text.contains(heard),
            "{heard} must be heard, or the test proves nothing"
        );
    }
    text.lines().for_each(assert_clean);
}
