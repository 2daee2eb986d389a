//! Wrong requests in literal form, and the errors that the oracle reports for them.
//!
//! They are requests of an earlier client and of mutants of this one. The client and its preparation take
//! no part. An oracle that shared their reading of the specification would accept all of them.

use serde_json::{Value, json};

use crate::call::{Intent, Request};
use crate::oracle::KEY;
use crate::published::Published;
use crate::{document, equivalence, spec};

const TEXT: &str = "
openapi: 3.0.3
info: {title: Orders, version: '1'}
paths:
  /orders:
    get:
      parameters:
        - {name: pageable, in: query, schema: {$ref: '#/components/schemas/Pageable'}}
        - {name: span, in: query, explode: false, schema: {type: object, properties: {from: {type: string}, to: {type: string}}}}
        - {name: ids, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: q, in: query, explode: false, schema: {type: string}}
        - {name: deep, in: query, style: deepObject, schema: {type: object, properties: {min: {type: number}}}}
        - {name: X-Ids, in: header, schema: {type: array, items: {type: number}}}
      responses: {'204': {description: d}}
  /users/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: number}}]
      responses:
        '200':
          description: d
          content:
            application/vnd.depot.2023-01-01+json: {schema: {type: object}}
            application/vnd.depot.2024-05-01+json: {schema: {type: object}}
    post:
      parameters: [{name: id, in: path, required: true, schema: {type: number}}]
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object, properties: {amount: {type: number}}}}
      responses: {'204': {description: d}}
    put:
      parameters: [{name: id, in: path, required: true, schema: {type: number}}]
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {amount: {type: number}}}}
          text/plain: {schema: {type: string}}
      responses: {'204': {description: d}}
components:
  schemas:
    Pageable: {type: object, properties: {page: {type: integer}, sort: {type: array, items: {type: string}}}}
";

/// Returns the errors that the oracle reports for a request that was meant to have `values` and `body`.
fn judged(
    method: &str,
    target: &str,
    more: &[(&str, &str)],
    values: &Value,
    body: &[u8],
) -> Vec<String> {
    let document = document::read("t.yaml", TEXT).expect("a document");
    let published = Published::new(document).expect("schemas");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let operations = spec::operations(&published.document.value);
    let template = if path == "/orders" {
        path
    } else {
        "/users/{id}"
    };
    let operation = operations.iter();
    let operation = operation
        .clone()
        .find(|it| it.method == method && it.path == template);
    let operation = operation.expect("an operation");
    let mut intent = Intent {
        body: values.get("body").cloned(),
        ..Intent::default()
    };
    for parameter in operation.arguments() {
        if let Some(value) = values.get(&parameter.name) {
            intent.set(parameter, value.clone());
        }
    }
    let headers = [("x-trackstar-api-key", KEY)].iter().chain(more);
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_vec(),
        parts: None,
    };
    let mismatches = published.mismatches(operation, &intent, &request);
    mismatches.into_iter().map(|it| it.place).collect()
}

#[test]
fn detects_misread_queries() {
    let pageable = json!({"pageable": {"page": 1, "sort": ["a", "b"]}});
    let span = json!({"span": {"from": "1", "to": "2"}});
    let ids = json!({"ids": ["a,b", "c d"]});
    let tags = json!({"tags": ["a", "b"]});
    let q = json!({"q": "a, b"});
    let deep = json!({"deep": {"min": 1.23e16}});
    for (values, right, wrong) in [
        // The earlier client wrote brackets for every object.
        (
            &pageable,
            "page=1&sort=a&sort=b",
            "pageable%5Bpage%5D=1&pageable%5Bsort%5D=a&pageable%5Bsort%5D=b",
        ),
        (&span, "span=from,1,to,2", "span%5Bfrom%5D=1&span%5Bto%5D=2"),
        (&span, "span=from,1,to,2", "from=1&to=2"),
        // The earlier client wrote a comma between items without encoding commas within items.
        (&ids, "ids=a%2Cb,c%20d", "ids=a%2Cb%2Cc+d"),
        (&ids, "ids=a%2Cb,c%20d", "ids=a%2Cb&ids=c%20d"),
        (&tags, "tags=a&tags=b", "tags=a,b"),
        (&q, "q=a%2C%20b", "q=a%2C+b"),
        (&q, "q=a%2C%20b", "q=a,%20b"),
        (
            &deep,
            "deep%5Bmin%5D=12300000000000000",
            "min=12300000000000000",
        ),
        (
            &deep,
            "deep[min]=12300000000000000",
            "deep%5Bmin%5D=1.23e16",
        ),
    ] {
        let of = |query: &str| judged("GET", &format!("/orders?{query}"), &[], values, b"");
        assert_eq!(of(right), [""; 0], "{right}");
        assert_ne!(of(wrong), [""; 0], "{wrong}");
    }
    let header = |value: &str| {
        let values = json!({"X-Ids": [5, 1.5]});
        judged("GET", "/orders", &[("x-ids", value)], &values, b"")
    };
    assert_eq!(header("5,1.5"), [""; 0]);
    assert_eq!(header("5.0,1.5"), ["header X-Ids"]);
}

