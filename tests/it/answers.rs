//! Successes that are not what the document promises.

use httpmock::{Method, MockServer};
use trackstar_api::Error;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_tests::connection;

async fn answer(
    status: u16,
    content_type: &str,
    body: &str,
) -> Result<DeleteConnectionResponse, Error> {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE).path("/connections");
            then.status(status)
                .header("content-type", content_type)
                .header("x-request-id", "req-9")
                .body(body);
        })
        .await;
    let outcome = connection(server.base_url())
        .unwrap()
        .delete_connection()
        .send()
        .await;
    mock.assert_async().await;
    outcome.map(trackstar_api::Response::into_inner)
}

async fn undecodable(status: u16, content_type: &str, body: &str) -> Error {
    let error = answer(status, content_type, body)
        .await
        .expect_err("not what was promised");
    assert!(error.is_decode(), "{error}");
    assert!(!error.is_timeout() && !error.is_connect() && !error.is_interrupted());
    assert!(
        !error.outcome_unknown(),
        "the server said that it succeeded"
    );
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.request_id(), Some("req-9"));
    assert_eq!(error.body(), body.as_bytes());
    let text = error.to_string();
    assert!(text.contains("most likely taken effect"), "{text}");
    assert!(
        text.contains(&status.to_string()) && text.contains("req-9"),
        "{text}"
    );
    error
}

#[tokio::test]
async fn a_204_and_a_200_with_an_empty_body_are_successes_of_unknown_form() {
    undecodable(204, "application/json", "").await;
    let error = undecodable(200, "application/json", "").await;
    assert!(error.to_string().contains("an empty body"), "{error}");
}

#[tokio::test]
async fn truncated_json_is_told_with_its_place() {
    let error = undecodable(200, "application/json", r#"{"id": "conn-1", "obj"#).await;
    assert!(error.to_string().contains("line 1 column 21"), "{error}");
}

#[tokio::test]
async fn json_of_another_shape_names_what_is_missing_or_wrong() {
    let error = undecodable(200, "application/json", r#"{"id": "c", "object": "x"}"#).await;
    assert!(
        error.to_string().contains("missing field `deleted`"),
        "{error}"
    );
    undecodable(
        200,
        "application/json",
        r#"{"id": 7, "object": "x", "deleted": true}"#,
    )
    .await;
    undecodable(
        200,
        "application/json",
        r#"{"id": null, "object": "x", "deleted": true}"#,
    )
    .await;
    undecodable(200, "application/json", "[]").await;
    undecodable(200, "application/json", "null").await;
}

#[tokio::test]
async fn a_page_of_html_under_200_is_not_taken_for_a_success() {
    let error = undecodable(200, "text/html", "<html>maintenance</html>").await;
    assert!(error.to_string().contains("text/html"), "{error}");
    assert!(error.to_string().contains("maintenance"), "{error}");
}

#[tokio::test]
async fn the_right_json_under_the_wrong_content_type_is_still_the_answer() {
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
async fn a_delete_that_the_api_reports_as_not_done_is_reported_as_that() {
    let body = r#"{"id": "conn-1", "object": "connection", "deleted": false}"#;
    assert!(!answer(200, "application/json", body).await.unwrap().deleted);
}
