//! A successful delete: literal method, path, headers and body.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use httpmock::{Method, MockServer};
use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, Error};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, builder, connection};

use crate::support::answered;

#[tokio::test]
async fn sends_delete_with_literal_headers_and_no_body() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/connections")
                .header("x-trackstar-api-key", API_KEY)
                .header("x-trackstar-access-token", ACCESS_TOKEN)
                .header("accept", "application/json")
                .header(
                    "user-agent",
                    concat!("trackstar-api/", env!("CARGO_PKG_VERSION")),
                )
                .header_missing("api-version")
                .header_missing("content-type")
                .header_missing("authorization")
                .header_missing("cookie")
                .header_missing("referer")
                .is_true(|request| request.query_params().is_empty())
                .body("");
            then.status(200)
                .header("content-type", "application/json")
                .header("x-request-id", "req-1")
                .body(r#"{"id": "conn-1", "object": "connection", "deleted": true}"#);
        })
        .await;

    let deleted = connection(server.base_url())
        .unwrap()
        .delete_connection()
        .send()
        .await
        .unwrap();

    mock.assert_async().await;
    assert_eq!(deleted.id, "conn-1");
    assert_eq!(deleted.object, "connection");
    assert!(deleted.deleted);
    assert_eq!(deleted.status().as_u16(), 200);
    assert_eq!(deleted.request_id(), Some("req-1"));
    assert_eq!(deleted.headers()["content-type"], "application/json");
    assert_eq!(deleted.into_inner().id, "conn-1");
}

#[tokio::test]
async fn request_has_exactly_these_bytes() {
    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 52\r\n\r\n\
        {\"id\": \"c\", \"object\": \"connection\", \"deleted\": true}";
    let server = FaultServer::always(Fate::Close(reply.to_vec()))
        .await
        .unwrap();

    connection(server.base_url())
        .unwrap()
        .delete_connection()
        .send()
        .await
        .unwrap();

    let host = server.base_url().replace("http://", "");
    let mut expected = vec![
        // Requested by the feature `gzip`, which these tests enable.
        "accept-encoding: gzip".to_owned(),
        "accept: application/json".to_owned(),
        format!("host: {host}"),
        concat!("user-agent: trackstar-api/", env!("CARGO_PKG_VERSION")).to_owned(),
        format!("x-trackstar-access-token: {ACCESS_TOKEN}"),
        format!("x-trackstar-api-key: {API_KEY}"),
    ];
    expected.sort();
    let heads = server.heads();
    assert_eq!(heads.len(), 1);
    let (line, headers) = heads[0].trim_end().split_once("\r\n").unwrap();
    assert_eq!(line, "DELETE /connections HTTP/1.1");
    let mut headers: Vec<String> = headers.split("\r\n").map(str::to_owned).collect();
    headers.sort();
    assert_eq!(headers, expected);
}

#[tokio::test]
async fn accepts_fields_that_the_api_adds_later() {
    let outcome = answered(|then| {
        then.status(200).body(
            r#"{"id": "conn-1", "object": "connection", "deleted": true,
                "deleted_at": "2026-11-23T00:00:00Z", "audit": {"by": ["x", null]}}"#,
        )
    });
    let deleted = outcome.await.unwrap();
    assert_eq!(deleted.id, "conn-1");
    assert_eq!(deleted.request_id(), None);
}

#[tokio::test]
async fn keeps_path_prefix_without_double_slash() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE).path("/proxy/v1/connections");
            then.status(200)
                .body(r#"{"id": "c", "object": "connection", "deleted": true}"#);
        })
        .await;

    for prefix in ["/proxy/v1", "/proxy/v1/"] {
        let connection = connection(server.url(prefix)).unwrap();
        connection.delete_connection().send().await.unwrap();
    }

    mock.assert_calls_async(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_deletes_use_their_own_tokens() {
    // Client and server share a process, so each request needs two sockets.
    let _best_effort = rlimit::increase_nofile_limit(8192);
    let server = MockServer::start_async().await;
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let record = Arc::clone(&seen);
    let mock = server
        .mock_async(move |when, then| {
            when.method(Method::DELETE)
                .path("/connections")
                .header("x-trackstar-api-key", API_KEY);
            then.respond_with(move |request| {
                let token = &request.headers()["x-trackstar-access-token"];
                let token = token.to_str().unwrap().to_owned();
                let body =
                    format!(r#"{{"id": "{token}", "object": "connection", "deleted": true}}"#);
                record.lock().unwrap().insert(token);
                httpmock::HttpMockResponse::builder()
                    .status(200)
                    .body(body)
                    .build()
            });
        })
        .await;

    let client = builder(server.base_url()).unwrap().build().unwrap();
    let calls: Vec<_> = (0..1000)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move {
                let token = format!("token-of-customer-{number:04}");
                let connection = client.connection(AccessToken::new(token.clone())?);
                let deleted = connection.delete_connection().send().await?;
                Ok::<_, Error>((token, deleted.id.clone()))
            })
        })
        .collect();
    for call in calls {
        let (token, id) = call.await.unwrap().unwrap();
        assert_eq!(id, token, "each caller gets its own response");
    }

    mock.assert_calls_async(1000).await;
    assert_eq!(seen.lock().unwrap().len(), 1000);
}
