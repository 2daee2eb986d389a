//! Splits nullable components.
//!
//! The generator wraps a type in an `Option` for each nullable component. If the component is composed or
//! has a title, it gives both types the same name. The part without null becomes a separate component.

use serde_json::{Map, Value, json};

use super::casing::pascal;
use super::hoist::ComponentNames;
use crate::contents::members;
use crate::model::Facts;
use crate::pointer::below;
use crate::spec::is_annotation;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts) {
    let components: Vec<String> = members(document.pointer("/components/schemas"))
        .filter(|(_, schema)| is_nullable(schema) && needs_name(schema))
        .map(|(name, _)| name.clone())
        .collect();
    let mut names = ComponentNames::of(document);
    for name in components {
        let pointer = below("/components/schemas", &[&name]);
        let Some(Value::Object(mut inner)) = document.pointer_mut(&pointer).map(Value::take) else {
            continue;
        };
        super::type_parameters::without_null(&mut inner);
        let title = inner.remove("title");
        // Readers know the original name, so annotations stay with it.
        let mut outer: Map<String, Value> = Map::new();
        for key in ["deprecated", "description", "example"] {
            outer.extend(inner.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        if let Some(title) = title {
            outer.entry("description").or_insert(title);
        }
        let inner_name = format!("{}Inner", pascal(&name));
        let hoisted = names.hoist_from(document, facts, &inner_name, (&pointer, inner));
        outer.insert("nullable".to_owned(), json!(true));
        outer.insert("allOf".to_owned(), json!([{ "$ref": hoisted }]));
        if let Some(place) = document.pointer_mut(&pointer) {
            *place = Value::Object(outer);
        }
    }
}

fn is_nullable(schema: &Value) -> bool {
    schema.get("nullable") == Some(&json!(true))
}

/// Returns true if the generator generates a named type for the contents of a schema. It does not for
/// scalars and references, and for lists and maps it names the contents.
pub(super) fn needs_name(schema: &Value) -> bool {
    let reference = |part: &Value| part.get("$ref").is_some();
    let fields = schema.as_object().into_iter().flatten();
    let mut asserting = fields
        .filter(|(key, _)| {
            !is_annotation(key) && *key != "nullable" && *key != "type" && *key != "format"
        })
        .map(|(key, value)| (key.as_str(), value));
    asserting.any(|(key, value)| match (key, value) {
        ("allOf", Value::Array(parts)) => !matches!(parts.as_slice(), [part] if reference(part)),
        ("enum", Value::Array(values)) => !values.iter().all(Value::is_null),
        (
            "allOf" | "anyOf" | "oneOf" | "not" | "properties" | "pattern" | "minLength"
            | "maxLength",
            _,
        ) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_nullable_components() {
        let mut document = json!({"components": {"schemas": {
            "auto-merge": {
                "title": "Auto merge", "type": "object", "nullable": true,
                "properties": {"by": {"type": "string", "nullable": true}},
            },
            "AutoMergeInner": {"type": "string"},
            "Either": {"description": "d", "nullable": true, "oneOf": [{"type": "string"}, {"type": "integer"}]},
            "Status": {"type": "string", "nullable": true, "enum": ["a", null]},
            "Count": {"type": "integer", "nullable": true, "minimum": 1},
            "List": {"type": "array", "nullable": true, "items": {"type": "object", "properties": {}}},
            "Alias": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Count"}]},
        }}});
        let before = document.clone();
        let mut facts = Facts::new();
        normalize(&mut document, &mut facts);
        let schemas = &document["components"]["schemas"];
        let to = |name: &str| json!([{"$ref": format!("#/components/schemas/{name}")}]);
        assert_eq!(
            schemas["auto-merge"],
            json!({"description": "Auto merge", "nullable": true, "allOf": to("AutoMergeInner2")})
        );
        assert_eq!(
            schemas["AutoMergeInner2"],
            json!({
                "type": "object", "properties": {"by": {"type": "string", "nullable": true}},
            })
        );
        assert_eq!(
            schemas["Either"],
            json!({"description": "d", "nullable": true, "allOf": to("EitherInner")})
        );
        assert_eq!(
            schemas["StatusInner"],
            json!({"type": "string", "enum": ["a"]})
        );
        for (made, of) in [("AutoMergeInner2", "auto-merge"), ("StatusInner", "Status")] {
            let made_of = facts[&format!("/components/schemas/{made}")]
                .made_of
                .as_deref();
            assert_eq!(made_of, Some(format!("/components/schemas/{of}").as_str()));
        }
        for name in ["Count", "List", "Alias", "AutoMergeInner"] {
            assert_eq!(
                schemas[name], before["components"]["schemas"][name],
                "{name}"
            );
        }
    }
}
