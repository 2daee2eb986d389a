//! Compares the generated types and the error type with the vendored document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trackstar_openapi::Preparation;

use crate::support::answered;

/// Normalizes a schema so that schemars' output can be compared with the prepared document.
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
        // The generator uses the name as the description of a type without one.
        if schema["description"] == format!("`{name}`") {
            schema.as_object_mut().unwrap().remove("description");
        }
        (name.to_owned(), schema)
    });
    schemas.collect()
}

#[test]
fn types_match_the_schemas_of_the_document() {
    let mut types = type_schemas();
    // Uses the features of the client under test.
    let preparation = Preparation::vendored().webhooks(cfg!(feature = "webhooks"));
    let prepared = preparation.run().unwrap();
    let named = prepared.document()["components"]["schemas"].as_object();
    assert!(types.keys().eq(named.unwrap().keys()), "{types:?}");
    // Schemas that only webhooks use contain references, which the two sides write differently. The
    // tests of webhooks compare them.
    let schemas = document_schemas();
    types.retain(|name, _| schemas.contains_key(name));
    assert!(!types.is_empty());
    assert_eq!(types, schemas);
}

#[test]
fn detects_schema_that_differs_from_its_type() {
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

/// Returns the document's error schema with the corrections of the overlays.
fn error_schema() -> Value {
    let document = Preparation::vendored().correct().unwrap().0;
    document["components"]["schemas"]["ValidationError"].clone()
}

/// Returns an instance with a value for every property in the schema.
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
        other => panic!("unsupported type in the error schema: {other:?}"),
    }
}

#[tokio::test]
async fn error_type_reads_the_whole_error_schema() {
    let schema = error_schema();
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["detail", "error", "origin"],
        "the error type has exactly these fields"
    );
    assert_eq!(schema["required"], Value::Null, "all fields are optional");
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
fn credential_headers_match_the_document() {
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
