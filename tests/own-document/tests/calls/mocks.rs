//! The mock server for another document: responses, errors, and typed mocks.

use futures_util::StreamExt;
use own_document::trackstar::mock::MockServerExt;
use own_document::trackstar::prelude::*;
use own_document::trackstar::types;
use serde_json::json;
use trackstar_api::{AccessToken, RetryPolicy, Upload};

#[tokio::test]
async fn responds_to_every_operation() {
    let server = own_document::trackstar::mock::server().start().await.unwrap();
    let (client, connection) = (server.client().unwrap(), server.connection().unwrap());
    let made = connection
        .create_order()
        .body_map(|order| order.reference("r-1"))
        .send()
        .await;
    assert_eq!(made.unwrap().status().as_u16(), 201);
    let changed = connection
        .update_order("a/b")
        .body_map(|order| order.clear_note());
    changed.send().await.unwrap();
    let file = Upload::from("%PDF").file_name("label.pdf");
    connection
        .create_order_file("o-1")
        .file(file)
        .send()
        .await
        .unwrap();
    client
        .report()
        .body_map(|report| report.kind("all"))
        .send()
        .await
        .unwrap();
    let exchanged = client
        .exchange_link()
        .body_map(|link| link.auth_code("c"))
        .send()
        .await;
    let told = exchanged.unwrap();
    client.delete_link("l-1").send().await.unwrap();
    let ids: Vec<Option<String>> = server
        .requests()
        .iter()
        .map(|it| it.operation().map(str::to_owned))
        .collect();
    let ids: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();
    assert_eq!(
        ids,
        [
            "create_order",
            "update_order",
            "create_order_file",
            "report",
            "exchange_link",
            "delete_link"
        ]
    );
    assert_eq!(server.requests()[1].path(), "/orders/a%2Fb");
    // The token in the response is valid.
    let token = AccessToken::new(told.access_token.expose()).unwrap();
    client.connection(token).list_orders().send().await.unwrap();
}

#[tokio::test]
async fn streams_lists_over_all_pages() {
    let server = own_document::trackstar::mock::server().start().await.unwrap();
    let orders = server
        .connection()
        .unwrap()
        .list_orders()
        .status_in(["open"])
        .tag(["a", "b"]);
    let items: Vec<_> = orders.stream().map(Result::unwrap).collect().await;
    assert_eq!(items.len(), 5);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        let query = request.query();
        assert!(
            query.contains(&("status[in]".to_owned(), "open".to_owned())),
            "{query:?}"
        );
        assert_eq!(query.iter().filter(|(name, _)| name == "tag").count(), 2);
    }
}

#[tokio::test]
async fn reports_invalid_requests_by_field() {
    let server = own_document::trackstar::mock::server().start().await.unwrap();
    let client = server
        .client_builder()
        .unwrap()
        .retries(RetryPolicy::never())
        .build()
        .unwrap();
    let connection = client.connection(server.new_token().unwrap());
    let lost = types::ListOrdersPriorityEq::UnknownValue("lost".to_owned());
    let error = connection
        .list_orders()
        .priority_eq(lost)
        .send()
        .await
        .unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert!(
        error.to_string().contains("Must be one of: low, high]"),
        "{error}"
    );
    assert_eq!(server.requests()[0].status(), 422);
}

fn json_of(reference: &str) -> types::NewOrder {
    serde_json::from_value(json!({"reference": reference})).unwrap()
}

#[tokio::test]
async fn typed_mocks_match_only_equal_requests() {
    let server = own_document::trackstar::mock::server().start().await.unwrap();
    let connection = server.connection().unwrap();
    let page = json!({"data": [], "next_token": null});
    let listed = server.list_orders(|when, then| {
        when.limit(5)
            .status_in(&vec!["open".to_owned(), "shipped".to_owned()])
            .tag(None::<&Vec<String>>);
        then.ok(page);
    });
    let order =
        json!({"id": "i", "status": "open", "created_date": "2026-01-01T00:00:00Z", "note": null});
    let typed: types::Order = serde_json::from_value(order).unwrap();
    let changed = server.update_order(|when, then| {
        when.order_id("a/b");
        then.ok(&typed);
    });
    let one = connection
        .list_orders()
        .limit(5)
        .status_in(["open", "shipped"])
        .send()
        .await;
    assert!(one.unwrap().data.is_empty());
    let other = connection
        .list_orders()
        .limit(5)
        .status_in(["open", "shipped"])
        .tag(["x"])
        .send();
    assert_eq!(other.await.unwrap().data.len(), 5);
    let other = connection
        .list_orders()
        .limit(4)
        .status_in(["open", "shipped"])
        .send()
        .await;
    assert_eq!(other.unwrap().data.len(), 4);
    listed.assert();
    for (id, expected) in [("a/b", "i"), ("a", "i"), ("a/b", "i")] {
        let update = connection
            .update_order(id)
            .body_map(|order| order.clear_note());
        let found = update.send().await.unwrap();
        assert_eq!(found.id == expected, id == "a/b", "{id}");
    }
    changed.assert_calls(2);
}

#[tokio::test]
async fn typed_mocks_match_bodies_as_sent() {
    let server = own_document::trackstar::mock::server().start().await.unwrap();
    let client = server.client().unwrap();
    let connection = server.connection().unwrap();
    let reported = server.report(|when, then| {
        let body = serde_json::from_value(json!({"kind": "all", "days": 3})).unwrap();
        when.body(&body).send_(true).new_(None::<bool>);
        then.ok("x;y");
    });
    let made = server.create_order(|when, then| {
        when.body(&json_of("r-2"));
        then.created(
            json!({"id": "typed", "status": "open", "created_date": "2026-01-01", "note": null}),
        );
    });
    let report = client
        .report()
        .send_(true)
        .body_map(|report| report.kind("all").days(3));
    assert_eq!(report.send().await.unwrap().into_inner(), b"x;y");
    let order = connection
        .create_order()
        .body(json_of("r-2"))
        .send()
        .await
        .unwrap();
    assert_eq!(order.id, "typed");
    let order = connection
        .create_order()
        .body(json_of("r-3"))
        .send()
        .await
        .unwrap();
    assert_ne!(order.id, "typed");
    reported.assert();
    made.assert();
}
