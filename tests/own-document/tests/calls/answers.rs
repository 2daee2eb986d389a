//! Responses: enums, errors, secrets and tables.

use httpmock::{Method, MockServer};
use own_document::trackstar::prelude::*;
use own_document::trackstar::types;
use serde_json::json;
use trackstar_api::{Drift, Event, EventKind, Metrics, RetryPolicy};

use crate::{builder, client, connection, connection_of};

#[derive(Clone, Default)]
struct Drifts(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl Metrics for Drifts {
    fn count(&self, event: &Event<'_>) {
        if let EventKind::Drift {
            drift: Drift::EnumValue(name),
            ..
        } = &event.kind
        {
            self.0
                .lock()
                .unwrap()
                .push(format!("{} {name}", event.operation_id));
        }
    }
}

#[tokio::test]
async fn reports_unknown_enum_values_once_by_enum_name() {
    let server = MockServer::start_async().await;
    let one =
        |status: &str| json!({"id": "1", "status": status, "note": null, "created_date": "x"});
    let page = [one("lost at sea"), one("open"), one("eaten")];
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::GET).path("/orders");
            then.status(200)
                .json_body(json!({"data": page, "next_token": null, "total_count": 3}));
        })
        .await;
    let drifts = Drifts::default();
    let client = builder(server.base_url()).metrics(drifts.clone()).build();
    connection_of(&client.unwrap())
        .list_orders()
        .with_retries(RetryPolicy::never())
        .send()
        .await
        .unwrap();
    assert_eq!(*drifts.0.lock().unwrap(), ["list_orders OrderStatus"]);
    mock.assert_async().await;
}

#[tokio::test]
async fn mentions_record_only_for_404_from_the_api() {
    let own = r#"{"error": "No such link."}"#;
    for (body, told) in [
        (own, "the record does not exist in"),
        ("<html>", "does not show whether the record exists"),
    ] {
        let server = MockServer::start_async().await;
        let mock = server.mock_async(|when, then| {
            when.method(Method::DELETE);
            then.status(404).body(body);
        });
        let mock = mock.await;
        let error = client(&server)
            .delete_link("l")
            .send()
            .await
            .expect_err("404");
        assert!(error.to_string().contains(told), "{error}");
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn suggests_how_to_check_only_after_writes() {
    let server = MockServer::start_async().await;
    let gone = server.mock_async(|when, then| {
        when.method(Method::DELETE);
        then.status(500);
    });
    let gone = gone.await;
    let odd = server.mock_async(|when, then| {
        when.method(Method::GET);
        then.status(200).json_body(json!({"data": 7}));
    });
    let odd = odd.await;
    let error = client(&server)
        .delete_link("l")
        .send()
        .await
        .expect_err("500");
    assert!(
        error
            .to_string()
            .contains("(for example with GET /links/{link_id})"),
        "{error}"
    );
    let error = connection(&server)
        .list_orders()
        .send()
        .await
        .expect_err("no list");
    let text = error.to_string();
    assert!(!text.contains("taken effect"), "{text}");
    assert!(
        text.contains("or generate your operations from a newer document"),
        "{text}"
    );
    gone.assert_async().await;
    odd.assert_async().await;
}

#[tokio::test]
async fn redacts_tokens_in_responses() {
    let server = MockServer::start_async().await;
    let exchange = |answer: serde_json::Value| {
        let server = &server;
        async move {
            let mock = server
                .mock_async(|when, then| {
                    when.method(Method::POST)
                        .path("/link/exchange")
                        .body(r#"{"auth_code":"c0de-1"}"#);
                    then.status(200).json_body(answer);
                })
                .await;
            let call = client(server)
                .exchange_link()
                .body_map(|body| body.auth_code("c0de-1"));
            assert!(!format!("{call:?}").contains("c0de"), "{call:?}");
            let body = types::ExchangeLinkBody::builder().auth_code("c0de-1");
            assert!(
                !format!("{body:?}{:?}", body.clone().build()).contains("c0de"),
                "{body:?}"
            );
            let answer = call.send().await;
            mock.assert_async().await;
            mock.delete_async().await;
            answer
        }
    };
    let answered = exchange(json!({"access_token": "t0ken-1", "created": 1.0}))
        .await
        .unwrap();
    assert!(!format!("{answered:?}").contains("t0ken"), "{answered:?}");
    let full = json!({
        "access_token": "t0ken-1", "created": 1, "password": "t0ken-2", "refresh_token": "t0ken-3",
        "secret": true, "client_secret": {"is_set": true}, "api_key": {"sku": "A"},
    });
    let full = exchange(full).await.unwrap();
    assert!(!format!("{full:?}").contains("t0ken"), "{full:?}");
    // A value that is not a string is not a secret. It is read with its type.
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
        assert!(text.contains("but this client cannot read it"), "{text}");
    }
}

#[test]
fn types_have_json_schemas() {
    let all = own_document::trackstar::schemas();
    let schema = |name: &str| {
        let found = all.iter().find(|(other, _)| *other == name);
        found
            .map(|(_, schema)| schema.as_value().clone())
            .expect("a schema of each type")
    };
    let days = schema("NewOrderDays");
    assert_eq!(days["type"], "integer");
    assert_eq!(days["enum"], json!([1, 2, 7]));
    assert_eq!(
        schema("OrderUpdate")["properties"]["note"]["type"],
        json!(["string", "null"])
    );
}

#[tokio::test]
async fn sends_form_and_reads_table() {
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
