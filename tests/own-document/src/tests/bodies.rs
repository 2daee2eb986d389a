//! Bodies: what is set, what is cleared, forms.

use httpmock::{Method, MockServer};
use serde_json::json;
use trackstar_api::types;

use super::{client, connection};

#[tokio::test]
async fn a_body_holds_what_was_set_and_nothing_else() {
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
    let order = connection.create_order().body_map(|body| body.reference("r-1")).send();
    assert_eq!(order.await.unwrap().id, "1");
    mock.assert_async().await;

    let missing = connection.create_order().body_map(|body| body.priority("low")).send();
    let missing = missing.await.expect_err("no reference");
    let text = missing.to_string();
    assert!(text.contains("POST /orders") && text.contains("reference"), "{text}");
    let unknown = "huge".parse::<types::NewOrderPriority>();
    let text = unknown.expect_err("requests are as strict as the document").to_string();
    for told in ["`types::NewOrderPriority`", r#""low", "high";"#, "UnknownValue(…)"] {
        assert!(text.contains(told), "{text}");
    }
    assert!(!text.contains("huge"), "it may be anything: {text}");
    let shown = types::NewOrderPriority::UnknownValue("huge".into()).to_string();
    assert_eq!(shown, "huge");
    mock.assert_async().await;
}

#[tokio::test]
async fn what_was_wrong_and_is_set_anew_stands_in_no_way() {
    let server = MockServer::start_async().await;
    let order = json!({"id": "1", "status": "open", "note": null, "created_date": "soon"});
    let listed = server
        .mock_async(|when, then| {
            when.method(Method::GET).query_param("created_date[gte]", "2026-01-01T00:00:00Z");
            then.status(200).json_body(json!({"data": [], "next_token": null}));
        })
        .await;
    let changed = server
        .mock_async(|when, then| {
            when.method(Method::PATCH).body(r#"{"lines":null,"priority":"low"}"#);
            then.status(200).json_body(order);
        })
        .await;
    let connection = connection(&server);
    let list = connection.list_orders().created_date_gte("soon");
    list.created_date_gte("2026-01-01T00:00:00Z").send().await.unwrap();
    listed.assert_async().await;
    let update = || connection.update_order().order_id("o-1");
    let update = update().body_map(|body| body.priority("huge"));
    let fill = |body: types::builder::OrderUpdate| {
        let body = body.lines([types::Line::builder()]).clear_lines();
        body.priority("huge").priority("low")
    };
    update.body_map(fill).send().await.unwrap();
    changed.assert_async().await;

    // What is right is not sent in place of what is wrong and came later.
    let wrong = connection.list_orders().created_date_gte("2026-01-01T00:00:00Z");
    wrong.created_date_gte("soon").send().await.expect_err("the last is no date");
    listed.assert_calls_async(1).await;
}

#[tokio::test]
async fn an_update_tells_apart_what_stays_what_is_cleared_and_what_is_set() {
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
                when.method(Method::PATCH).path("/orders/o-1").is_true(move |request| {
                    let sent: serde_json::Value = serde_json::from_slice(request.body_ref()).unwrap();
                    sent == serde_json::from_str::<serde_json::Value>(body).unwrap()
                });
                then.status(200).json_body(answer.clone());
            })
            .await;
        mocks.push(mock);
    }
    let connection = connection(&server);
    let update = || connection.update_order().order_id("o-1");
    update().body_map(|body| body.clear_note()).send().await.unwrap();
    let lines = [types::Line::builder().sku("A"), types::Line::builder().sku("B").count(2)];
    let body = types::OrderUpdate::builder().note("x").priority("low").lines(lines);
    update().body(body).send().await.unwrap();
    let body = |body: types::builder::OrderUpdate| body.clear_lines().measures([("width", 1.5)]);
    update().body_map(body).send().await.unwrap();
    update().body_map(|body| body.lines(Vec::<types::Line>::new())).send().await.unwrap();
    for mock in mocks {
        mock.assert_async().await;
    }

    let wrong = types::OrderUpdate::builder().priority("huge").lines([types::Line::builder()]);
    let text = wrong.build().expect_err("nothing of it is valid").to_string();
    assert!(text.contains("`priority`") && text.contains("`sku` is not set: call `.sku(…)`"), "{text}");
}

#[tokio::test]
async fn a_form_goes_out_and_a_table_comes_back_whatever_the_parameters_are_called() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::POST)
                .path("/report")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("header_map", "a map")
                .header("api-version", "7")
                .query_param("send", "true")
                .query_param("new", "false")
                .body("days=3&kind=a+b");
            then.status(200).body("sku,count\nA,1\n");
        })
        .await;
    let table = client(&server)
        .report()
        .header_map("a map")
        .api_version(7)
        .send_(true)
        .new_(false)
        .body(types::ReportBody::builder().kind("a b").days(3))
        .send()
        .await
        .unwrap();
    mock.assert_async().await;
    assert_eq!(table.as_slice(), b"sku,count\nA,1\n");
    assert_eq!(table.map(|bytes| bytes.len()).into_inner(), 14);
}
