//! A body to begin with: every property that the document has, with its example or a value of its
//! kind.

use serde_json::{Map, Value, json};
use trackstar_openapi::model::Content;
use trackstar_openapi::reference;

/// Schemas are followed this far: they may lead back to themselves.
const DEEPEST: usize = 8;

/// The template of a body with this content, as JSON; without a schema, null.
pub(super) fn of(document: &Value, content: Option<&Content>) -> String {
    let schema = match content {
        Some(Content::Typed(pointer)) => document.pointer(pointer),
        _ => None,
    };
    let value = schema.map(|schema| value(document, schema, DEEPEST));
    // Written by `Value`, which cannot fail.
    format!("{:#}", value.unwrap_or_default())
}

fn is_read_only(document: &Value, schema: &Value) -> bool {
    let schema = reference::follow(document, schema);
    schema.is_some_and(|schema| schema["readOnly"] == true)
}

fn value(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = reference::follow(document, schema).unwrap_or(schema);
    if depth == 0 {
        return Value::Null;
    }
    let nested = |schema: &Value| value(document, schema, depth - 1);
    let values = schema["enum"].as_array();
    // Some examples are none of the values that there are.
    let given = ["example", "default"]
        .into_iter()
        .filter_map(|key| schema.get(key))
        .find(|given| values.is_none_or(|values| values.contains(given)));
    if let Some(given) = given.or_else(|| values?.first()) {
        return given.clone();
    }
    if let Some(properties) = schema["properties"].as_object() {
        let known = properties
            .iter()
            .filter(|(_, property)| !is_read_only(document, property));
        let fields: Map<String, Value> = known
            .map(|(name, property)| (name.clone(), nested(property)))
            .collect();
        return Value::Object(fields);
    }
    if let Some(inner) = schema.pointer("/x-rust-type/parameters/0") {
        return nested(inner);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().map(nested).fold(Value::Null, merged);
    }
    let first = ["anyOf", "oneOf"]
        .into_iter()
        .find_map(|key| schema[key].as_array()?.first());
    if let Some(first) = first {
        return nested(first);
    }
    match schema["type"].as_str() {
        Some("array") => json!([nested(&schema["items"])]),
        Some("object") => json!({}),
        Some("boolean") => json!(false),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(0)),
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => json!("2026-01-31T12:00:00Z"),
            Some("date") => json!("2026-01-31"),
            _ => json!(""),
        },
        _ => Value::Null,
    }
}

fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, Value::Null) => one,
        (_, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_every_property_once_with_its_example_or_a_value_of_its_kind() {
        let document = json!({
            "components": {"schemas": {
                "A": {"type": "object", "properties": {
                    "again": {"$ref": "#/components/schemas/B"},
                    "at": {"type": "string", "format": "date-time"},
                    "both": {"allOf": [{"$ref": "#/components/schemas/C"}, {"properties": {"d": {}}}]},
                    "count": {"type": "integer", "minimum": 1},
                    "kind": {"enum": ["x", "y"], "example": ""},
                    "list": {"type": "array", "items": {"type": "string", "example": "tag"}},
                    "own": {"type": "string", "readOnly": true},
                    "unset": {"x-rust-type": {"parameters": [{"type": "boolean"}]}},
                }},
                "B": {"type": "object", "properties": {"more": {"$ref": "#/components/schemas/B"}}},
                "C": {"type": "object", "properties": {"c": {"type": "string"}}},
            }},
        });
        let content = Content::Typed("/components/schemas/A".to_owned());
        let template = of(&document, Some(&content));
        let template: Value = serde_json::from_str(&template).expect("JSON");
        let deep = "/again/more/more/more/more/more/more/more";
        assert_eq!(template.pointer(deep), Some(&Value::Null));
        let mut template = template;
        template["again"] = Value::Null;
        assert_eq!(
            template,
            json!({
                "again": null, "at": "2026-01-31T12:00:00Z", "both": {"c": "", "d": null}, "count": 1,
                "kind": "x", "list": ["tag"], "unset": false,
            })
        );
        assert_eq!(of(&document, Some(&Content::Text)), "null");
    }
}
