//! Values that the document marks as secret, in all places.

use httpmock::{Method, MockServer};
use own_document::trackstar::prelude::*;
use own_document::trackstar::types;
use serde_json::{Value, json};
use trackstar_api::{Checkpoint, Sensitive};

use crate::{client, connection};

const SECRETS: [&str; 10] = [
    "s3cr-list",
    "s3cr-map",
    "471147",
    "83.25",
    "alpha",
    "s3cr-either",
    "592259",
    "s3cr-more",
    "636336",
    "s3cr-pin",
];

fn body() -> Value {
    json!({
        "open": "to be seen", "list": ["s3cr-list"], "map": {"k": "s3cr-map"}, "maps": {"k": [471_147]},
        "number": 592_259, "amount": 83.25, "word": "alpha", "either": "s3cr-either", "maybe": 636_336,
        "nested": {"name": "also seen", "more": "s3cr-more"},
    })
}

fn assert_hidden(shown: &str) {
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

fn secrets() -> types::Secrets {
    let built = types::Secrets::builder()
        .open("to be seen")
        .list(["s3cr-list"])
        .map([("k", "s3cr-map")])
        .maps([("k", vec![types::Pin::from(Sensitive::from(471_147_i64))])])
        .number(592_259)
        .amount(83.25)
        .word("alpha")
        .either(Sensitive::from("s3cr-either"))
        .maybe(636_336);
    let mut built = built.build().unwrap();
    built.nested = serde_json::from_value(body()["nested"].clone()).unwrap();
    built
}

#[tokio::test]
async fn sends_and_reads_secrets_without_showing_them() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::PUT)
                .path("/guarded/s3cr-pin")
                .query_param("code", "471147")
                .query_param("codes", "s3cr-list")
                .query_param("mode", "fast")
                .header("x-pin", "s3cr-pin")
                .json_body(body());
            then.status(200).json_body(body());
        })
        .await;
    let secrets = secrets();
    assert_hidden(&format!("{secrets:?} {secrets:#?}"));
    let client = client(&server);
    let call = client
        .keep_secrets("s3cr-pin")
        .code(types::Pin::from(Sensitive::from(471_147_i64)))
        .codes(["s3cr-list"])
        .mode("fast")
        .x_pin("s3cr-pin")
        .body(secrets.clone());
    assert_hidden(&format!("{call:?}"));
    let kept = call.send().await.unwrap();
    mock.assert_async().await;
    assert_hidden(&format!("{kept:?}"));
    assert_eq!(*kept, secrets);
    assert_eq!(kept.number.as_ref().map(|it| *it.expose()), Some(592_259));
    assert_eq!(kept.word.as_ref().unwrap().expose(), "alpha");
}

#[tokio::test]
async fn decoding_errors_contain_no_secrets() {
    let server = MockServer::start_async().await;
    for (name, wrong) in [
        ("number", json!("s3cr-list")),
        ("number", json!(83.25)),
        ("list", json!([471_147])),
        ("map", json!({"k": 592_259})),
        ("word", json!(636_336)),
        ("maps", json!({"k": ["s3cr-map"]})),
        ("amount", json!("s3cr-pin")),
    ] {
        let mut answer = body();
        answer[name] = wrong;
        let mock = server
            .mock_async(|when, then| {
                when.any_request();
                then.status(200).json_body(answer);
            })
            .await;
        let call = client(&server).keep_secrets("p").body(secrets());
        let error = call.send().await.expect_err(name);
        assert!(error.is_decode(), "{error}");
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert_hidden(&format!("{error} {error:?} {source:?}"));
        mock.delete_async().await;
    }
}

#[tokio::test]
async fn mock_redacts_secrets_in_requests() {
    let server = own_document::trackstar::mock::server().start().await.unwrap();
    let client = server.client().unwrap();
    let call = client
        .keep_secrets("s3cr-pin")
        .code(types::Pin::from(Sensitive::from(471_147_i64)))
        .codes(["s3cr-list", "s3cr-map"])
        .mode("fast")
        .x_pin("s3cr-pin")
        .body(secrets());
    call.send().await.unwrap();
    let requests = server.requests();
    let shown = format!("{:?}", requests[0]);
    assert_hidden(&shown);
    for open in [
        "/guarded/<redacted>",
        "mode=fast",
        "to be seen",
        "also seen",
    ] {
        assert!(shown.contains(open), "{open}: {shown}");
    }
    // The accessors still return the secrets.
    assert_eq!(requests[0].path(), "/guarded/s3cr-pin");
    assert_eq!(requests[0].header("x-pin"), Some("s3cr-pin"));
    assert_eq!(requests[0].json(), Some(body()));
}

#[tokio::test]
async fn checkpoints_contain_no_secrets() {
    let server = MockServer::start_async().await;
    let page = |token: Value| json!({"data": [{"sku": "A"}], "next_token": token});
    let second = server
        .mock_async(|when, then| {
            when.path("/guarded")
                .query_param("pin", "s3cr-pin")
                .query_param("kind", "k")
                .query_param("page_token", "t-2");
            then.status(200).json_body(page(Value::Null));
        })
        .await;
    server
        .mock_async(|when, then| {
            when.path("/guarded").query_param("kind", "k");
            then.status(200).json_body(page(json!("t-2")));
        })
        .await;
    let client = client(&server);
    let mut pages = client.list_guarded().pin("s3cr-pin").kind("k").pages();
    pages.next().await.unwrap().unwrap();
    let checkpoint = pages.checkpoint().unwrap();
    let kept = serde_json::to_string(&checkpoint).unwrap();
    assert_hidden(&format!("{kept} {checkpoint:?}"));
    let checkpoint: Checkpoint = serde_json::from_str(&kept).unwrap();
    let error = client
        .list_guarded()
        .resume(&checkpoint)
        .expect_err("the secret is missing");
    assert!(
        error
            .to_string()
            .contains("does not contain the secret `pin`: set it again with `.pin(…)`"),
        "{error}"
    );
    let call = client.list_guarded().kind("other").pin("s3cr-pin");
    let mut pages = call.resume(&checkpoint).unwrap().pages();
    pages.next().await.unwrap().unwrap();
    second.assert_async().await;
    // A checkpoint without secret parameters leaves out their list.
    let old = r#"{"operation":"list_guarded","arguments":[{"location":"query","name":"kind","values":["k"]}]}"#;
    let old: Checkpoint = serde_json::from_str(old).unwrap();
    let _resumed = client.list_guarded().resume(&old).unwrap();
}

#[tokio::test]
async fn array_instead_of_object_is_an_error_at_any_depth() {
    let server = MockServer::start_async().await;
    for answer in [
        json!([{"sku": "A", "count": 1}]),
        json!([[{"sku": "A"}], null]),
        json!({"data": [["A", 1]], "next_token": null}),
        json!({"data": [{"sku": "A"}, [1, "A"]], "next_token": null}),
    ] {
        let mock = server
            .mock_async(|when, then| {
                when.any_request();
                then.status(200).json_body(answer);
            })
            .await;
        let error = client(&server).list_guarded().send().await;
        assert!(error.expect_err("a list").is_decode());
        mock.delete_async().await;
    }
    let order = json!(["2026-01-01T00:00:00Z", "o-1", [], null, "open"]);
    let mock = server
        .mock_async(|when, then| {
            when.any_request();
            then.status(201).json_body(order);
        })
        .await;
    let made = connection(&server)
        .create_order()
        .body_map(|order| order.reference("r"));
    assert!(made.send().await.expect_err("a list").is_decode());
    mock.assert_async().await;
}
