//! Tests that compare responses with literal values.

use serde_json::{Value, json};
use trackstar_mock::{Reply, Request};

use crate::support::{KEY, TOKEN, ask, json, request, warehouse};

fn body(reply: &Reply) -> Value {
    reply.json().unwrap_or(Value::Null)
}

/// Returns the `detail` of a 422.
fn detail(request: Request) -> Value {
    let reply = ask(&warehouse(), request);
    assert_eq!(reply.status, 422, "{:?}", body(&reply));
    let body = body(&reply);
    assert_eq!(body["origin"], "trackstar");
    assert!(body["error"].is_string());
    body["detail"].clone()
}

/// Returns the problems with a request to a document that has a single parameter.
fn of_parameter(parameter: &str, target: &str) -> Value {
    let text = format!(
        "openapi: 3.0.3\npaths: {{'/a/{{p}}': {{get: {{parameters: [{parameter}, {{in: path, name: p, required: true, schema: {{type: string}}}}], responses: {{'204': {{}}}}}}}}}}"
    );
    let source = trackstar_openapi::Source {
        name: "t.yaml",
        text: &text,
    };
    let document = trackstar_openapi::parse(source).unwrap();
    let contract = trackstar_mock::Contract::new(document).unwrap();
    let service = trackstar_mock::Service::new(std::sync::Arc::new(contract));
    let reply = service.answer(Request::new("GET", target), std::time::SystemTime::now());
    reply.json().unwrap_or_default()["detail"].clone()
}

#[test]
fn reads_all_parameter_styles() {
    let numbers = "schema: {type: array, minItems: 2, items: {type: integer}}";
    let texts = "schema: {type: array, maxItems: 2, items: {type: string}}";
    let object = "schema: {type: object, additionalProperties: false, required: [r], properties: {r: {type: integer}, s: {type: string}}}";
    let map = "schema: {type: object, additionalProperties: {type: integer}}";
    for (written, schema, right, wrong) in [
        (
            "in: query, explode: false",
            numbers,
            "/a/x?q=1,2",
            "/a/x?q=1%2C2",
        ),
        (
            "in: query, explode: false",
            texts,
            "/a/x?q=a%2Cb,c",
            "/a/x?q=a,b,c",
        ),
        (
            "in: query, style: pipeDelimited",
            numbers,
            "/a/x?q=1%7C2",
            "/a/x?q=1,2",
        ),
        (
            "in: query, style: spaceDelimited",
            numbers,
            "/a/x?q=1%202",
            "/a/x?q=1,2",
        ),
        ("in: query", object, "/a/x?r=1&s=b", "/a/x?q%5Br%5D=1"),
        (
            "in: query, explode: false",
            object,
            "/a/x?q=r,1,s,a%2Cb",
            "/a/x?q=s,1",
        ),
        (
            "in: query, style: deepObject",
            object,
            "/a/x?q%5Br%5D=1",
            "/a/x?r=1",
        ),
        ("in: query", map, "/a/x?k=1&l=2", "/a/x?k=b"),
        ("in: query, explode: false", map, "/a/x?q=", "/a/x?q=k,b"),
        ("in: path, required: true", numbers, "/a/1,2", "/a/1"),
        (
            "in: path, required: true, style: label, explode: true",
            numbers,
            "/a/.1.2",
            "/a/.1",
        ),
        (
            "in: path, required: true, style: matrix",
            numbers,
            "/a/;p=1,2",
            "/a/;p=1",
        ),
        (
            "in: path, required: true, style: matrix, explode: true",
            numbers,
            "/a/;p=1;p=2",
            "/a/;p=1",
        ),
        (
            "in: path, required: true, explode: true",
            object,
            "/a/r=1,s=b",
            "/a/s=b",
        ),
        ("in: path, required: true", object, "/a/r,1", "/a/r,b"),
    ] {
        let name = if written.contains("path") { "p" } else { "q" };
        let parameter = format!("{{name: {name}, {written}, {schema}}}");
        assert_eq!(
            of_parameter(&parameter, right),
            Value::Null,
            "{written} {right}"
        );
        assert_ne!(
            of_parameter(&parameter, wrong),
            Value::Null,
            "{written} {wrong}"
        );
    }
}

#[test]
fn responds_with_documented_example_that_is_valid() {
    let reply = ask(&warehouse(), request("GET", "/orders/7?fields=a&fields=b"));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.get("content-type"), Some("application/json"));
    assert_eq!(reply.get("x-request-id"), Some("mock-request-1"));
    assert_eq!(
        body(&reply),
        json!({"id": "o-9", "status": "shipped", "note": null})
    );
}