#[test]
fn detects_misread_numbers() {
    let accept = ("accept", "application/vnd.depot.2023-01-01+json");
    let get = |id: f64, path: &str| judged("GET", path, &[accept], &json!({"id": id}), b"");
    for (id, right, wrong) in [
        (5.0, "/users/5", "/users/5.0"),
        (1.23e16, "/users/12300000000000000", "/users/1.23e16"),
        (1e-7, "/users/0.0000001", "/users/1e-7"),
    ] {
        assert_eq!(get(id, right), [""; 0]);
        assert_eq!(get(id, wrong), ["path"]);
    }
    let form = |body: &str| {
        let values = json!({"id": 5, "body": {"amount": 1.23e16}});
        let kind = ("content-type", "application/x-www-form-urlencoded");
        judged("POST", "/users/5", &[kind], &values, body.as_bytes())
    };
    assert_eq!(form("amount=12300000000000000"), [""; 0]);
    assert_eq!(form("amount=1.23e%2B16"), ["body amount"]);
}

#[test]
fn detects_misread_media_types() {
    let get = |accept: &str| {
        let accept = [("accept", accept)];
        judged("GET", "/users/5", &accept, &json!({"id": 5}), b"")
    };
    assert_eq!(get("application/vnd.depot.2023-01-01+json"), [""; 0]);
    // The earlier client accepted any media type.
    assert_eq!(get("*/*"), ["header accept"]);
    assert_eq!(get("application/json"), ["header accept"; 2]);
    let put = |kind: &str, body: &str| {
        let values = json!({"id": 5, "body": {"amount": 1}});
        let kind = [("content-type", kind)];
        judged("PUT", "/users/5", &kind, &values, body.as_bytes())
    };
    assert_eq!(put("application/json", "{\"amount\":1}"), [""; 0]);
    assert_eq!(put("text/plain", "{\"amount\":1}"), ["header content-type"]);
    assert_eq!(
        put("application/xml", "{\"amount\":1}"),
        ["header content-type"]
    );
}

#[test]
fn detects_lost_properties_of_a_child() {
    let text = "
openapi: 3.0.3
paths:
  /places:
    get:
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/ParameterLocation'}}}}}
components:
  schemas:
    ParameterLocation: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind, mapping: {shelf: '#/components/schemas/Shelf'}}}
    Shelf: {allOf: [{$ref: '#/components/schemas/ParameterLocation'}, {type: object, required: [level], properties: {level: {type: integer}}}]}
";
    let document = document::read("t.yaml", text).expect("a document");
    let operation = &spec::operations(&document.value)[0];
    let ranges = ["application/json".to_owned()];
    let (replies, _) = crate::response_generator::replies(&document, operation, &ranges);
    let full = &replies[0];
    let (_, sent) = full.reply.body.as_ref().expect("a body");
    assert_eq!(*sent, json!({"kind": "shelf", "level": 3}));
    let reading = equivalence::Reading::Response;
    let schema = full.schema.as_deref();
    let found = json!({"kind": "shelf"});
    let lost = equivalence::differences(reading, &document.value, schema, sent, &found);
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].place, "/level");
}
