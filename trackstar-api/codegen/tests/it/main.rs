//! The generated source, read as a reviewer reads it, and what is refused.

mod answers;
mod builders;
mod calls;
mod command_line;
mod integers;
mod mocks;
mod prose;
mod secrets;
mod types;
mod webhooks;

use serde_json::{Value, json};
use trackstar_codegen::{Error, Settings, generate};

/// A document with one operation, `DELETE /things`, answered by a `Thing`.
fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "third-edition"},
        "paths": {"/things": {"delete": {
            "operationId": "remove_things",
            "summary": "Remove things",
            "security": [{"ApiKey": [], "AccessToken": []}],
            "responses": {"200": {
                "description": "ok",
                "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Thing"},
                }},
            }},
        }}},
        "components": {"schemas": {"Thing": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
        }}},
    })
}

fn generated(document: &Value) -> String {
    generate(document, &Settings::default()).expect("the document is in order")
}

fn refused(document: &Value) -> Error {
    generate(document, &Settings::default()).expect_err("the document is not in order")
}

/// The source from `start` to the first following line that is `end`.
fn excerpt<'a>(source: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    source
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with(start))
        .take_while(|line| *line != end)
        .collect()
}

/// `document()`, whose operation also takes a body of these properties.
fn with_body(properties: &Value, required: &Value) -> Value {
    let mut document = document();
    document["paths"]["/things"]["delete"]["requestBody"] = json!({
        "required": true,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}},
    });
    document["components"]["schemas"]["NewThing"] =
        json!({"type": "object", "required": required, "properties": properties});
    document
}

#[test]
fn nothing_of_progenitors_client_is_left() {
    let source = generated(&document());
    for gone in [
        "progenitor",
        "api-version",
        "struct Client",
        "unwrap()",
        "ResponseValue",
        "edition",
    ] {
        assert!(!source.contains(gone), "{gone} is left in:\n{source}");
    }
}

#[test]
fn a_document_that_progenitor_refuses_or_panics_on_is_one_error_that_says_what_to_do() {
    let mut old = document();
    old["openapi"] = json!("2.0");
    assert!(refused(&old).to_string().contains("invalid version"));

    let mut nameless = document();
    nameless["paths"]["/things"]["delete"]["operationId"] = Value::Null;
    let error = refused(&nameless).to_string();
    assert!(
        error.contains("DELETE /things has no operationId"),
        "{error}"
    );

    // Two success types: progenitor asserts that there is at most one.
    let mut two = document();
    two["paths"]["/things"]["delete"]["responses"]["201"] = json!({
        "description": "ok",
        "content": {"application/json": {"schema": {"type": "integer"}}},
    });
    let error = refused(&two).to_string();
    assert!(
        error.contains("gave up") && error.contains("overlays/generator.yaml"),
        "{error}"
    );

    let error = refused(&json!({"openapi": "3.0.3"})).to_string();
    assert!(error.contains("not OpenAPI 3.0"), "{error}");
}
