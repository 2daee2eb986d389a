//! Schemas that are made of themselves, or of more than anybody would write: an answer or an error,
//! and soon.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trackstar_openapi::{Error, Preparation, Prepared, Source};

fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A document whose operation has no id, so that a name is made from what it answers with.
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
fn schemas_that_are_made_of_themselves_are_named_and_nothing_overflows() {
    for itself in [
        json!({"A": {"anyOf": [schema("A"), {"type": "null"}]}}),
        json!({"A": schema("B"), "B": {"allOf": [schema("A")]}}),
        json!({"A": {"allOf": [schema("A"), {"type": "object"}]}}),
    ] {
        let error = prepared(&itself).expect_err("nothing is such a value");
        assert!(
            error.to_string().contains("made of itself, without an end"),
            "{error}"
        );
    }
}

/// Runs `prepared` and holds it to a time that only the square of the size would exceed.
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

/// `A`, which names `S1`, which names `S2`, and so on.
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
fn a_long_chain_of_references_leads_to_its_end_at_once() {
    let prepared = soon(&chain(4_000, |next| next)).expect("they are only many");
    let schemas = &prepared.document()["components"]["schemas"];
    assert_eq!(schemas["A"], schema("S4000"));
    assert!(schemas.get("S1").is_none(), "nothing reaches it any more");
}

#[test]
fn an_object_of_a_hundred_levels_is_one_object() {
    let link = |next| json!({"allOf": [next, {"type": "object"}]});
    let prepared = soon(&chain(100, link)).expect("they are objects");
    let object = json!({"type": "object", "properties": {"end": {"type": "string"}}});
    assert_eq!(prepared.document()["components"]["schemas"]["A"], object);
}

#[test]
fn a_schema_of_very_many_levels_is_refused_with_its_name() {
    // A part that asserts more than an object's fields is not merged.
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
            format!(
                "the schema is made of others that are made of others, {length} levels of them"
            )
        );
    }
}

#[test]
fn an_enum_of_very_many_values_is_a_text() {
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
            && note.text.contains("it has 100000 values")
    }));
}
