//! Converts `anyOf` to `oneOf`.
//!
//! The generator treats the alternatives of an `anyOf` as parts that may be present together, and loses
//! those that do not match. Documents mean one of them. The client chooses the alternative that preserves
//! most of the value.

use serde_json::{Map, Value, json};

use super::walk;
use crate::findings::Findings;
use crate::reference::follow;

pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    let before = document.clone();
    walk::schemas_mut(document, &mut |schema, pointer| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        for key in ["anyOf", "oneOf"] {
            if without_conditions(&before, schema, key) {
                let note = format!(
                    "`{key}` is dropped because only the server checks which properties it requires together"
                );
                findings.note_on(pointer, note);
            }
        }
        for key in ["anyOf", "oneOf"] {
            only(schema, key);
        }
        if let Some(Value::Array(alternatives)) = schema.get("anyOf") {
            let objects = alternatives.iter().all(|it| is_object(&before, it));
            let alone = !schema.contains_key("oneOf");
            if alone {
                one_of(schema);
            } else {
                // Both must be satisfied, so each becomes a member of `allOf`.
                let parts = ["anyOf", "oneOf"].map(|key| schema.remove(key));
                let parts = parts.into_iter().flatten();
                let parts = parts.map(|alternatives| json!({ "oneOf": alternatives }));
                let all = schema.entry("allOf").or_insert_with(|| json!([]));
                if let Some(all) = all.as_array_mut() {
                    all.extend(parts);
                }
            }
            if objects {
                findings.note_on(
                    pointer,
                    "`anyOf` is read as `oneOf`, so a value is exactly one of the objects",
                );
            } else if !alone {
                findings.note_on(
                    pointer,
                    "`anyOf` is read as `oneOf`, so a value is exactly one of the alternatives",
                );
            }
        }
    });
}

/// Converts a single alternative to a member of `allOf`. The generator would wrap it in a type, or
/// generate an enum of its only property.
fn only(schema: &mut Map<String, Value>, key: &str) {
    let alternatives = schema.get(key).and_then(Value::as_array).map(Vec::len);
    if alternatives != Some(1) || schema.contains_key("discriminator") {
        return;
    }
    let only = schema.remove(key);
    let parts = schema.entry("allOf").or_insert_with(|| json!([]));
    if let (Some(parts), Some(Value::Array(only))) = (parts.as_array_mut(), only) {
        parts.extend(only);
    }
}

/// Renames `anyOf` to `oneOf` and removes duplicate alternatives.
fn one_of(schema: &mut Map<String, Value>) {
    let Some(Value::Array(written)) = schema.remove("anyOf") else {
        return;
    };
    let mut alternatives: Vec<Value> = Vec::new();
    for alternative in written {
        if !alternatives.contains(&alternative) {
            alternatives.push(alternative);
        }
    }
    let key = if alternatives.len() > 1 {
        "oneOf"
    } else {
        "allOf"
    };
    if key == "allOf" && schema.contains_key(key) {
        schema.insert("oneOf".to_owned(), Value::Array(alternatives));
    } else {
        schema.insert(key.to_owned(), Value::Array(alternatives));
    }
}

fn is_object(document: &Value, schema: &Value) -> bool {
    let Some(schema) = follow(document, schema) else {
        return false;
    };
    schema.get("properties").is_some() || schema.get("type").is_some_and(|kind| kind == "object")
}

/// Removes alternatives that only list required properties. The generator would generate a type for each.
fn without_conditions(document: &Value, schema: &mut Map<String, Value>, key: &str) -> bool {
    let Some(Value::Array(alternatives)) = schema.get(key) else {
        return false;
    };
    let conditions = ["description", "not", "required", "title"];
    let condition = |alternative: &Value| {
        let alternative = follow(document, alternative).and_then(Value::as_object);
        alternative.is_some_and(|fields| {
            let object = fields.get("type").is_none_or(|kind| kind == "object");
            let mut keys = fields.keys().filter(|key| *key != "type");
            object
                && keys.all(|key| conditions.contains(&key.as_str()))
                && ["required", "not"]
                    .iter()
                    .any(|key| fields.contains_key(*key))
        })
    };
    let all = !alternatives.is_empty() && alternatives.iter().all(condition);
    if all {
        schema.remove(key);
        let bare = !schema.contains_key("type") && schema.contains_key("properties");
        if bare {
            schema.insert("type".to_owned(), json!("object"));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_alternative_becomes_a_member_of_all_of() {
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let one = json!({"required": ["a"], "properties": {"a": {}}});
        for (schema, expected) in [
            (json!({"oneOf": [one]}), json!({"allOf": [one]})),
            (json!({"anyOf": [to("A")]}), json!({"allOf": [to("A")]})),
            (
                json!({"allOf": [to("A")], "anyOf": [one], "title": "T"}),
                json!({"allOf": [to("A"), one], "title": "T"}),
            ),
            (
                json!({"anyOf": [to("A")], "oneOf": [to("B"), to("C")]}),
                json!({"allOf": [to("A")], "oneOf": [to("B"), to("C")]}),
            ),
        ] {
            let mut document = json!({"components": {"schemas": {"S": schema}}});
            normalize(&mut document, &mut Findings::new("test"));
            assert_eq!(document["components"]["schemas"]["S"], expected);
        }
        let told = json!({"oneOf": [to("A")], "discriminator": {"propertyName": "kind"}});
        let mut document = json!({"components": {"schemas": {"S": told}}});
        normalize(&mut document, &mut Findings::new("test"));
        assert_eq!(document["components"]["schemas"]["S"], told);
    }

    #[test]
    fn alternatives_with_only_required_are_conditions() {
        let document = json!({});
        let of = |value: Value, key: &str| {
            let mut fields = value.as_object().cloned().unwrap_or_default();
            let normalized = without_conditions(&document, &mut fields, key);
            (normalized, Value::Object(fields))
        };
        let properties = json!({"a": {}, "b": {}});
        let schema = json!({"properties": properties, "anyOf": [{"required": ["a"]}, {"type": "object", "required": ["b"]}]});
        let expected = json!({"type": "object", "properties": properties});
        assert_eq!(of(schema, "anyOf"), (true, expected));
        let schema =
            json!({"oneOf": [{"required": ["a"], "properties": {"a": {}}}, {"required": ["b"]}]});
        assert_eq!(of(schema.clone(), "oneOf"), (false, schema));
    }
}
