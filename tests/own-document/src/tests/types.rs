//! Calls by name, secrets and schemas: what is true of all types.

use httpmock::{Method, MockServer};
use serde_json::json;
use trackstar_api::types;

use super::{client, connection};

#[tokio::test]
async fn an_operation_is_called_by_its_name_as_it_is_by_its_method() {
    use trackstar_api::dynamic::{Arguments, operations};

    let server = MockServer::start_async().await;
    let mocks = three_pages(&server, json!(null)).await;
    let connection = connection(&server);
    let listed: Vec<_> = operations().iter().map(|one| (one.id, one.paged)).collect();
    assert!(listed.contains(&("list_orders", true)) && listed.contains(&("create_order_file", false)));
    let arguments = json!({"query": {"limit": 2, "status[in]": ["open", "shipped"]}});
    let arguments: Arguments = serde_json::from_value(arguments).unwrap();
    let page = connection.call("list_orders", arguments.clone()).await.unwrap();
    assert_eq!(page["data"][0]["id"], "1");
    let all = connection.call_all("list_orders", arguments).await.unwrap();
    assert_eq!(all.len(), 3);
    mocks[2].assert_async().await;

    for (id, arguments, told) in [
        ("lost_orders", json!({}), "lost_orders"),
        ("list_orders", json!({"query": {"colour": 1}}), "colour"),
        ("list_orders", json!({"query": {"created_date_gte": 1}}), "did you mean `created_date[gte]`"),
        ("list_orders", json!({"query": {"created_date[gte]": "many"}}), "`created_date[gte]`"),
        ("list_orders", json!({"query": {"priority[eq]": "many"}}), "`priority[eq]`"),
        ("list_orders", json!({"query": {"status[in]": []}}), "empty list"),
        ("create_order", json!({"body": {"reference": "r", "many": 1}}), "`many`"),
        ("update_order", json!({"path": {"order_id": "o"}, "body": {"lines": [{"sku": "A", "more": 1}]}}), "`/lines/0/more`"),
        ("create_order", json!({"body": {"reference": "r", "days": null}}), "`/days`"),
        ("create_order", json!({"body": {"reference": "r", "priority": "many"}}), "`body`"),
        ("list_orders", json!({"query": {"limit": "many"}}), "`limit`"),
        ("update_order", json!({"path": {"order_id": "o"}, "body": {"priority": 7}}), "`body`"),
    ] {
        let arguments: Arguments = serde_json::from_value(arguments).unwrap();
        assert!(!format!("{arguments:?}").contains("many"));
        let error = connection.call(id, arguments).await.expect_err(told).to_string();
        assert!(error.contains(told), "{error}");
        assert!(!error.replace("`many`", "").contains("many"), "no value shows: {error}");
    }
    let token = server.mock_async(|when, then| {
        when.path("/link/exchange").body(r#"{"auth_code":"c0de"}"#);
        then.status(200).json_body(json!({"access_token": "t0ken-1", "created": 1}));
    });
    let token = token.await;
    let arguments: Arguments = serde_json::from_value(json!({"body": {"auth_code": "c0de"}})).unwrap();
    let answer = client(&server).call("exchange_link", arguments).await.unwrap();
    token.assert_async().await;
    assert_eq!(answer["access_token"], "t0ken-1");
    let shown = format!("{answer:?} {:?}", answer["access_token"].as_str().map(str::len));
    assert!(shown.contains("object of 2") && !shown.contains("t0ken"), "{shown}");
    let deleted = server.mock_async(|when, then| {
        when.method(Method::DELETE);
        then.status(204);
    });
    let deleted = deleted.await;
    let arguments: Arguments = serde_json::from_value(json!({"path": {"link_id": "l"}})).unwrap();
    let error = client(&server).call_all("delete_link", arguments).await.expect_err("no list");
    assert!(error.to_string().contains("no list"), "{error}");
    deleted.assert_calls_async(0).await;
    let refused = client(&server).call("list_orders", Arguments::default()).await;
    assert!(refused.expect_err("no token").to_string().contains("access token"));
}

#[tokio::test]
async fn a_token_that_is_handed_out_shows_in_no_debug_and_in_no_error() {
    let server = MockServer::start_async().await;
    let exchange = |answer: serde_json::Value| {
        let server = &server;
        async move {
            let mock = server
                .mock_async(|when, then| {
                    when.method(Method::POST).path("/link/exchange").body(r#"{"auth_code":"c0de-1"}"#);
                    then.status(200).json_body(answer);
                })
                .await;
            let call = client(server).exchange_link().body_map(|body| body.auth_code("c0de-1"));
            assert!(!format!("{call:?}").contains("c0de"), "{call:?}");
            let body = types::ExchangeLinkBody::builder().auth_code("c0de-1");
            assert!(!format!("{body:?}{:?}", body.clone().build()).contains("c0de"), "{body:?}");
            let answer = call.send().await;
            mock.assert_async().await;
            mock.delete_async().await;
            answer
        }
    };
    let answered = exchange(json!({"access_token": "t0ken-1", "created": 1.0})).await.unwrap();
    assert!(!format!("{answered:?}").contains("t0ken"), "{answered:?}");
    let full = json!({
        "access_token": "t0ken-1", "created": 1, "password": "t0ken-2", "refresh_token": "t0ken-3",
        "secret": true, "client_secret": {"is_set": true}, "api_key": {"sku": "A"},
    });
    let full = exchange(full).await.unwrap();
    assert!(!format!("{full:?}").contains("t0ken"), "{full:?}");
    // What is no text is no secret, and is read as what it is.
    assert_eq!(full.secret, Some(true));
    assert_eq!(full.client_secret.as_ref().unwrap().is_set, Some(true));
    assert_eq!(full.api_key.as_ref().unwrap().sku, "A");
    let token = trackstar_api::AccessToken::try_from(answered.into_inner().access_token);
    let _usable = client(&server).connection(token.expect("a token"));

    for broken in [
        json!({"access_token": {"value": "t0ken-1"}, "created": 1}),
        json!({"access_token": "t0ken-1", "created": "t0ken-1"}),
        json!({"access_token": "t0ken-1"}),
        json!("t0ken-1"),
    ] {
        let error = exchange(broken).await.expect_err("another form");
        let text = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!text.contains("t0ken"), "{text}");
        assert!(text.contains("in a form that this client does not know"), "{text}");
    }
}

#[test]
fn the_schemas_of_the_types_are_at_hand_those_of_a_few_numbers_too() {
    let all = trackstar_api::schemas();
    let schema = |name: &str| {
        let found = all.iter().find(|(other, _)| *other == name);
        found.map(|(_, schema)| schema.as_value().clone()).expect("a schema of each type")
    };
    let days = schema("NewOrderDays");
    assert_eq!(days["type"], "integer");
    assert_eq!(days["enum"], json!([1, 2, 7]));
    assert_eq!(schema("OrderUpdate")["properties"]["note"]["type"], json!(["string", "null"]));
}
