//! Recursive and very large schemas. Each must lead to a result or an error in a short time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trackstar_openapi::{Error, Preparation, Prepared, Source};

fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Prepares a document whose operation lacks an ID, so that its name derives from its response.
fn prepared(schemas: &Value) -> Result<Prepared, Error> {
    let body = |kind: &str| json!({kind: {"schema": schema("A")}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {
            "get": {
                "parameters": [{"name": "q", "in": "query", "schema": schema("A")}],
                "responses": {"200": {"description": "ok", "content": body("application/json")}},
            },
            "post": {
                "requestBody": {"content": body("multipart/form-data")},
                "responses": {"204": {"description": "ok"}},
            },
        }},
        "components": {"schemas": schemas},
    });
    let text = document.to_string();
    let source = Source {
        name: "limits.json",
        text: &text,
    };
    Preparation::new(source).run()
}

#[test]
fn recursive_schemas_are_reported_without_overflow() {
    for itself in [
        json!({"A": {"anyOf": [schema("A"), {"type": "null"}]}}),
        json!({"A": schema("B"), "B": {"allOf": [schema("A")]}}),
        json!({"A": {"allOf": [schema("A"), {"type": "object"}]}}),
    ] {
        let error = prepared(&itself).expect_err("nothing is such a value");
        assert!(
            error
                .to_string()
                .contains("the schema is composed of itself"),
            "{error}"
        );
    }
}

/// Runs `prepared`, and checks that it does not take quadratic time.
fn soon(schemas: &Value) -> Result<Prepared, Error> {
    let start = Instant::now();
    let outcome = prepared(schemas);
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "it took {:?}",
        start.elapsed()
    );
    outcome
}

/// Returns a chain of schemas: `A` refers to `S1`, which refers to `S2`, and so on.
fn chain(length: usize, link: impl Fn(Value) -> Value) -> Value {
    let mut schemas = json!({"A": link(schema("S1"))});
    for number in 1..length {
        schemas[format!("S{number}")] = link(schema(&format!("S{}", number + 1)));
    }
    schemas[format!("S{length}")] =
        json!({"type": "object", "properties": {"end": {"type": "string"}}});
    schemas
}

#[test]
fn long_chains_of_references_are_shortened() {
    let prepared = soon(&chain(4_000, |next| next)).expect("they are only many");
    let schemas = &prepared.document()["components"]["schemas"];
    assert_eq!(schemas["A"], schema("S4000"));
    assert!(schemas.get("S1").is_none(), "the component is unused");
}

#[test]
fn hundred_objects_are_merged_into_one() {
    let link = |next| json!({"allOf": [next, {"type": "object"}]});
    let prepared = soon(&chain(100, link)).expect("they are objects");
    let object = json!({"type": "object", "properties": {"end": {"type": "string"}}});
    assert_eq!(prepared.document()["components"]["schemas"]["A"], object);
}

#[test]
fn reports_a_schema_with_too_many_levels() {
    // Schemas with keywords other than those of objects are not merged.
    let link =
        |next| json!({"allOf": [next, {"type": "object", "oneOf": [{"required": ["end"]}, {}]}]});
    soon(&chain(32, link)).expect("so many levels are taken");
    for length in [33, 3_000] {
        let error = soon(&chain(length, link)).expect_err("they are too many");
        let [problem] = error.problems() else {
            panic!("expected one problem, got {error}");
        };
        assert_eq!(problem.pointer.as_deref(), Some("/components/schemas/A"));
        assert_eq!(
            problem.message,
            format!("the schema nests `allOf`, `anyOf` or `oneOf` {length} levels deep")
        );
    }
}

#[test]
fn enum_with_too_many_values_is_a_string() {
    let values: Vec<String> = (0..100_000)
        .map(|number| format!("value {number}"))
        .collect();
    let many =
        json!({"A": {"type": "object", "properties": {"e": {"type": "string", "enum": values}}}});
    let prepared = soon(&many).expect("they are only many");
    let property = &prepared.document()["components"]["schemas"]["A"]["properties"]["e"];
    assert_eq!(property, &json!({"type": "string"}));
    assert!(prepared.notes().iter().any(|note| {
        note.pointer == "/components/schemas/A/properties/e"
            && note.text.contains("(100000 values)")
    }));
}
