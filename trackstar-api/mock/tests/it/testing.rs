//! Tests unused scripts, varied responses, alternatives of bodies, and webhooks.

use serde_json::{Value, json};
use trackstar_mock::Answer;

use crate::support::{ask, json as send, request, service, warehouse};

#[test]
fn lists_scripted_responses_that_are_left() {
    let service = warehouse();
    let answers = || {
        [
            Answer::status(503),
            Answer::status(500),
            Answer::documented(),
        ]
    };
    assert_eq!(service.unused(), []);
    service.script("list_orders", answers(), false).unwrap();
    assert_eq!(service.unused(), [("list_orders".to_owned(), 3)]);
    ask(&service, request("GET", "/orders"));
    assert_eq!(service.unused(), [("list_orders".to_owned(), 2)]);
    service.script("list_orders", answers(), true).unwrap();
    assert_eq!(service.unused(), [("list_orders".to_owned(), 2)]);
    for _ in 0..2 {
        ask(&service, request("GET", "/orders"));
    }
    assert_eq!(service.unused(), []);
    service.script("list_orders", answers(), false).unwrap();
    service.script("list_orders", [], false).unwrap();
    assert_eq!(service.unused(), []);
}

#[test]
fn varies_responses_by_the_seed_and_keeps_pages() {
    let pages = |seed: u64| {
        let service = warehouse();
        service.vary(seed);
        let mut pages = Vec::new();
        let mut target = "/orders".to_owned();
        loop {
            let page = ask(&service, request("GET", &target)).json().unwrap();
            let next = page["next_token"].as_str().map(str::to_owned);
            pages.push(page);
            match next.filter(|next| !next.is_empty()) {
                Some(next) => target = format!("/orders?page_token={next}"),
                None => return pages,
            }
        }
    };
    let all: Vec<Vec<Value>> = (0..10).map(pages).collect();
    assert!(all.iter().all(|pages| pages.len() == 3), "{all:?}");
    assert!(all.iter().any(|pages| *pages != all[0]));
    assert_eq!(pages(3), all[3]);
}

fn kits() -> Value {
    let kit = |field: &str| {
        json!({
            "type": "object", "additionalProperties": false, "required": ["sku", field],
            "properties": {"sku": {"type": "string"}, (field): {"type": "integer"}},
        })
    };
    json!({"openapi": "3.1.0",
        "paths": {"/kits": {"post": {
            "operationId": "create_kit",
            "requestBody": {"required": true, "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/CreateKit"},
            }}},
            "responses": {"204": {}},
        }, "put": {
            "operationId": "tag_kit",
            "requestBody": {"content": {"application/json": {"schema": kit("tag")}}},
            "responses": {"204": {}},
        }, "patch": {
            "operationId": "patch_kit",
            "requestBody": {"required": true, "content": {"application/json": {
                "schema": {"type": "object", "properties": {"sku": {}}},
            }}},
            "responses": {"204": {}},
        }}},
        "components": {"schemas": {
            "CreateKit": {"oneOf": [
                {"$ref": "#/components/schemas/CreateKit--Ongoing_WMS--"},
                {"$ref": "#/components/schemas/CreateKit--ShipHero--"},
            ]},
            "CreateKit--Ongoing_WMS--": kit("box"),
            "CreateKit--ShipHero--": kit("warehouse"),
        }},
        "x-webhooks": {"kit.made": {"post": {"requestBody": {"content": {"application/json": {
            "schema": {"type": "object", "required": ["event_type", "kit"], "properties": {
                "event_type": {"type": "string"}, "kit": {"$ref": "#/components/schemas/CreateKit--ShipHero--"},
            }},
        }}}}}},
    })
}

#[test]
fn names_the_alternative_that_came_closest() {
    let service = service(kits());
    let detail = |body: Value| {
        let reply = ask(&service, send("POST", "/kits", &body));
        (
            reply.status,
            reply.json().map(|it| it["detail"]["json"].clone()),
        )
    };
    assert_eq!(detail(json!({"sku": "a", "box": 1})).0, 204);
    let expected = json!({
        "warehouse": ["Not a valid integer."],
        "_schema": ["Matches none of the 2 alternatives. The closest is ShipHero, whose errors are listed."],
    });
    let found = detail(json!({"sku": "a", "warehouse": "s3cret"}));
    assert_eq!(found, (422, Some(expected)));
    let (_, found) = detail(json!({"sku": "a", "box": "s3cret"}));
    let found = found.unwrap()["_schema"][0].as_str().unwrap().to_owned();
    assert!(found.contains("The closest is Ongoing WMS, "), "{found}");
}

#[test]
fn treats_missing_body_like_an_empty_object() {
    let service = service(kits());
    for method in ["POST", "PUT", "PATCH"] {
        let missing = ask(&service, request(method, "/kits"));
        let empty = ask(&service, send(method, "/kits", &json!({})));
        assert_eq!(missing.status, empty.status, "{method}");
        assert_eq!(missing.json(), empty.json(), "{method}");
        // Only PATCH has no required properties.
        let expected = if method == "PATCH" { 204 } else { 422 };
        assert_eq!(missing.status, expected, "{method}");
    }
}

#[test]
fn generates_webhook_payloads() {
    let service = service(kits());
    let payload = service.contract().webhook("kit.made").unwrap();
    assert_eq!(payload["event_type"], "kit.made");
    assert!(payload["kit"]["sku"].is_string());
    let error = service.contract().webhook("kit.lost").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no webhook for the event \"kit.lost\""),
        "{error}"
    );
}
