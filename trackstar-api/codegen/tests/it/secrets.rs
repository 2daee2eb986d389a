//! Secrets of the document are `Sensitive`, regardless of the location of their schemas.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{document, generated};

#[test]
fn secrets_are_sensitive_in_every_position() {
    let mut document = document();
    let secret = |of: &str| json!({"type": of, "format": "password"});
    document["components"]["schemas"]["Pin"] = secret("integer");
    document["components"]["schemas"]["Thing"]["properties"] = json!({
        "id": {"type": "string"},
        "list": {"type": "array", "items": secret("string")},
        "map": {"type": "object", "additionalProperties": secret("string")},
        "maps": {"type": "object", "additionalProperties": {
            "type": "array", "items": {"type": "integer", "format": "password", "minimum": 5}}},
        "integer": {"type": "integer", "format": "password", "minimum": 1},
        "number": secret("number"),
        "maybe": {"type": "integer", "format": "password", "nullable": true},
        "word": {"type": "string", "format": "password", "enum": ["a", "b"]},
        "anything": {"format": "password"},
        "pin": {"$ref": "#/components/schemas/Pin"},
        "both": {"allOf": [{"type": "string", "maxLength": 9}, {"format": "password"}]},
        "whole_list": {"type": "array", "format": "password", "items": {"type": "string"}},
        "inner": {"type": "object", "properties": {"deep": secret("integer")},
                  "additionalProperties": secret("string")},
    });
    let source: String = generated(&document).split_whitespace().collect();
    for wanted in [
        "publist:::std::vec::Vec<__rt::Sensitive>",
        "pubmap:::std::collections::BTreeMap<::std::string::String,__rt::Sensitive>",
        "pubmaps:::std::collections::BTreeMap<::std::string::String,::std::vec::Vec<__rt::Sensitive<i64>>,>",
        "pubinteger:::std::option::Option<__rt::Sensitive<i64>>",
        "pubnumber:::std::option::Option<__rt::Sensitive<f64>>",
        "pubmaybe:::std::option::Option<__rt::Sensitive<i64>>",
        "pubword:::std::option::Option<__rt::Sensitive>",
        "pubanything:::std::option::Option<__rt::Sensitive<__rt::serde_json::Value>>",
        "pubpin:::std::option::Option<Pin>",
        "pubstructPin(pub__rt::Sensitive<i64>)",
        "pubboth:::std::option::Option<__rt::Sensitive>",
        "pubwhole_list:::std::vec::Vec<__rt::Sensitive>",
        "pubdeep:::std::option::Option<__rt::Sensitive<i64>>",
        "pubextra:::std::collections::BTreeMap<::std::string::String,__rt::Sensitive>",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    assert!(!source.contains("NonZero"), "{source}");
}

#[test]
fn schemas_mark_parameters_as_secret() {
    let mut document = document();
    document["components"]["schemas"]["Pin"] = json!({"type": "integer", "format": "password"});
    document["paths"]["/things"]["delete"]["parameters"] = json!([
        {"in": "query", "name": "pin", "schema": {"$ref": "#/components/schemas/Pin"}},
        {"in": "query", "name": "pins", "schema": {
            "type": "array", "items": {"type": "string", "format": "password"}}},
        {"in": "header", "name": "x-pin", "schema": {"type": "string", "format": "password"}},
        {"in": "query", "name": "limit", "schema": {"type": "integer"}},
    ]);
    let source: String = generated(&document).split_whitespace().collect();
    for (name, secret) in [
        ("pin", true),
        ("pins", true),
        ("x-pin", true),
        ("limit", false),
    ] {
        let start = source.find(&format!("(\"{name}\",\"")).expect(name);
        let rest = &source[start + 1..];
        let end = rest.find("__rt::Parameter").or(rest.find("],"));
        let written = &rest[..end.expect("an end")];
        assert_eq!(written.contains(".secret()"), secret, "{written}");
    }
    assert!(
        source.contains("value:impl__rt::Converts<__rt::Sensitive>"),
        "{source}"
    );
}

/// Schemas that contain a secret.
#[derive(Clone, Copy, Debug)]
enum Around {
    List,
    Map,
    Property,
    Rest,
    Reference,
    AllOf,
    Nullable,
    Beside,
}

/// A schema that holds `leaf` within all of these, and the schemas that it refers to.
fn around(leaf: Value, all: &[Around]) -> (Value, Vec<(String, Value)>) {
    let (mut schema, mut components) = (leaf, Vec::new());
    for around in all {
        schema = match around {
            Around::List => json!({"type": "array", "items": schema}),
            Around::Map => json!({"type": "object", "additionalProperties": schema}),
            Around::Property => json!({"type": "object", "properties": {"inner": schema}}),
            Around::Rest => json!({
                "type": "object", "properties": {"id": {"type": "string"}},
                "additionalProperties": schema,
            }),
            Around::Beside => json!({"type": "object", "required": ["inner"], "properties": {
                "inner": schema, "open": {"type": "string", "enum": ["a"]}}}),
            Around::Reference => {
                let name = format!("Part{}", components.len());
                let reference = json!({"$ref": format!("#/components/schemas/{name}")});
                components.push((name, schema));
                reference
            }
            Around::AllOf => json!({"allOf": [schema]}),
            Around::Nullable => {
                let mut schema = schema;
                if schema.get("$ref").is_none() && schema.get("allOf").is_none() {
                    schema["nullable"] = json!(true);
                }
                schema
            }
        };
    }
    (schema, components)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrarily_placed_secrets_are_sensitive(
        kind in 0_usize..5,
        all in proptest::collection::vec(prop_oneof![
            Just(Around::List), Just(Around::Map), Just(Around::Property), Just(Around::Rest),
            Just(Around::Reference), Just(Around::AllOf), Just(Around::Nullable), Just(Around::Beside),
        ], 0..6),
    ) {
        let (leaf, held, plain) = [
            (json!({"type": "string", "format": "password"}), "__rt::Sensitive", ""),
            (json!({"type": "string", "format": "password", "enum": ["x", "y"]}), "__rt::Sensitive", "\"x\""),
            (json!({"type": "integer", "format": "password", "minimum": 1}), "__rt::Sensitive<i64>", "NonZero"),
            (json!({"type": "number", "format": "password"}), "__rt::Sensitive<f64>", ""),
            (json!({"format": "password"}), "__rt::Sensitive<__rt::serde_json::Value>", ""),
        ][kind].clone();
        let (schema, components) = around(leaf, &all);
        let mut document = document();
        document["components"]["schemas"]["Thing"]["properties"]["secret"] = schema;
        for (name, component) in components {
            document["components"]["schemas"][name] = component;
        }
        let source: String = generated(&document).split_whitespace().collect();
        prop_assert!(source.contains(held), "{:?}: {}", all, source);
        prop_assert!(plain.is_empty() || !source.contains(plain), "{:?}: {}", all, source);
        // Nothing else has a type for numbers.
        let bare = source.replace("Sensitive<i64>", "").replace("Sensitive<f64>", "");
        prop_assert!(!bare.contains("i64") && !bare.contains("f64"), "{:?}: {}", all, source);
    }
}
