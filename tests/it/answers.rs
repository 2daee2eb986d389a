//! Successes that violate the document.

use trackstar_api::prelude::*;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{Effect, Error, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection, connection_of};

use crate::support::answered;

async fn answer(
    status: u16,
    content_type: &str,
    body: &str,
) -> Result<DeleteConnectionResponse, Error> {
    let outcome = answered(|then| {
        then.status(status)
            .header("content-type", content_type)
            .header("x-request-id", "req-9")
            .body(body)
    })
    .await;
    outcome.map(trackstar_api::Response::into_inner)
}

/// Returns the error of a success that cannot be decoded. Its message must contain `likely`, the
/// most likely outcome.
async fn undecodable(status: u16, content_type: &str, body: &str, likely: &str) -> Error {
    let error = answer(status, content_type, body)
        .await
        .expect_err("the response violates the document");
    assert!(error.is_decode(), "{error}");
    assert!(!error.is_timeout() && !error.is_connect() && !error.is_interrupted());
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.request_id(), Some("req-9"));
    assert_eq!(error.body(), body.as_bytes());
    assert!(error.outcome_unknown(), "{error}");
    let text = error.to_string();
    assert_eq!(text.matches("outcome unknown").count(), 1, "{text}");
    assert!(text.contains(likely), "{text}");
    assert!(
        text.contains(&status.to_string()) && text.contains("req-9"),
        "{text}"
    );
    error
}

const DONE: &str = "most likely taken effect";
const JSON: &str = "application/json";

#[tokio::test]
async fn empty_204_and_200_are_undecodable() {
    undecodable(204, JSON, "", DONE).await;
    let error = undecodable(200, JSON, "", DONE).await;
    assert!(error.to_string().contains("an empty body"), "{error}");
}

#[tokio::test]
async fn truncated_json_has_position() {
    let error = undecodable(200, JSON, r#"{"id": "conn-1", "obj"#, DONE).await;
    assert!(error.to_string().contains("line 1 column 21"), "{error}");
}

#[tokio::test]
async fn json_errors_name_missing_and_mistyped_fields() {
    let error = undecodable(200, JSON, r#"{"id": "c", "object": "x"}"#, DONE).await;
    assert!(
        error.to_string().contains("missing field `deleted`"),
        "{error}"
    );
    let number = r#"{"id": 7, "object": "x", "deleted": true}"#;
    let null = r#"{"id": null, "object": "x", "deleted": true}"#;
    for body in [number, null, "[]", "null"] {
        undecodable(200, JSON, body, DONE).await;
    }
}

#[tokio::test]
async fn html_with_200_is_not_a_success() {
    let likely = "does not look like the API";
    let error = undecodable(200, "text/html", "<html>maintenance</html>", likely).await;
    assert_eq!(error.effect(), Effect::Unknown, "it was not the API");
    let told = "a body of type text/html, 24 bytes; expected value at line 1 column 1";
    assert!(error.to_string().contains(told), "{error}");
    assert!(!error.to_string().contains("maintenance"), "{error}");
    // The first character does not matter.
    for text in [
        "nginx is up",
        "true story",
        "forbidden",
        "{{ page }}",
        "\"a\" b",
        "123 Main St.",
    ] {
        let error = undecodable(200, "text/plain", text, likely).await;
        assert!(error.outcome_unknown(), "{error}");
    }
}

#[tokio::test]
async fn partial_html_with_200_is_not_a_success() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<html>maintenance";
    let server = FaultServer::always(Fate::Close(head.into())).await.unwrap();
    let client = builder(server.base_url()).unwrap();
    let client = client.retries(RetryPolicy::never()).build();
    let cut_off = connection_of(&client.unwrap()).unwrap();
    let cut_off = cut_off.delete_connection().send().await.unwrap_err();
    assert!(cut_off.is_interrupted());
    let server = FaultServer::always(Fate::Flood(head.into())).await.unwrap();
    let client = builder(server.base_url()).unwrap().body_limit(100).build();
    let too_long = connection_of(&client.unwrap()).unwrap();
    let too_long = too_long.delete_connection().send().await.unwrap_err();
    assert!(too_long.is_too_long());
    for error in [cut_off, too_long] {
        assert!(error.outcome_unknown(), "{error}");
        let text = error.to_string();
        assert!(text.contains("does not look like the API"), "{text}");
        assert!(!text.contains(DONE), "{text}");
    }
}

#[tokio::test]
async fn truncated_api_response_is_recognized_at_any_length() {
    let body = r#"{"id": "c", "a": -1.5e+7, "b": [true, null, "\u00e9"]}"#;
    for arrived in 0..body.len() {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{}",
            &body[..arrived]
        );
        let server = FaultServer::always(Fate::Close(head.into_bytes()));
        let server = server.await.unwrap();
        let client = builder(server.base_url()).unwrap();
        let client = client.retries(RetryPolicy::never()).build().unwrap();
        let call = connection_of(&client).unwrap().delete_connection();
        let error = call.send().await.unwrap_err();
        assert!(error.is_interrupted(), "{error}");
        assert_eq!(error.effect(), Effect::Reported, "{error}");
        assert!(error.to_string().contains(DONE), "{error}");
    }
}

