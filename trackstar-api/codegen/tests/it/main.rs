//! The generated source, read as a reviewer reads it, and what is refused.

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

#[test]
fn sending_is_building_the_request_one_call_of_the_transport_and_the_match() {
    let source = generated(&document());
    assert_eq!(
        excerpt(&source, "let Self { client }", "/// never"),
        [
            "let Self { client } = self;",
            r#"let url = format!("{}/things", client.base_url(),);"#,
            "#[allow(unused_mut)]",
            "let mut request = client",
            ".http()",
            ".delete(url)",
            ".header(",
            "::reqwest::header::ACCEPT,",
            r#"::reqwest::header::HeaderValue::from_static("application/json"),"#,
            ")",
            ".build()",
            ".map_err(crate::Error::unbuildable)?;",
            "let response = client",
            ".execute(",
            "request,",
            "&crate::transport::Operation {",
            r#"id: "remove_things","#,
            r#"method: "DELETE","#,
            r#"path: "/things","#,
            "needs_token: true,",
            "},",
            ")",
            ".await?;",
            "match response.status().as_u16() {",
            "200u16 => crate::Response::decode(response),",
            "_ => Err(crate::Error::refused(response)),",
            "}",
            "}",
            "}",
            "}",
        ]
    );
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
fn an_operation_is_a_method_of_the_type_that_has_its_credentials() {
    let mut document = document();
    assert!(generated(&document).contains("impl crate::Connection {"));
    assert!(!generated(&document).contains("impl crate::Client {"));

    document["paths"]["/things"]["delete"]["security"] = json!([{"ApiKey": []}]);
    let source = generated(&document);
    assert!(source.contains("impl crate::Client {"));
    assert!(!source.contains("impl crate::Connection {"));
    assert!(source.contains("needs_token: false"));
    assert!(
        source.contains("let response = client.remove_things().send().await?;"),
        "{source}"
    );
}

#[test]
fn types_can_gain_fields_and_have_schemas_only_where_they_are_asked_for() {
    let plain = generated(&document());
    assert!(
        plain.contains("#[non_exhaustive]\n    pub struct Thing {"),
        "{plain}"
    );
    assert!(!plain.contains("schemars"));

    let source = generate(&document(), &Settings::with_schemars(true)).expect("in order");
    assert!(source.contains("::schemars::JsonSchema"));
    assert!(
        source.contains(r#"("Thing", ::schemars::schema_for!(types::Thing))"#),
        "{source}"
    );
}

#[test]
fn an_operation_without_content_answers_unit() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"] = json!({"204": {"description": "gone"}});
    let source = generated(&document);
    assert!(
        source.contains("Result<crate::Response<()>, crate::Error>"),
        "{source}"
    );
    assert!(
        source.contains("204u16 => Ok(crate::Response::empty(response))"),
        "{source}"
    );
}

#[test]
fn the_example_of_an_operation_is_compiled_where_it_takes_no_arguments() {
    let source = generated(&document());
    assert!(source.contains("let response = connection.remove_things().send().await?;"));
    assert!(source.contains("```no_run"));
    assert!(!source.contains("```ignore"));
}

#[test]
fn what_the_facade_does_not_know_is_refused_by_name() {
    let mut typed_error = document();
    typed_error["paths"]["/things"]["delete"]["responses"]["422"] = json!({
        "description": "no",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    });
    let error = refused(&typed_error).to_string();
    assert!(
        error.contains("ErrorResponse") && error.contains("facade"),
        "{error}"
    );
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
