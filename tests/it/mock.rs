//! Tests of `trackstar_api::mock` over HTTP, with raw requests and with the client.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trackstar_api::mock::{Answer, Limits, MockServer, MockServerExt, Received};
use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, ApiKey, RetryPolicy};
use trackstar_tests::{ACCESS_TOKEN, API_KEY};

/// A response: its head and its body.
struct Answered {
    head: String,
    body: String,
}

impl Answered {
    fn status(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(": ")?;
            own.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Sends raw bytes and reads until the server closes the connection.
async fn send(server: &MockServer, request: &str) -> Answered {
    let address = server.base_url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answered {
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// Starts a server that accepts the tests' credentials.
async fn server() -> MockServer {
    MockServer::builder()
        .api_key(ApiKey::new(API_KEY).unwrap())
        .token(AccessToken::new(ACCESS_TOKEN).unwrap())
        .start()
        .await
        .unwrap()
}

fn credentials() -> String {
    format!("x-trackstar-api-key: {API_KEY}\r\nX-Trackstar-Access-Token: {ACCESS_TOKEN}\r\n")
}

fn delete(headers: &str) -> String {
    format!("DELETE /connections HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n{headers}\r\n")
}

#[tokio::test]
async fn raw_delete_invalidates_the_token() {
    let server = server().await;
    let answered = send(&server, &delete(&credentials())).await;
    assert_eq!(answered.status(), "HTTP/1.1 200 OK");
    assert_eq!(answered.header("content-type"), Some("application/json"));
    assert_eq!(answered.header("x-request-id"), Some("mock-request-1"));
    let expected = json!({"deleted": true, "id": "example-id-123", "object": "connection"});
    assert_eq!(answered.json(), expected);
    let answered = send(&server, &delete(&credentials())).await;
    assert_eq!(answered.status(), "HTTP/1.1 401 Unauthorized");
    assert_eq!(answered.header("x-request-id"), Some("mock-request-2"));
    assert_eq!(answered.json()["origin"], "trackstar");
}

#[tokio::test]
async fn raw_request_errors_have_the_api_format() {
    let server = server().await;
    let key = format!("x-trackstar-api-key: {API_KEY}\r\n");
    let answered = send(&server, &delete(&key)).await;
    assert_eq!(answered.status(), "HTTP/1.1 422 Unprocessable Entity");
    assert_eq!(
        answered.json(),
        json!({
            "error": "Validation error: see `detail`.",
            "detail": {"headers": {
                "x-trackstar-access-token": ["Missing data for required field."],
            }},
            "origin": "trackstar",
        })
    );
    let wrong = delete(&format!(
        "{key}x-trackstar-access-token: of-nobody-at-all\r\n"
    ));
    let answered = send(&server, &wrong).await;
    assert_eq!(answered.status(), "HTTP/1.1 401 Unauthorized");
    for quoted in [API_KEY, "of-nobody-at-all"] {
        assert!(!answered.body.contains(quoted), "{}", answered.body);
    }
    let query = delete(&credentials()).replace("/connections", "/connections?force=1");
    let answered = send(&server, &query).await;
    assert_eq!(answered.status(), "HTTP/1.1 422 Unprocessable Entity");
    assert_eq!(
        answered.json()["detail"],
        json!({"query": {"force": ["Unknown field."]}})
    );
    let other = delete(&credentials()).replace("DELETE", "PUT");
    let answered = send(&server, &other).await;
    assert_eq!(answered.status(), "HTTP/1.1 405 Method Not Allowed");
    assert_eq!(answered.header("allow"), Some("DELETE"));
    let other = delete(&credentials()).replace("/connections", "/Connections");
    let answered = send(&server, &other).await;
    assert_eq!(answered.status(), "HTTP/1.1 404 Not Found");
    assert_eq!(answered.json()["origin"], "trackstar");
    // None of these requests deleted anything.
    assert_eq!(
        send(&server, &delete(&credentials())).await.status(),
        "HTTP/1.1 200 OK"
    );
}

#[tokio::test]
async fn client_recognizes_scripted_failures() {
    let server = MockServer::start().await.unwrap();
    let builder = server
        .client_builder()
        .unwrap()
        .retries(RetryPolicy::never());
    let client = builder.build().unwrap();
    let connection = client.connection(server.new_token().unwrap());
    let answers = [
        Answer::status(422),
        Answer::rate_limited(Duration::from_secs(7)),
        Answer::bad_gateway(),
        Answer::json(403, json!({"error": "Not here.", "origin": "integration"})),
        Answer::hang_up(),
    ];
    server.script("delete_connection", answers).unwrap();
    let failure = || async { connection.delete_connection().send().await.unwrap_err() };
    assert!(failure().await.is_validation());
    let error = failure().await;
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let error = failure().await;
    assert!(
        error.outcome_unknown() && error.status().unwrap() == 502,
        "{error}"
    );
    assert_eq!(error.request_id(), Some("mock-request-3"));
    let error = failure().await;
    assert_eq!(
        (error.message(), error.origin()),
        (Some("Not here."), Some("integration"))
    );
    let error = failure().await;
    assert!(
        error.outcome_unknown() && error.status().is_none(),
        "{error}"
    );
    assert!(connection.delete_connection().send().await.unwrap().deleted);
    let statuses: Vec<u16> = server.requests().iter().map(Received::status).collect();
    assert_eq!(statuses, [422, 429, 502, 403, 0, 200]);
}

#[tokio::test]
async fn delayed_delete_times_out_but_takes_effect() {
    let server = MockServer::start().await.unwrap();
    let token = server.new_token().unwrap();
    let builder = server
        .client_builder()
        .unwrap()
        .retries(RetryPolicy::never());
    let client = builder.timeout(Duration::from_millis(300)).build().unwrap();
    let day = Duration::from_secs(86_400);
    let answers = [Answer::documented().delay(day)];
    server.script("delete_connection", answers).unwrap();
    let connection = client.connection(token.clone());
    let error = connection.delete_connection().send().await.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
    let error = connection.delete_connection().send().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    server.admit(&token);
    assert!(connection.delete_connection().send().await.unwrap().deleted);
}

#[tokio::test]
async fn connections_and_limits_are_separate() {
    let limits = Limits {
        reads: 1,
        writes: 1,
    };
    let server = MockServer::builder()
        .rate_limit(limits)
        .start()
        .await
        .unwrap();
    let (one, other) = (server.connection().unwrap(), server.connection().unwrap());
    let deleted = one.delete_connection().send().await.unwrap();
    assert!(deleted.deleted);
    assert!(other.delete_connection().send().await.unwrap().deleted);
    let [first, second] = server.requests().try_into().unwrap();
    assert_eq!((first.status(), second.status()), (200, 200));
    assert_eq!(first.operation(), Some("delete_connection"));
}

#[tokio::test]
async fn custom_mocks_precede_documented_responses() {
    let server = MockServer::start().await.unwrap();
    let connection = server.connection().unwrap();
    let gone = json!({"id": "c-9", "object": "connection", "deleted": false});
    let mock = server.delete_connection(|when, then| {
        let _when = when
            .into_inner()
            .header("x-trackstar-api-key", "mock-api-key");
        let _then = then
            .ok(gone)
            .into_inner()
            .header("x-mode", "own")
            .up_to_n_times(1);
    });
    let deleted = connection.delete_connection().send().await.unwrap();
    assert_eq!((deleted.id.as_str(), deleted.deleted), ("c-9", false));
    assert_eq!(deleted.headers()["x-mode"], "own");
    assert_eq!(deleted.request_id(), Some("mock-request-1"));
    mock.assert();
    // The mock is used up, and it never matched other paths.
    assert_eq!(
        connection.delete_connection().send().await.unwrap().id,
        "example-id-123"
    );
    let answered = send(
        &server,
        &delete(&credentials()).replace("/connections", "/other"),
    )
    .await;
    assert_eq!(answered.status(), "HTTP/1.1 404 Not Found");
    assert_eq!(answered.json()["origin"], "trackstar");
    let requests = server.requests();
    let statuses: Vec<u16> = requests.iter().map(Received::status).collect();
    assert_eq!(statuses, [200, 200, 404]);
}

#[tokio::test]
async fn mocks_send_scripted_responses() {
    let server = MockServer::start().await.unwrap();
    let client = server
        .client_builder()
        .unwrap()
        .retries(RetryPolicy::never())
        .build()
        .unwrap();
    let connection = client.connection(server.new_token().unwrap());
    for answer in [
        Answer::status(422),
        Answer::rate_limited(Duration::from_secs(3)),
        Answer::hang_up(),
    ] {
        let _mock = server.delete_connection(|_when, then| {
            let _then = then.answer(answer).into_inner().up_to_n_times(1);
        });
    }
    let failure = || async { connection.delete_connection().send().await.unwrap_err() };
    let error = failure().await;
    assert!(
        error.is_validation() && error.message() == Some("Validation error."),
        "{error}"
    );
    assert_eq!(failure().await.retry_after(), Some(Duration::from_secs(3)));
    assert!(failure().await.status().is_none());
    assert!(connection.delete_connection().send().await.unwrap().deleted);
}

#[tokio::test]
async fn delete_by_custom_mock_affects_the_server() {
    for (answer, status) in [
        (Answer::documented(), 200),
        (Answer::bad_gateway().taking_effect(), 502),
        (Answer::hang_up().taking_effect(), 0),
    ] {
        let server = server().await;
        let mut mock = server.delete_connection(|_, then| drop(then.answer(answer)));
        let connection = server
            .client()
            .unwrap()
            .connection(AccessToken::new(ACCESS_TOKEN).unwrap());
        let call = || {
            connection
                .delete_connection()
                .with_retries(RetryPolicy::never())
                .send()
        };
        let first = call().await;
        assert_eq!(first.is_ok(), status == 200);
        mock.delete();
        assert!(call().await.unwrap_err().is_unauthorized(), "{status}");
        let statuses: Vec<u16> = server.requests().iter().map(Received::status).collect();
        assert_eq!(statuses, [status, 401], "each request is recorded once");
    }
}

#[tokio::test]
async fn mock_does_not_serve_httpmock_admin_api() {
    let server = MockServer::start().await.unwrap();
    let _started = server.http();
    for method in ["DELETE", "POST"] {
        let request = delete("").replace("/connections", "/__httpmock__/mocks");
        let answered = send(&server, &request.replace("DELETE", method)).await;
        assert_eq!(answered.status(), "HTTP/1.1 404 Not Found", "{method}");
    }
}

#[tokio::test]
async fn debug_output_contains_no_credentials() {
    let server = server().await;
    send(&server, &delete(&credentials())).await;
    send(
        &server,
        &delete("x-trackstar-api-key: another-key-of-mine\r\n"),
    )
    .await;
    let requests = server.requests();
    assert_eq!(
        requests[0].header("X-Trackstar-Api-Key"),
        Some("<redacted>")
    );
    let builder = MockServer::builder()
        .api_key(ApiKey::new(API_KEY).unwrap())
        .token(AccessToken::new(ACCESS_TOKEN).unwrap());
    let shown = format!("{server:?} {requests:?} {builder:?} {:?}", server.api_key());
    for secret in [API_KEY, ACCESS_TOKEN, "another-key-of-mine"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn serves_blocking_programs_until_dropped() {
    use std::io::{Read, Write};

    let server = MockServer::start_blocking().unwrap();
    let address = server.base_url().replace("http://", "");
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    stream.write_all(b"GET /nothing HTTP/1.0\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.0 404 Not Found\r\n"), "{text}");
    // Stopping the server closes open connections.
    let mut open = std::net::TcpStream::connect(&address).unwrap();
    open.write_all(b"GET /nothing HTTP/1.1\r\n").unwrap();
    drop(server);
    let ended = open.read(&mut [0; 1]);
    assert!(!matches!(ended, Ok(1..)), "{ended:?}");
}
