//! The generated source, read as a reviewer reads it, and what is refused.

mod answers;
mod builders;
mod calls;
mod decimals;
mod integers;
mod layers;
mod merged;
mod mocks;
mod prose;
mod record;
mod reserved;
mod secrets;
mod types;
mod webhooks;

use serde_json::{Value, json};
use trackstar_build::{Error, Settings};
use trackstar_openapi::Preparation;

/// A document with one operation, `DELETE /things`, with a response of `Thing`.
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
        }}, "securitySchemes": schemes()},
    })
}

/// Generates the client of a document, which is prepared first.
fn generate(document: &Value, settings: &Settings) -> Result<String, Error> {
    let preparation = Preparation::of(document.clone()).webhooks(settings.webhooks);
    let prepared = preparation.run().expect("the document can be prepared");
    trackstar_build::client(&prepared, settings)
}

/// The schemes of the credentials, as the overlays have them.
fn schemes() -> Value {
    let header = |name: &str| json!({"type": "apiKey", "in": "header", "name": name});
    json!({
        "ApiKey": header("x-trackstar-api-key"),
        "AccessToken": header("x-trackstar-access-token"),
    })
}

fn generated(document: &Value) -> String {
    generate(document, &Settings::default()).expect("the document is in order")
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
fn output_does_not_use_the_client_of_progenitor() {
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
