//! Faults below HTTP.

use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, Effect, Error};
use trackstar_tests::{ACCESS_TOKEN, RawServer, Script, builder, connection};

use crate::retries::shut_door;

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
async fn a_refused_connection_says_that_nothing_was_sent() {
    let (_door, address) = shut_door();
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
async fn a_server_that_never_answers_leaves_the_outcome_unknown_and_says_so() {
    let server = RawServer::start(Script::Hang(Vec::new())).await.unwrap();
    let error = fails(&server.base_url(), SHORT).await;
    assert_eq!(server.heads().len(), 1, "the request did arrive");
    assert!(error.is_timeout() && !error.is_connect());
    assert!(error.outcome_unknown());
    let text = error.to_string();
    assert!(
        text.contains("may have taken effect") && text.contains("GET /connections"),
        "{text}"
    );
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_leaves_the_outcome_unknown() {
    let server = RawServer::start(Script::Reply(Vec::new())).await.unwrap();
    let error = fails(&server.base_url(), None).await;
    assert!(error.is_interrupted() && error.outcome_unknown() && !error.is_timeout());
    assert_eq!(
        server.heads().len(),
        3,
        "a delete may be repeated: the token alone says which connection"
    );
}

#[tokio::test]
async fn garbage_and_half_a_head_are_no_answer() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
        b"HTTP/1.1 200 OK\r\nx-requ",
    ] {
        let server = RawServer::start(Script::Reply(bytes.to_vec()))
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
async fn a_connection_closed_mid_body_keeps_status_and_request_id() {
    let server = RawServer::start(Script::Reply(HALF.to_vec()))
        .await
        .unwrap();
    let error = fails(&server.base_url(), None).await;
    assert!(error.is_interrupted() && !error.is_decode() && !error.is_timeout());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.request_id(), Some("req-5"));
    assert_eq!(error.effect(), Effect::Reported);
    assert!(error.outcome_unknown(), "the report was not read");
    let text = error.to_string();
    assert!(
        text.contains("its body is incomplete") && text.contains("req-5"),
        "{text}"
    );
}

#[tokio::test]
async fn a_body_that_stops_coming_runs_into_the_timeout_with_status_and_request_id() {
    let server = RawServer::start(Script::Hang(HALF.to_vec())).await.unwrap();
    let error = fails(&server.base_url(), SHORT).await;
    assert!(error.is_timeout() && !error.is_interrupted());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.request_id(), Some("req-5"));
}

#[tokio::test]
async fn a_refusal_whose_body_is_cut_off_is_still_that_refusal() {
    let bytes = b"HTTP/1.1 429 Slow\r\nx-request-id: req-6\r\nretry-after: 9\r\n\
        content-length: 50\r\n\r\n{\"error\": \"slo";
    let server = RawServer::start(Script::Reply(bytes.to_vec()))
        .await
        .unwrap();
    let error = fails(&server.base_url(), None).await;
    assert!(error.is_rate_limited() && error.is_interrupted() && !error.outcome_unknown());
    assert_eq!(error.request_id(), Some("req-6"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    assert_eq!(
        error.body(),
        b"{\"error\": \"slo",
        "what has arrived is kept"
    );
    assert!(error.to_string().contains("wait 9 seconds"), "{error}");
}

#[tokio::test]
async fn a_tls_handshake_that_fails_or_never_ends_is_a_connection_that_cannot_be_made() {
    let no_tls = RawServer::start(Script::Greet(b"no tls here\r\n".to_vec()))
        .await
        .unwrap();
    let silent = RawServer::start(Script::Hang(Vec::new())).await.unwrap();
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
        assert!(server.heads().is_empty(), "nothing readable was sent");
    }
}

#[tokio::test]
async fn the_source_of_an_error_is_kept_for_whoever_walks_the_chain() {
    let error = connection("http://127.0.0.1:1")
        .unwrap()
        .delete_connection()
        .send()
        .await;
    let error = error.expect_err("nobody listens on port 1");
    let mut source = std::error::Error::source(&error);
    assert!(source.is_some());
    while let Some(cause) = source {
        assert!(
            !cause.to_string().contains("/connections"),
            "no URL: it may hold ids: {cause}"
        );
        source = cause.source();
    }
    assert!(
        error.to_string().contains("http://127.0.0.1:1"),
        "the host is named: {error}"
    );
}

#[tokio::test]
async fn a_whole_timeout_shorter_than_the_connect_timeout_still_tells_that_nothing_was_sent() {
    let silent = RawServer::start(Script::Hang(Vec::new())).await.unwrap();
    let error = fails(&silent.base_url().replace("http:", "https:"), SHORT).await;
    assert!(
        error.is_connect() && error.is_timeout() && !error.outcome_unknown(),
        "{error}"
    );
}
