//! Computes a schema that accepts the values of several schemas.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::walk::Fuel;
use crate::contents::{items, keys, members};
use crate::reference::follow;
use crate::spec::is_composed;

/// Maximum depth. Below it everything is JSON, because schemas can be recursive.
const DEPTH: usize = 6;

/// Returns an object schema that accepts all variants, or `None` if a variant is not an object.
///
/// Properties of a single variant become additional properties. When variants are added, the result only
/// gets wider.
pub(super) fn objects(document: &Value, variants: &[&Value]) -> Option<Value> {
    let resolved: Option<Vec<&Value>> = variants.iter().map(|of| follow(document, of)).collect();
    let resolved = resolved?;
    resolved
        .iter()
        .all(|variant| is_plain_object(variant))
        .then(|| object(document, &resolved, 0, &Fuel::new()))
}

fn is_plain_object(schema: &Value) -> bool {
    let kind = schema.get("type");
    (kind.is_some_and(|of| of == "object")
        || (kind.is_none() && schema.get("properties").is_some()))
        && !is_composed(schema)
}

fn object(document: &Value, variants: &[&Value], depth: usize, fuel: &Fuel) -> Value {
    let mut properties: BTreeMap<&String, Vec<&Value>> = BTreeMap::new();
    for variant in variants {
        for (name, schema) in members(variant.get("properties")) {
            properties.entry(name).or_default().push(schema);
        }
    }
    properties.retain(|_, schemas| schemas.len() > 1 || variants.len() == 1);
    let needs =
        |variant: &Value, name: &str| items(variant.get("required")).any(|other| other == name);
    let required: Vec<&String> = properties
        .keys()
        .copied()
        .filter(|name| variants.iter().all(|variant| needs(variant, name)))
        .collect();
    // For `true` the generator ignores additional properties instead of keeping them.
    let mut shared = json!({"type": "object", "additionalProperties": {}});
    if !required.is_empty() {
        shared["required"] = json!(required);
    }
    let merged: Map<String, Value> = properties
        .into_iter()
        .map(|(name, schemas)| (name.clone(), merge(document, &schemas, depth + 1, fuel)))
        .collect();
    shared["properties"] = Value::Object(merged);
    shared
}

fn merge(document: &Value, schemas: &[&Value], depth: usize, fuel: &Fuel) -> Value {
    if let [first, rest @ ..] = schemas
        && rest.iter().all(|other| other == first)
    {
        return (*first).clone();
    }
    let mut null = false;
    let resolved = schemas.iter().map(|of| {
        null |= is_null(of);
        let of = follow(document, alone(of))?;
        null |= is_null(of);
        Some(of)
    });
    let resolved: Option<Vec<&Value>> = resolved.collect();
    let described = schemas.iter().chain(resolved.iter().flatten());
    let description = described
        .filter_map(|schema| schema.get("description"))
        .find(|description| description.as_str().is_some_and(|text| !text.is_empty()));
    let mut merged = match resolved {
        Some(resolved) if depth < DEPTH && fuel.step().is_some() => {
            shape(document, &resolved, depth, fuel)
        }
        _ => json!({}),
    };
    // An untyped schema already accepts null.
    if null && merged != json!({}) {
        merged["nullable"] = json!(true);
    }
    if let Some(description) = description {
        merged["description"] = description.clone();
    }
    merged
}

/// Returns the common type of the schemas, or an empty schema if they differ.
fn shape(document: &Value, schemas: &[&Value], depth: usize, fuel: &Fuel) -> Value {
    let anything = json!({});
    let mut kinds: Vec<&str> = schemas
        .iter()
        .map(|schema| {
            schema
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default()
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let plain = !schemas.iter().any(|schema| is_composed(schema));
    match kinds.as_slice() {
        _ if !plain => anything,
        ["object"] => object(document, schemas, depth, fuel),
        ["array"] => {
            let items: Vec<&Value> = schemas.iter().filter_map(|of| of.get("items")).collect();
            let items = if items.len() == schemas.len() {
                merge(document, &items, depth + 1, fuel)
            } else {
                anything
            };
            json!({"type": "array", "items": items})
        }
        ["integer", "number"] => json!({"type": "number"}),
        [kind @ ("boolean" | "integer" | "number" | "string")] => {
            let mut merged = json!({"type": kind});
            for key in ["format", "enum"] {
                let first = schemas[0].get(key);
                if schemas.iter().all(|schema| schema.get(key) == first)
                    && let Some(first) = first
                {
                    merged[key] = first.clone();
                }
            }
            merged
        }
        _ => anything,
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("nullable") == Some(&json!(true))
}

/// Returns the only member of a schema, which is the usual form of a nullable reference.
fn alone(schema: &Value) -> &Value {
    // Other annotations would be lost, because a reference ignores siblings such as directions and defaults.
    let says_nothing = [
        "allOf",
        "nullable",
        "description",
        "title",
        "example",
        "deprecated",
    ];
    let mut keys = keys(Some(schema));
    match items(schema.get("allOf")).as_slice() {
        [one] if keys.all(|key| says_nothing.contains(&key.as_str())) => one,
        _ => schema,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn union_accepts_the_values_of_all_schemas() {
        let document = json!({"components": {"schemas": {
            "A": {"type": "object", "required": ["id", "n"], "properties": {
                "id": {"type": "string", "format": "uuid"},
                "n": {"type": "integer"},
                "rows": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "string"}}}},
                "mine": {"type": "string"},
                "size": {"type": "object", "properties": {"w": {"type": "integer"}}},
            }},
            "B": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string", "nullable": true},
                "n": {"type": "number"},
                "rows": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "boolean"}}}},
                "size": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Size"}]},
            }},
            "Size": {"type": "object", "properties": {"w": {"type": "number"}}},
        }}});
        let a = json!({"$ref": "#/components/schemas/A"});
        let b = json!({"$ref": "#/components/schemas/B"});
        let row = json!({"type": "object", "additionalProperties": {}, "properties": {"x": {}}});
        assert_eq!(
            objects(&document, &[&a, &b]),
            Some(json!({
                "type": "object", "additionalProperties": {}, "required": ["id"], "properties": {
                    "id": {"type": "string", "nullable": true},
                    "n": {"type": "number"},
                    "rows": {"type": "array", "items": row},
                    "size": {
                        "type": "object", "nullable": true, "additionalProperties": {},
                        "properties": {"w": {"type": "number"}},
                    },
                },
            }))
        );
        assert_eq!(objects(&document, &[&a, &json!({"type": "string"})]), None);
    }
}