#[tokio::test]
async fn valid_json_with_wrong_content_type_is_decoded() {
    let body = r#"{"id": "conn-1", "object": "connection", "deleted": true}"#;
    for content_type in [
        "text/plain",
        "text/html; charset=utf-8",
        "application/vnd.api+json",
    ] {
        let deleted = answer(200, content_type, body).await.unwrap();
        assert_eq!(deleted.id, "conn-1");
    }
}

#[tokio::test]
async fn reports_delete_that_api_did_not_perform() {
    let body = r#"{"id": "conn-1", "object": "connection", "deleted": false}"#;
    assert!(!answer(200, "application/json", body).await.unwrap().deleted);
}

#[tokio::test]
async fn endless_success_hits_body_limit() {
    let head = b"HTTP/1.1 200 OK\r\nx-request-id: req-9\r\n\r\n{\"id\": \"".to_vec();
    let server = FaultServer::always(Fate::Flood(head)).await.unwrap();
    let outcome = connection(server.base_url())
        .unwrap()
        .delete_connection()
        .send()
        .await;
    let error = outcome.expect_err("too long");
    assert!(error.is_too_long() && error.outcome_unknown(), "{error}");
    assert_eq!(
        (error.status().unwrap().as_u16(), error.request_id()),
        (200, Some("req-9"))
    );
    assert!(error.to_string().contains("32 MiB"), "{error}");
}

#[tokio::test]
async fn endless_error_body_is_truncated() {
    let head = b"HTTP/1.1 403 Forbidden\r\nx-request-id: req-9\r\n\r\n".to_vec();
    let server = FaultServer::always(Fate::Flood(head)).await.unwrap();
    let outcome = connection(server.base_url())
        .unwrap()
        .delete_connection()
        .send()
        .await;
    let error = outcome.expect_err("forbidden");
    assert!(error.is_forbidden() && !error.is_too_long(), "{error}");
    assert_eq!(error.body().len(), 64 * 1024);
}

#[tokio::test]
async fn reads_at_most_1_mib_of_an_error_body() {
    let head = "HTTP/1.1 403 Forbidden\r\ncontent-length: 10000000\r\n\r\n";
    let body = "x".repeat(1024 * 1024 + 1);
    let server = FaultServer::always(Fate::Hang(format!("{head}{body}").into_bytes()));
    let server = server.await.unwrap();
    let forbidden = connection(server.base_url()).unwrap().delete_connection();
    let error = forbidden.send().await.expect_err("forbidden");
    assert!(error.is_forbidden() && !error.is_timeout(), "{error}");
}
