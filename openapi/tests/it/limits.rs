//! Schemas that are made of themselves, or of more than anybody would write: an answer or an error,
//! and soon.

use serde_json::{Value, json};
use trackstar_openapi::{Error, Prepared, Source, prepare};

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
    prepare(
        Source {
            name: "limits.json",
            text: &text,
        },
        &[],
    )
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
