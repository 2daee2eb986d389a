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
            ".map_err(crate::Error::unbuildable(&OPERATION))?;",
            "let response = client.execute(request, &OPERATION).await?;",
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
fn what_the_document_says_of_an_operation_is_a_constant() {
    let source = generated(&document());
    assert_eq!(
        excerpt(&source, "const OPERATION", "};"),
        [
            "const OPERATION: crate::transport::Operation = crate::transport::Operation {",
            r#"id: "remove_things","#,
            r#"method: "DELETE","#,
            r#"path: "/things","#,
            "needs_token: true,",
        ]
    );
}

/// The source of an operation with these parameters, without white space.
fn with_parameters(path: &str, parameters: &Value) -> String {
    let mut document = document();
    let mut item = document["paths"]["/things"].take();
    item["delete"]["parameters"] = parameters.clone();
    document["paths"] = json!({path: item});
    generated(&document).split_whitespace().collect()
}

#[test]
fn path_parameters_cannot_leave_their_segment() {
    let source = with_parameters(
        "/things/{thing_id}",
        &json!([{"in": "path", "name": "thing_id", "required": true, "schema": {"type": "string"}}]),
    );
    let segment = r#"crate::parameters::segment(&OPERATION,"thing_id",&thing_id.to_string())?"#;
    assert!(source.contains(segment), "{source}");
    assert!(!source.contains("encode_path"), "{source}");
}

#[test]
fn query_parameters_are_appended_once_the_request_is_built_lists_as_the_document_says() {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let source = with_parameters(
        "/things",
        &json!([
            {"in": "query", "name": "created_date[gte]", "schema": {"type": "string"}},
            {"in": "query", "name": "each", "schema": texts},
            {"in": "query", "name": "joined", "explode": false, "schema": texts},
            {"in": "header", "name": "x-other", "schema": {"type": "string"}},
        ]),
    );
    for appended in [
        r#"append(&mutrequest,&OPERATION,"created_date[gte]",&created_date_gte,false,)?;"#,
        r#"append(&mutrequest,&OPERATION,"each",&each,false)?;"#,
        r#"append(&mutrequest,&OPERATION,"joined",&joined,true,)?;"#,
        r#"append("x-other",value"#,
        ".headers(header_map)",
    ] {
        assert!(
            source.contains(appended),
            "{appended} is missing in {source}"
        );
    }
    let (built, sent) = (source.find(".build()"), source.find("client.execute("));
    let appended = source.find("crate::parameters::append");
    assert!(built < appended && appended < sent);
    assert!(!source.contains(".query("));
}

#[test]
fn an_enum_keeps_values_that_it_does_not_know_and_stays_strict_where_users_convert() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["state"] =
        json!({"type": "string", "enum": ["open", "shut"]});
    let source: String = generated(&document).split_whitespace().collect();
    assert!(
        source.contains("#[serde(untagged)]UnknownValue(::std::string::String)"),
        "{source}"
    );
    assert!(
        source.contains("Self::UnknownValue(reftext)=>f.write_str(text)"),
        "{source}"
    );
    assert!(
        source.contains(r#"_=>Err("invalidvalue".into())"#),
        "{source}"
    );
    assert!(
        !source.contains("Copy"),
        "a text cannot be copied: {source}"
    );

    document["components"]["schemas"]["Thing"]["properties"]["state"]["enum"] =
        json!(["open", "unknown_value"]);
    assert!(refused(&document).to_string().contains("UnknownValue"));
}

#[test]
fn ids_and_dates_are_texts_and_points_in_time_are_the_crates_own_type() {
    let mut document = document();
    for format in ["uuid", "date", "ipv4", "ipv6", "date-time"] {
        let name = format.replace('-', "_");
        document["components"]["schemas"]["Thing"]["properties"][name] =
            json!({"type": "string", "format": format, "description": "Prose.", "example": "x"});
    }
    let source = generated(&document);
    for foreign in ["chrono", "::uuid", "std::net"] {
        assert!(!source.contains(foreign), "{foreign} in:\n{source}");
    }
    assert!(
        source.contains("pub date_time: ::std::option::Option<crate::DateTime>"),
        "{source}"
    );
}

#[test]
fn a_call_that_is_not_sent_is_warned_about() {
    assert!(generated(&document()).contains("#[must_use = "));
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