#[test]
fn generates_instance_without_example() {
    let order = json!({"reference": "r-1", "ship_to": {"locker": 5}, "lines": [{"sku": "s"}], "note": null});
    let reply = ask(&warehouse(), json("POST", "/orders", &order));
    assert_eq!(reply.status, 201);
    let parent = json!({"id": "o-1", "status": "open", "note": "Fragile."});
    let mut expected = parent.clone();
    expected["parent"] = parent;
    assert_eq!(body(&reply), expected);
    let reply = ask(&warehouse(), request("POST", "/report"));
    assert_eq!((reply.status, reply.body.as_slice()), (202, b"".as_slice()));
    assert_eq!(reply.get("content-type"), None);
}

#[test]
fn reports_missing_credential_by_header() {
    let missing = json!(["Missing data for required field."]);
    let found = detail(Request::new("DELETE", "/account").header("x-trackstar-api-key", KEY));
    assert_eq!(
        found,
        json!({"headers": {"x-trackstar-access-token": missing}})
    );
    let found = detail(Request::new("DELETE", "/account"));
    assert_eq!(
        found,
        json!({"headers": {"x-trackstar-access-token": missing, "x-trackstar-api-key": missing}})
    );
    // A security requirement works in the same way.
    let found = detail(Request::new("POST", "/report"));
    assert_eq!(found, json!({"headers": {"x-trackstar-api-key": missing}}));
}

#[test]
fn rejects_unknown_credentials_first_without_quoting_them() {
    let wrong = "token-of-somebody-else";
    for (key, token) in [(wrong, TOKEN), (KEY, wrong)] {
        let request = Request::new("GET", "/orders?nonsense=1")
            .header("x-trackstar-api-key", key)
            .header("x-trackstar-access-token", token);
        let reply = ask(&warehouse(), request);
        assert_eq!(reply.status, 401);
        let text = String::from_utf8(reply.body).unwrap();
        assert!(text.contains("\"origin\":\"trackstar\""), "{text}");
        assert!(
            ![wrong, KEY, TOKEN].iter().any(|it| text.contains(it)),
            "{text}"
        );
    }
}

#[test]
fn unknown_paths_are_404_and_methods_405() {
    let service = warehouse();
    let reply = ask(&service, request("GET", &format!("/ordres/{TOKEN}")));
    assert_eq!(reply.status, 404);
    let text = String::from_utf8(reply.body.clone()).unwrap();
    assert!(
        text.contains("/ordres/<redacted>") && !text.contains(TOKEN),
        "{text}"
    );
    let reply = ask(&service, request("PUT", "/orders/7"));
    assert_eq!(
        (reply.status, reply.get("allow")),
        (405, Some("GET, DELETE"))
    );
    assert_eq!(ask(&service, request("GET", "/orders/")).status, 404);
    assert_eq!(ask(&service, request("GET", "/Orders")).status, 404);
}

#[test]
fn reports_all_invalid_parameters() {
    let target =
        "/orders?limit=4&status%5Bin%5D=open,lost&since=soon&urgent=yes&weight[gt]=heavy&page=2";
    let found = detail(request("GET", target).header("x-mode", "warp"));
    assert_eq!(
        found,
        json!({
            "query": {
                "limit": ["Value is greater than the maximum of 3."],
                "status[in].1": ["Must be one of: open, shipped."],
                "since": ["Not a valid date."],
                "urgent": ["Not a valid boolean."],
                "weight.gt": ["Not a valid number."],
                "page": ["Unknown field."],
            },
            "headers": {"X-Mode": ["Must be one of: fast, slow."]},
        })
    );
    let found = detail(request("GET", "/orders?since=2026-01-01&since=2026-01-02"));
    assert_eq!(found, json!({"query": {"since": ["Not a valid string."]}}));
    let found = detail(request("GET", "/orders/first"));
    assert_eq!(
        found,
        json!({
            "path": {"order_id": ["Not a valid integer."]},
            "query": {"fields": ["Missing data for required field."]},
        })
    );
    let right = "/orders?limit=3&status%5Bin%5D=open,shipped&since=2026-02-28&urgent=true&weight%5Bgt%5D=1.5";
    let reply = ask(&warehouse(), request("GET", right).header("X-Mode", "fast"));
    assert_eq!(reply.status, 200, "{:?}", body(&reply));
}

