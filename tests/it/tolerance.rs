//! Responses that a strict reader would reject, and responses that must be rejected.

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Connection, Event, EventKind, Metrics};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

#[derive(Clone, Default)]
struct Drifts(Arc<Mutex<Vec<String>>>);

impl Metrics for Drifts {
    fn count(&self, event: &Event<'_>) {
        if let EventKind::Drift { drift, .. } = &event.kind {
            self.0.lock().unwrap().push(drift.to_string());
        }
    }
}

/// Starts a server that always responds with `body`. Returns a connection and its drift metrics.
async fn answering(body: &'static str) -> (FaultServer, Connection, Drifts) {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = FaultServer::always(Fate::Respond(answer.into_bytes()))
        .await
        .unwrap();
    let drifts = Drifts::default();
    let builder = builder(server.base_url()).unwrap().metrics(drifts.clone());
    let connection = connection_of(&builder.build().unwrap()).unwrap();
    (server, connection, drifts)
}

const SURROGATE: &str = "a string with a lone surrogate";
const DUPLICATE: &str = "an object with a duplicate key";

#[tokio::test]
async fn malformed_json_is_repaired_and_reported_as_drift() {
    for (body, id, told) in [
        (
            r#"{"id": "a", "object": "connection", "deleted": true}"#,
            "a",
            &[][..],
        ),
        (
            r#"{"id": "a\ud83d", "object": "connection", "deleted": true}"#,
            "a\u{fffd}",
            &[SURROGATE],
        ),
        (
            r#"{"id": "a", "object": "x", "deleted": false, "id": "b", "deleted": true, "object": "connection"}"#,
            "b",
            &[DUPLICATE],
        ),
        (
            r#"{"id": "\udc00", "object": "connection", "id": "\ud800", "deleted": true}"#,
            "\u{fffd}",
            &[SURROGATE, DUPLICATE],
        ),
    ] {
        let (_server, connection, drifts) = answering(body).await;
        let deleted = connection.delete_connection().send().await.expect(body);
        assert_eq!(deleted.id, id);
        assert!(deleted.deleted);
        assert_eq!(*drifts.0.lock().unwrap(), told, "{body}");
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Own {
    lines: Vec<String>,
}

#[tokio::test]
async fn malformed_json_is_repaired_for_custom_types() {
    let body = r#"{"lines": ["a"], "lines": ["b", "\ud83d"]}"#;
    let (_server, connection, drifts) = answering(body).await;
    let request = connection.request(Method::GET, "/lines");
    let own: trackstar_api::Response<Own> = request.send_json().await.unwrap();
    assert_eq!(own.lines, ["b", "\u{fffd}"]);
    assert_eq!(*drifts.0.lock().unwrap(), [SURROGATE, DUPLICATE]);
}

#[tokio::test]
async fn array_instead_of_object_is_an_error() {
    for body in [
        r#"["conn-1", "connection", true]"#,
        r#"["connection", "conn-1", true]"#,
        r#"[true, "conn-1", "connection"]"#,
        r#"[{"id": "a", "object": "connection", "deleted": true}]"#,
        "[]",
    ] {
        let (_server, connection, drifts) = answering(body).await;
        let error = connection
            .delete_connection()
            .send()
            .await
            .expect_err("a list");
        assert!(error.is_decode(), "{error}");
        assert_eq!(
            *drifts.0.lock().unwrap(),
            ["a body that does not match its type"]
        );
    }
}

#[tokio::test]
async fn array_instead_of_custom_type_is_an_error() {
    for (body, read) in [
        (r#"{"lines": ["a"]}"#, true),
        (r#"[["a"]]"#, false),
        (r#"[{"lines": ["a"]}]"#, false),
    ] {
        let (_server, connection, _) = answering(body).await;
        let request = connection.request(Method::GET, "/lines");
        let own = request.send_json::<Own>().await;
        assert_eq!(own.is_ok(), read, "{body}");
    }
    let (_server, connection, _) = answering(r#"[{"lines": ["a"]}, [["b"]]]"#).await;
    let request = connection.request(Method::GET, "/lines");
    let error = request.send_json::<Vec<Own>>().await.expect_err("a list");
    assert!(error.is_decode(), "{error}");
}
