//! Network faults below HTTP.

use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, Effect, Error};
use trackstar_tests::{ACCESS_TOKEN, Fate, FaultServer, builder, connection};

use crate::retries::closed_port;

async fn fails(base_url: &str, timeout: Option<Duration>) -> Error {
    let mut builder = builder(base_url).unwrap();
    if let Some(timeout) = timeout {
        builder = builder.timeout(timeout);
    }
    let client = builder.build().unwrap();
    let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    let error = connection
        .delete_connection()
        .send()
        .await
        .expect_err("the server misbehaves");
    assert!(error.to_string().contains("DELETE /connections"), "{error}");
    assert_eq!(error.operation_id(), Some("delete_connection"));
    error
}

const SHORT: Option<Duration> = Some(Duration::from_millis(200));

#[tokio::test]
async fn refused_connection_sent_nothing() {
    let (_door, address) = closed_port();
    let error = fails(&format!("http://{address}"), None).await;
    assert!(error.is_connect() && !error.is_timeout() && !error.is_interrupted());
    assert!(!error.outcome_unknown());
    assert_eq!((error.status(), error.request_id()), (None, None));
    let text = error.to_string();
    assert!(
        text.contains("nothing was sent") && text.contains("refused"),
        "{text}"
    );
}

#[tokio::test]
async fn unresponsive_server_leaves_outcome_unknown() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let error = fails(&server.base_url(), SHORT).await;
    assert_eq!(server.heads().len(), 1, "the request arrived");
    assert!(error.is_timeout() && !error.is_connect());
    assert!(error.outcome_unknown());
    let text = error.to_string();
    assert!(
        text.contains("may have taken effect") && text.contains("GET /connections"),
        "{text}"
    );
}

#[tokio::test]
async fn close_without_response_leaves_outcome_unknown() {
    let server = FaultServer::always(Fate::Close(Vec::new())).await.unwrap();
    let error = fails(&server.base_url(), None).await;
    assert!(error.is_interrupted() && error.outcome_unknown() && !error.is_timeout());
    assert_eq!(
        server.heads().len(),
        3,
        "a delete may be repeated, because only its token identifies the connection"
    );
}

#[tokio::test]
async fn garbage_and_partial_head_are_not_a_response() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
        b"HTTP/1.1 200 OK\r\nx-requ",
    ] {
        let server = FaultServer::always(Fate::Close(bytes.to_vec()))
            .await
            .unwrap();
        let error = fails(&server.base_url(), None).await;
        assert!(error.is_interrupted() && error.outcome_unknown(), "{error}");
        assert_eq!(error.status(), None);
    }
}

const HALF: &[u8] =
    b"HTTP/1.1 200 OK\r\nx-request-id: req-5\r\ncontent-length: 100\r\n\r\n{\"id\":";

#[tokio::test]
async fn close_during_body_keeps_status_and_request_id() {
    let server = FaultServer::always(Fate::Close(HALF.to_vec()))
        .await
        .unwrap();
    let error = fails(&server.base_url(), None).await;
    assert!(error.is_interrupted() && !error.is_decode() && !error.is_timeout());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.request_id(), Some("req-5"));
    assert_eq!(error.effect(), Effect::Reported);
    assert!(error.outcome_unknown(), "the body was not read");
    let text = error.to_string();
    assert!(
        text.contains("its body is incomplete") && text.contains("req-5"),
        "{text}"
    );
}

#[tokio::test]
async fn stalled_body_times_out_with_status_and_request_id() {
    let server = FaultServer::always(Fate::Hang(HALF.to_vec()))
        .await
        .unwrap();
    let error = fails(&server.base_url(), SHORT).await;
    assert!(error.is_timeout() && !error.is_interrupted());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.request_id(), Some("req-5"));
}

#[tokio::test]
async fn truncated_error_response_keeps_its_status() {
    let bytes = b"HTTP/1.1 429 Slow\r\nx-request-id: req-6\r\nretry-after: 9\r\n\
        content-length: 50\r\n\r\n{\"error\": \"slo";
    let server = FaultServer::always(Fate::Close(bytes.to_vec()))
        .await
        .unwrap();
    let error = fails(&server.base_url(), None).await;
    assert!(error.is_rate_limited() && error.is_interrupted() && !error.outcome_unknown());
    assert_eq!(error.request_id(), Some("req-6"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    assert_eq!(
        error.body(),
        b"{\"error\": \"slo",
        "the received part is kept"
    );
    assert!(error.to_string().contains("wait 9 seconds"), "{error}");
}

#[tokio::test]
async fn failed_tls_handshake_is_a_connect_error() {
    let no_tls = FaultServer::greeting(b"no tls here\r\n".to_vec())
        .await
        .unwrap();
    let silent = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    for (server, timeout) in [(no_tls, false), (silent, true)] {
        let base_url = server.base_url().replace("http:", "https:");
        let builder = builder(base_url)
            .unwrap()
            .connect_timeout(Duration::from_millis(200));
        let connection = builder
            .build()
            .unwrap()
            .connection(AccessToken::new(ACCESS_TOKEN).unwrap());
        let error = connection
            .delete_connection()
            .send()
            .await
            .expect_err("no TLS");
        assert!(error.is_connect() && !error.outcome_unknown(), "{error}");
        assert_eq!(error.is_timeout(), timeout, "{error}");
        assert!(server.heads().is_empty(), "no request was sent");
    }
}

#[tokio::test]
async fn errors_keep_their_source() {
    let error = connection("http://127.0.0.1:1")
        .unwrap()
        .delete_connection()
        .send()
        .await;
    let error = error.expect_err("port 1 is closed");
    let mut source = std::error::Error::source(&error);
    assert!(source.is_some());
    while let Some(cause) = source {
        assert!(
            !cause.to_string().contains("/connections"),
            "the URL is omitted because it may contain IDs: {cause}"
        );
        source = cause.source();
    }
    assert!(
        error.to_string().contains("http://127.0.0.1:1"),
        "the error names the host: {error}"
    );
}

#[tokio::test]
async fn timeout_during_connect_sent_nothing() {
    let silent = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let error = fails(&silent.base_url().replace("http:", "https:"), SHORT).await;
    assert!(
        error.is_connect() && error.is_timeout() && !error.outcome_unknown(),
        "{error}"
    );
}
