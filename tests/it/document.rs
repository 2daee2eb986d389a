//! The generated types and the error type, held against the vendored document, so that they cannot
//! part unnoticed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trackstar_openapi::Preparation;

use crate::support::answered;

/// A schema as schemars writes it for a generated type, or as the prepared document has it, in one
/// form: what is only about the writing is left out.
fn comparable(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut out = Map::new();
            for (key, value) in fields {
                match key.as_str() {
                    "$schema" | "title" | "example" => {}
                    "properties" => {
                        let properties = value.as_object().unwrap();
                        let properties = properties
                            .iter()
                            .map(|(name, one)| (name.clone(), comparable(one)));
                        out.insert(key.clone(), Value::Object(properties.collect()));
                    }
                    "required" => {
                        let mut names: Vec<_> = value
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(ToString::to_string)
                            .collect();
                        names.sort();
                        out.insert(key.clone(), json!(names));
                    }
                    _ => {
                        out.insert(key.clone(), comparable(value));
                    }
                }
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

fn document_schemas() -> BTreeMap<String, Value> {
    let prepared = Preparation::vendored().run().unwrap();
    let schemas = prepared.document()["components"]["schemas"]
        .as_object()
        .unwrap();
    schemas
        .iter()
        .map(|(name, schema)| (name.clone(), comparable(schema)))
        .collect()
}

fn type_schemas() -> BTreeMap<String, Value> {
    let schemas = trackstar_api::schemas().into_iter().map(|(name, schema)| {
        let mut schema = comparable(schema.as_value());
        // The generator documents a type without a description by its name.
        if schema["description"] == format!("`{name}`") {
            schema.as_object_mut().unwrap().remove("description");
        }
        (name.to_owned(), schema)
    });
    schemas.collect()
}

#[test]
fn every_generated_type_has_the_schema_of_the_document_and_no_schema_lacks_a_type() {
    let mut types = type_schemas();
    // As the client at hand was built.
    let preparation = Preparation::vendored().webhooks(cfg!(feature = "webhooks"));
    let prepared = preparation.run().unwrap();
    let named = prepared.document()["components"]["schemas"].as_object();
    assert!(types.keys().eq(named.unwrap().keys()), "{types:?}");
    // What webhooks alone have holds references, which the two write differently: their tests read it.
    let schemas = document_schemas();
    types.retain(|name, _| schemas.contains_key(name));
    assert!(!types.is_empty());
    assert_eq!(types, schemas);
}

#[test]
fn a_schema_that_parts_from_its_type_is_noticed() {
    let types = type_schemas();
    let mutations: [fn(&mut Value); 6] = [
        |schema| schema["properties"]["id"]["type"] = json!("integer"),
        |schema| schema["properties"]["id"]["description"] = json!("Another."),
        |schema| schema["properties"]["extra"] = json!({"type": "string"}),
        |schema| {
            let properties = schema["properties"].as_object_mut().unwrap();
            properties.remove("deleted").unwrap();
        },
        |schema| schema["required"] = json!(["deleted", "id"]),
        |schema| schema["additionalProperties"] = json!(false),
    ];
    for mutate in mutations {
        let mut schemas = document_schemas();
        let schema = schemas.get_mut("DeleteConnectionResponse").unwrap();
        mutate(schema);
        *schema = comparable(schema);
        assert_ne!(types, schemas);
    }
}

/// The document's own error schema, as the overlays correct it.
fn error_schema() -> Value {
    let document = Preparation::vendored().correct().unwrap().0;
    document["components"]["schemas"]["ValidationError"].clone()
}

/// An instance with something in every place that the schema describes.
fn instance(schema: &Value) -> Value {
    let mut fields = Map::new();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        fields.insert(name.clone(), instance(schema));
    }
    match schema["type"].as_str() {
        Some("string") => json!("some text"),
        Some("array") => json!([instance(&schema["items"]), instance(&schema["items"])]),
        Some("object") => {
            if schema["additionalProperties"].is_object() {
                fields.insert(
                    "first".to_owned(),
                    instance(&schema["additionalProperties"]),
                );
                fields.insert(
                    "second".to_owned(),
                    instance(&schema["additionalProperties"]),
                );
            }
            Value::Object(fields)
        }
        other => panic!("the error schema has a type this test does not know: {other:?}"),
    }
}

#[tokio::test]
async fn the_error_type_reads_all_that_the_documents_error_schema_describes() {
    let schema = error_schema();
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["detail", "error", "origin"],
        "the error type knows these and no others"
    );
    assert_eq!(
        schema["required"],
        Value::Null,
        "all optional to the reader"
    );
    assert_ne!(schema["additionalProperties"], json!(false));

    let body = instance(&schema);
    let outcome = answered(|then| then.status(422).json_body(body.clone())).await;

    let error = outcome.expect_err("422");
    let mut detail = Map::new();
    for (location, field, messages) in error.detail().unwrap().iter() {
        detail.entry(location).or_insert_with(|| json!({}))[field] = json!(messages);
    }
    let read = json!({"error": error.message(), "origin": error.origin(), "detail": detail});
    assert_eq!(read, body, "nothing is lost");
}

#[test]
fn both_credential_headers_are_those_of_the_document() {
    let prepared = Preparation::vendored().run().unwrap();
    let schemes = &prepared.document()["components"]["securitySchemes"];
    for (scheme, header) in [
        ("ApiKey", "x-trackstar-api-key"),
        ("AccessToken", "x-trackstar-access-token"),
    ] {
        assert_eq!(schemes[scheme]["in"], "header");
        assert_eq!(schemes[scheme]["name"], header);
    }
}