#[test]
fn reports_body_fields_without_quoting_values() {
    let found = detail(json(
        "POST",
        "/orders",
        &json!({
            "reference": "far-too-long-a-secret", "ship_to": {"street": 5}, "lines": [{}], "colour": "red",
        }),
    ));
    assert_eq!(
        found,
        json!({"json": {
            "reference": ["Value is longer than 5 characters."],
            "ship_to.street": ["Not a valid string."],
            "lines.0.sku": ["Missing data for required field."],
            "colour": ["Unknown field."],
        }})
    );
    let found = detail(json("POST", "/orders", &json!({"lines": []})));
    assert_eq!(
        found["json"]["reference"],
        json!(["Missing data for required field."])
    );
    assert_eq!(
        found["json"]["ship_to"],
        json!(["Missing data for required field."])
    );
    assert_eq!(
        detail(json("POST", "/orders", &json!([]))),
        json!({"json": {"_schema": ["Not a valid object."]}})
    );
}

#[test]
fn reports_missing_mistyped_and_malformed_bodies() {
    // A missing body is treated as `{}`.
    let missing = detail(request("POST", "/orders"));
    assert_eq!(missing, detail(json("POST", "/orders", &json!({}))));
    assert_eq!(
        missing["json"]["reference"],
        json!(["Missing data for required field."])
    );
    let other = request("POST", "/orders")
        .header("content-type", "text/plain")
        .body("{}");
    assert_eq!(
        detail(other),
        json!({"headers": {"content-type": ["Must be one of: application/json."]}})
    );
    let broken = request("POST", "/orders")
        .header("content-type", "application/json; charset=utf-8")
        .body("{\"a\": secret}");
    assert_eq!(
        detail(broken),
        json!({"json": {"_schema": ["Not valid JSON at line 1, column 7."]}})
    );
}

#[test]
fn validates_forms_and_multipart_bodies() {
    let form = |body: &str| {
        request("POST", "/report")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    };
    assert_eq!(ask(&warehouse(), form("kind=a&days=3")).status, 202);
    assert_eq!(
        detail(form("days=x")),
        json!({"form": {
            "kind": ["Missing data for required field."], "days": ["Not a valid integer."],
        }})
    );
    let part = |name: &str, text: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let parts = |parts: String| {
        request("POST", "/labels")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(parts + "--b--\r\n")
    };
    let reply = ask(
        &warehouse(),
        parts(part("file", "%PDF") + &part("copies", "2")),
    );
    assert_eq!(
        (reply.status, reply.body.as_slice()),
        (200, b"a;b".as_slice())
    );
    assert_eq!(reply.get("content-type"), Some("text/csv"));
    assert_eq!(
        detail(parts(part("copies", "two") + &part("colour", "red"))),
        json!({"form": {
            "file": ["Missing data for required field."], "copies": ["Not a valid integer."],
            "colour": ["Unknown field."],
        }})
    );
    let cut_off = request("POST", "/labels")
        .header("content-type", "multipart/form-data; boundary=b")
        .body("--b\r\ncontent-dis");
    assert!(
        detail(cut_off)["form"]["_schema"][0]
            .as_str()
            .unwrap()
            .starts_with("Cannot be read")
    );
}

#[test]
fn does_not_quote_misplaced_credentials() {
    let target = format!("/orders?{TOKEN}=1&weight[{KEY}]=1");
    let reply = ask(&warehouse(), request("GET", &target));
    let text = String::from_utf8(reply.body).unwrap();
    assert_eq!(reply.status, 422);
    assert!(!text.contains(TOKEN) && !text.contains(KEY), "{text}");
    assert!(text.contains("<redacted>"), "{text}");
}

#[test]
fn errors_match_documented_schema_of_status() {
    let service = warehouse();
    let script =
        |status| service.script("get_order", [trackstar_mock::Answer::status(status)], false);
    script(404).unwrap();
    let reply = ask(&service, request("GET", "/orders/7?fields=a"));
    // The document's schema doesn't allow `origin`.
    assert_eq!(
        (reply.status, body(&reply)),
        (404, json!({"error": "Not found."}))
    );
    script(501).unwrap();
    let reply = ask(&service, request("GET", "/orders/7?fields=a"));
    assert_eq!(
        (reply.status, body(&reply)),
        (
            501,
            json!({"error": "This integration does not implement the endpoint.", "origin": "trackstar"})
        )
    );
}
