//! Requests: paths and bodies.

use httpmock::{Method, MockServer};
use own_document::trackstar::prelude::*;
use own_document::trackstar::types;
use serde_json::json;

use crate::{client, connection};

#[tokio::test]
async fn body_contains_only_the_fields_that_were_set() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::POST)
                .path("/orders")
                .header("content-type", "application/json")
                .body(r#"{"reference":"r-1"}"#);
            then.status(201).json_body(json!({
                "id": "1", "status": "open", "note": null, "created_date": "2026-01-01T00:00:00Z"
            }));
        })
        .await;
    let connection = connection(&server);
    let order = connection
        .create_order()
        .body_map(|body| body.reference("r-1"))
        .send();
    assert_eq!(order.await.unwrap().id, "1");
    mock.assert_async().await;

    let missing = connection
        .create_order()
        .body_map(|body| body.priority("low"))
        .send();
    let missing = missing.await.expect_err("no reference");
    let text = missing.to_string();
    assert!(
        text.contains("POST /orders") && text.contains("reference"),
        "{text}"
    );
    let unknown = "huge".parse::<types::NewOrderPriority>();
    let text = unknown
        .expect_err("requests are as strict as the document")
        .to_string();
    for told in [
        "`types::NewOrderPriority`",
        r#""low", "high";"#,
        "UnknownValue(…)",
    ] {
        assert!(text.contains(told), "{text}");
    }
    assert!(!text.contains("huge"), "the error quotes no value: {text}");
    let shown = types::NewOrderPriority::UnknownValue("huge".into()).to_string();
    assert_eq!(shown, "huge");
    mock.assert_async().await;
}

#[tokio::test]
async fn ids_stay_in_their_path_segment() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/links/a%2Fb%5Cconnections%3Fa%3Db")
                .header("x-trackstar-api-key", "key-of-own-document")
                .header_missing("x-trackstar-access-token");
            then.status(204);
        })
        .await;
    let anything_else = server
        .mock_async(|when, then| {
            when.any_request();
            then.status(500);
        })
        .await;
    let client = client(&server);
    client
        .delete_link("a/b\\connections?a=b")
        .send()
        .await
        .unwrap();
    mock.assert_async().await;
    for refused in ["", ".", "..", "../connections", "..;x"] {
        let error = client.delete_link(refused).send().await.expect_err(refused);
        assert!(error.to_string().contains("link_id"), "{error}");
        assert_eq!(error.operation_id(), Some("delete_link"));
    }
    anything_else.assert_calls_async(0).await;
}

#[tokio::test]
async fn reports_invalid_arguments_before_sending() {
    let server = MockServer::start_async().await;
    let connection = connection(&server);
    let error = connection
        .list_orders()
        .priority_eq("huge")
        .created_date_gte("soon")
        .send();
    let text = error.await.expect_err("neither is valid").to_string();
    for named in ["GET /orders", "`priority[eq]`", "`created_date[gte]`"] {
        assert!(text.contains(named), "{text}");
    }
    let error = connection
        .update_order("")
        .body_map(|body| body.note("x"))
        .send()
        .await;
    let text = error.expect_err("no id").to_string();
    assert!(text.contains("`order_id`"), "{text}");
    let error = connection
        .update_order("o-1")
        .send()
        .await
        .expect_err("no body");
    assert!(error.to_string().contains("body is not set"), "{error}");
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn last_value_of_an_argument_wins() {
    let server = MockServer::start_async().await;
    let order = json!({"id": "1", "status": "open", "note": null, "created_date": "soon"});
    let listed = server
        .mock_async(|when, then| {
            when.method(Method::GET)
                .query_param("created_date[gte]", "2026-01-01T00:00:00Z");
            then.status(200)
                .json_body(json!({"data": [], "next_token": null}));
        })
        .await;
    let changed = server
        .mock_async(|when, then| {
            when.method(Method::PATCH)
                .body(r#"{"lines":null,"priority":"low"}"#);
            then.status(200).json_body(order);
        })
        .await;
    let connection = connection(&server);
    let list = connection.list_orders().created_date_gte("soon");
    list.created_date_gte("2026-01-01T00:00:00Z")
        .send()
        .await
        .unwrap();
    listed.assert_async().await;
    let update = || connection.update_order("o-1");
    let update = update().body_map(|body| body.priority("huge"));
    let fill = |body: types::partial::OrderUpdate| {
        let body = body.lines([types::Line::builder()]).clear_lines();
        body.priority("huge").priority("low")
    };
    update.body_map(fill).send().await.unwrap();
    changed.assert_async().await;

    // If an invalid value replaces a valid one, neither is sent.
    let wrong = connection
        .list_orders()
        .created_date_gte("2026-01-01T00:00:00Z");
    wrong
        .created_date_gte("soon")
        .send()
        .await
        .expect_err("the last value is not a date");
    listed.assert_calls_async(1).await;
}

#[tokio::test]
async fn updates_distinguish_absent_null_and_value() {
    let server = MockServer::start_async().await;
    let answer = json!({"id": "1", "status": "open", "note": null, "created_date": "soon"});
    let mut mocks = Vec::new();
    let bodies = [
        r#"{"note":null}"#,
        r#"{"lines":[{"sku":"A"},{"count":2,"sku":"B"}],"note":"x","priority":"low"}"#,
        r#"{"lines":null,"measures":{"width":1.5}}"#,
        r#"{"lines":[]}"#,
    ];
    for body in bodies {
        let mock = server
            .mock_async(|when, then| {
                when.method(Method::PATCH)
                    .path("/orders/o-1")
                    .is_true(move |request| {
                        let sent: serde_json::Value =
                            serde_json::from_slice(request.body_ref()).unwrap();
                        sent == serde_json::from_str::<serde_json::Value>(body).unwrap()
                    });
                then.status(200).json_body(answer.clone());
            })
            .await;
        mocks.push(mock);
    }
    let connection = connection(&server);
    let update = || connection.update_order("o-1");
    update()
        .body_map(|body| body.clear_note())
        .send()
        .await
        .unwrap();
    let lines = [
        types::Line::builder().sku("A"),
        types::Line::builder().sku("B").count(2),
    ];
    let body = types::OrderUpdate::builder()
        .note("x")
        .priority("low")
        .lines(lines);
    update().body(body).send().await.unwrap();
    let body = |body: types::partial::OrderUpdate| body.clear_lines().measures([("width", 1.5)]);
    update().body_map(body).send().await.unwrap();
    update()
        .body_map(|body| body.lines(Vec::<types::Line>::new()))
        .send()
        .await
        .unwrap();
    for mock in mocks {
        mock.assert_async().await;
    }

    let wrong = types::OrderUpdate::builder()
        .priority("huge")
        .lines([types::Line::builder()]);
    let text = wrong
        .build()
        .expect_err("several fields are invalid")
        .to_string();
    assert!(
        text.contains("`priority`") && text.contains("`sku` is not set: call `.sku(…)`"),
        "{text}"
    );
}
