//! Finds the secrets in a value by looking at its schemas.
//!
//! Since we can't be sure which of them is meant, we consider all alternatives and conditions.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use trackstar_openapi::reference::target;
use trackstar_openapi::secret::is_marked;

use crate::request::REDACTED;

/// The maximum depth of a value that we look at. Anything below this is redacted.
const DEEPEST: usize = 64;
/// If there are more schemas for a value than this, it is redacted.
const MOST: usize = 1000;

const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const CONDITIONS: [&str; 4] = ["if", "then", "else", "not"];
/// The keywords for array items.
const ITEMS: [&str; 4] = ["items", "additionalItems", "unevaluatedItems", "contains"];
/// The keywords for properties that aren't listed.
const REST: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// Redacts the secrets in `value` and adds them to `found`.
pub(super) fn hide(
    document: &Value,
    schemas: Vec<&Value>,
    value: &mut Value,
    depth: usize,
    found: &mut Vec<String>,
) {
    let Some(all) = applicable(document, schemas).filter(|_| depth <= DEEPEST) else {
        // We don't know all of the schemas, so this could be a secret.
        take(value, found);
        return;
    };
    if all.iter().any(|it| is_marked(it)) {
        take(value, found);
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                hide(document, of_property(&all, name), value, depth + 1, found);
            }
        }
        Value::Array(items) => {
            let inner = of_items(&all);
            for item in items {
                hide(document, inner.clone(), item, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// Redacts the whole value and adds any strings and numbers in it to `found`.
pub(super) fn take(value: &mut Value, found: &mut Vec<String>) {
    fn add(value: &Value, found: &mut Vec<String>) {
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            match value {
                Value::String(text) => found.push(text.clone()),
                Value::Number(number) => found.push(number.to_string()),
                Value::Array(items) => waiting.extend(items),
                Value::Object(fields) => waiting.extend(fields.values()),
                Value::Null | Value::Bool(_) => {}
            }
        }
    }
    if !value.is_null() {
        add(value, found);
        *value = json!(REDACTED);
    }
}

/// Returns whether the schemas describe a secret, along with the schemas for the property. If there
/// are too many of those, they are `None`.
pub(super) fn below<'a>(
    document: &'a Value,
    schemas: Vec<&'a Value>,
    name: &str,
) -> (bool, Option<Vec<&'a Value>>) {
    match applicable(document, schemas) {
        Some(all) => (
            all.iter().any(|it| is_marked(it)),
            Some(of_property(&all, name)),
        ),
        None => (true, None),
    }
}

/// Returns all schemas that might apply to a value, or `None` if there are too many.
fn applicable<'a>(
    document: &'a Value,
    schemas: Vec<&'a Value>,
) -> Option<Vec<&'a Map<String, Value>>> {
    let (mut seen, mut all, mut waiting) = (HashSet::new(), Vec::new(), schemas);
    while let Some(schema) = waiting.pop() {
        let Value::Object(fields) = schema else {
            continue;
        };
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        if all.len() == MOST {
            return None;
        }
        all.push(fields);
        let reference = fields.get("$ref").and_then(Value::as_str);
        waiting.extend(reference.and_then(|it| document.pointer(&target(it)?)));
        for key in LISTS {
            waiting.extend(
                fields
                    .get(key)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
        waiting.extend(CONDITIONS.iter().filter_map(|key| fields.get(*key)));
        let dependent = fields.get("dependentSchemas").and_then(Value::as_object);
        waiting.extend(dependent.into_iter().flatten().map(|(_, schema)| schema));
    }
    Some(all)
}

fn of_property<'a>(all: &[&'a Map<String, Value>], name: &str) -> Vec<&'a Value> {
    let mut inner = Vec::new();
    for schema in all {
        let named = |key: &str| schema.get(key).and_then(Value::as_object);
        match named("properties").and_then(|it| it.get(name)) {
            Some(own) => inner.push(own),
            None => inner.extend(REST.iter().filter_map(|key| schema.get(*key))),
        }
        // This includes patterns that don't match the name.
        inner.extend(
            named("patternProperties")
                .into_iter()
                .flatten()
                .map(|it| it.1),
        );
    }
    inner
}

fn of_items<'a>(all: &[&'a Map<String, Value>]) -> Vec<&'a Value> {
    let mut inner = Vec::new();
    for schema in all {
        inner.extend(ITEMS.iter().filter_map(|key| schema.get(*key)));
        let first = schema.get("prefixItems").and_then(Value::as_array);
        inner.extend(first.into_iter().flatten());
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(document: &Value, mut value: Value) -> (Value, Vec<String>) {
        let mut found = Vec::new();
        hide(document, vec![&document["a"]], &mut value, 0, &mut found);
        found.sort();
        (value, found)
    }

    #[test]
    fn finds_secrets_in_all_applicable_schemas() {
        let secret = json!({"format": "password"});
        let document = json!({
            "a": {
                "properties": {
                    "list": {"items": secret},
                    "map": {"additionalProperties": secret},
                    "number": {"type": "integer", "format": "password"},
                    "lists": {"items": {"prefixItems": [{}, secret]}},
                    "pattern": {"patternProperties": {"^x": secret}},
                    "either": {"oneOf": [{"$ref": "#/b"}, {"properties": {"word": secret}}]},
                    "when": {"if": {"properties": {"c": {"const": 1}}}, "then": {"properties": {"c": secret}}},
                    "whole": {"type": "object", "format": "password"},
                    "again": {"$ref": "#/a"},
                    "open": {"type": "string"},
                },
                "additionalProperties": secret,
            },
            "b": {"properties": {"word": {"type": "string"}, "open": {}}},
        });
        let value = json!({
            "list": ["s-1", null], "map": {"k": "s-2"}, "number": 471_147, "lists": [["s-3", "s-4"]],
            "pattern": {"y": "s-5"}, "either": {"word": "s-6", "open": "o"}, "when": {"c": "s-7"},
            "whole": {"x": ["s-8"], "flag": true}, "again": {"again": {"list": ["s-9"]}},
            "open": "o", "anything": "s-10",
        });
        let (shown, found) = hidden(&document, value);
        let redacted = json!(REDACTED);
        assert_eq!(
            shown,
            json!({
                "list": [redacted, null], "map": {"k": redacted}, "number": redacted,
                "lists": [[redacted, redacted]], "pattern": {"y": redacted},
                "either": {"word": redacted, "open": "o"}, "when": {"c": redacted},
                "whole": redacted, "again": {"again": {"list": [redacted]}},
                "open": "o", "anything": redacted,
            })
        );
        assert_eq!(
            found,
            [
                "471147", "s-1", "s-10", "s-2", "s-3", "s-4", "s-5", "s-6", "s-7", "s-8", "s-9"
            ]
        );
    }

    #[test]
    fn handles_recursive_schemas() {
        let document =
            json!({"a": {"allOf": [{"$ref": "#/a"}], "anyOf": [{"items": {"$ref": "#/a"}}]}});
        let (shown, found) = hidden(&document, json!([[["open"]]]));
        assert_eq!((shown, found.len()), (json!([[["open"]]]), 0));
    }
}
