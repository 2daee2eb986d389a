//! Paths, and what is refused: here, or over there.

use httpmock::{Method, MockServer};
use serde_json::json;

use super::{client, connection};

#[tokio::test]
async fn an_id_never_leaves_its_segment_and_the_key_alone_goes_where_it_is_enough() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/links/..%2F..%5Cconnections%3Fa%3Db")
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
    client.delete_link().link_id("../..\\connections?a=b").send().await.unwrap();
    mock.assert_async().await;
    for refused in ["", ".", ".."] {
        let error = client.delete_link().link_id(refused).send().await.expect_err(refused);
        assert!(error.to_string().contains("link_id"), "{error}");
        assert_eq!(error.operation_id(), Some("delete_link"));
    }
    anything_else.assert_calls_async(0).await;
}

#[tokio::test]
async fn a_404_speaks_of_the_record_only_where_the_api_says_it_and_one_was_named() {
    let own = r#"{"error": "No such link."}"#;
    for (body, told) in [(own, "the record is not in"), ("<html>", "whether the record exists is not said")] {
        let server = MockServer::start_async().await;
        let mock = server.mock_async(|when, then| {
            when.method(Method::DELETE);
            then.status(404).body(body);
        });
        let mock = mock.await;
        let error = client(&server).delete_link().link_id("l").send().await.expect_err("404");
        assert!(error.to_string().contains(told), "{error}");
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_told_before_anything_is_sent() {
    let server = MockServer::start_async().await;
    let connection = connection(&server);
    let error = connection.list_orders().priority_eq("huge").created_date_gte("soon").send();
    let text = error.await.expect_err("neither is valid").to_string();
    for named in ["GET /orders", "`priority[eq]`", "`created_date[gte]`"] {
        assert!(text.contains(named), "{text}");
    }
    let error = connection.list_orders().status_in(["a,b"]).send().await.expect_err("a comma");
    assert!(error.to_string().contains("`status[in]`"), "{error}");
    let error = connection.update_order().body_map(|body| body.note("x")).send().await;
    let text = error.expect_err("no id").to_string();
    assert!(text.contains("`order_id` is not set: call `.order_id(…)`"), "{text}");
    let error = connection.update_order().order_id("o-1").send().await.expect_err("no body");
    assert!(error.to_string().contains("body is not set"), "{error}");
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn what_may_have_taken_effect_is_looked_for_where_it_is_and_a_read_has_no_effect() {
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
    let error = client(&server).delete_link().link_id("l").send().await.expect_err("500");
    assert!(error.to_string().contains("(such as GET /links/{link_id})"), "{error}");
    let error = connection(&server).list_orders().send().await.expect_err("no list");
    let text = error.to_string();
    assert!(!text.contains("taken effect"), "{text}");
    assert!(text.contains("or build with a newer document, where you named one"), "{text}");
    gone.assert_async().await;
    odd.assert_async().await;
}
