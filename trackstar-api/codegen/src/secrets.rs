//! Where a document has secrets (`format: password`), and which of our types holds each.
//!
//! Secrecy belongs to the place of a schema: to a text, to a number, and to what a list or a map of
//! those holds. It is not of objects with properties of their own and of booleans, which have the mark
//! only because the overlays give it to properties by their names. The mark of such an object is
//! ignored, and each of its properties has its own.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use trackstar_openapi::reference;

/// The format of a secret.
pub(crate) const PASSWORD: &str = "password";

/// References and schemas of schemas are followed this far.
const DEEPEST: usize = 32;

/// What a schema is of, as far as secrets can be it.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Nothing is said of it.
    Unknown,
    /// `string`, `integer` or `number`.
    Scalar(&'static str),
    /// A list or a map: the schema as it is to be, all in it marked.
    Holds(Value),
    /// An object with properties, or a boolean.
    Other,
    /// Several of these.
    Any,
}

/// Returns the schema that stands for a secret in the place of `schema`. Returns `None` if the schema is
/// not of a secret, and if the mark is to be ignored. References lead into `root`.
pub(crate) fn marked(schema: &Map<String, Value>, root: &Value) -> Option<Value> {
    if !is_secret(schema, root, DEEPEST) {
        return None;
    }
    let mut marked = match kind(schema, root, DEEPEST) {
        Kind::Unknown | Kind::Any => json!({"format": PASSWORD}),
        Kind::Scalar(name) => json!({"type": name, "format": PASSWORD}),
        Kind::Holds(schema) => schema,
        Kind::Other => return None,
    };
    // Null is among any values, and the generator would take nothing but null for them.
    let any = marked.get("type").is_none();
    // What tells nothing of the value.
    for key in [
        "deprecated",
        "description",
        "nullable",
        "readOnly",
        "title",
        "writeOnly",
    ] {
        if let Some(value) = schema.get(key).filter(|_| !any || key != "nullable") {
            marked[key] = value.clone();
        }
    }
    Some(marked)
}

fn has_mark(schema: &Map<String, Value>) -> bool {
    schema.get("format").is_some_and(|it| it == PASSWORD)
}

fn target<'a>(schema: &Map<String, Value>, root: &'a Value) -> Option<&'a Map<String, Value>> {
    let reference = schema.get("$ref")?.as_str()?;
    root.pointer(&reference::target(reference)?)?.as_object()
}

fn list<'a>(
    schema: &'a Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = &'a Map<String, Value>> {
    let list = schema.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object)
}

/// Whether the mark is on the schema, or on one that it is made of. Of alternatives it is on all of
/// the same type, because a value does not say which of them it is.
fn is_secret(schema: &Map<String, Value>, root: &Value, depth: usize) -> bool {
    if has_mark(schema) {
        return true;
    }
    if depth == 0 {
        return false;
    }
    // A reference to a secret is to a type that is one.
    let by_parts = list(schema, "allOf").any(|part| {
        let part = target(part, root).unwrap_or(part);
        is_secret(part, root, depth - 1)
    });
    by_parts
        || ["anyOf", "oneOf"].iter().any(|key| {
            let alternatives: Vec<_> = list(schema, key)
                .map(|one| target(one, root).unwrap_or(one))
                .collect();
            alternatives.iter().enumerate().any(|(index, one)| {
                is_secret(one, root, depth - 1)
                    && alternatives
                        .iter()
                        .enumerate()
                        .any(|(other, plain)| other != index && alike(one, plain, root, depth - 1))
            })
        })
}

/// Whether a value of one schema could be of the other.
fn alike(one: &Map<String, Value>, other: &Map<String, Value>, root: &Value, depth: usize) -> bool {
    match (kind(one, root, depth), kind(other, root, depth)) {
        (Kind::Scalar(one), Kind::Scalar(other)) => {
            one == other || (one != "string" && other != "string")
        }
        (Kind::Scalar(_), Kind::Unknown | Kind::Any) | (Kind::Unknown | Kind::Any, _) => true,
        _ => false,
    }
}

fn kind(schema: &Map<String, Value>, root: &Value, depth: usize) -> Kind {
    let Some(depth) = depth.checked_sub(1) else {
        return Kind::Unknown;
    };
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => return Kind::Scalar("string"),
        Some("integer") => return Kind::Scalar("integer"),
        Some("number") => return Kind::Scalar("number"),
        Some("array") => return Kind::Holds(holder(schema, "items", root, depth)),
        Some("object") if is_map(schema) => return map(schema, root, depth),
        Some(_) => return Kind::Other,
        None => {}
    }
    if let Some(target) = target(schema, root) {
        return kind(target, root, depth);
    }
    let of_values = schema.get("enum").and_then(Value::as_array);
    if of_values.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string)) {
        return Kind::Scalar("string");
    }
    if schema.contains_key("properties") {
        return Kind::Other;
    }
    let mut found = Kind::Unknown;
    for part in list(schema, "allOf") {
        let part = kind(part, root, depth);
        if found == Kind::Unknown || part == Kind::Other {
            found = part;
        }
    }
    for key in ["anyOf", "oneOf"] {
        let of = list(schema, key).map(|one| kind(one, root, depth));
        match (found.clone(), of.reduce(either)) {
            (Kind::Unknown, Some(alternatives)) => found = alternatives,
            (known, _) => found = known,
        }
    }
    found
}

/// What is one or the other.
fn either(one: Kind, other: Kind) -> Kind {
    match (one, other) {
        (one, other) if one == other => one,
        (Kind::Scalar("integer"), Kind::Scalar("number"))
        | (Kind::Scalar("number"), Kind::Scalar("integer")) => Kind::Scalar("number"),
        _ => Kind::Any,
    }
}

fn is_map(schema: &Map<String, Value>) -> bool {
    let none = |key: &str| match schema.get(key) {
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Array(parts)) => parts.is_empty(),
        _ => true,
    };
    ["properties", "allOf", "anyOf", "oneOf"]
        .into_iter()
        .all(none)
}

fn map(schema: &Map<String, Value>, root: &Value, depth: usize) -> Kind {
    match schema.get("additionalProperties") {
        Some(Value::Object(_)) => Kind::Holds(holder(schema, "additionalProperties", root, depth)),
        Some(Value::Bool(false)) => Kind::Other,
        // An object of which nothing is known.
        _ => Kind::Any,
    }
}

/// A list or a map all of whose values are marked.
fn holder(schema: &Map<String, Value>, key: &str, root: &Value, depth: usize) -> Value {
    let mut holder = schema.clone();
    holder.remove("format");
    let mut inner = match holder.get(key) {
        Some(Value::Object(inner)) => inner.clone(),
        _ => Map::new(),
    };
    if kind(&inner, root, depth) != Kind::Other {
        // It is marked itself when it is come to.
        inner.insert("format".to_owned(), PASSWORD.into());
    }
    holder.insert(key.to_owned(), Value::Object(inner));
    Value::Object(holder)
}

/// Returns true if a value of the schema may hold a secret anywhere within. References lead into `root`.
pub(crate) fn within(schema: &Value, root: &Value) -> bool {
    let mut seen = HashSet::new();
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(fields) => {
                if has_mark(fields) {
                    return true;
                }
                if let Some(Value::String(reference)) = fields.get("$ref")
                    && seen.insert(reference)
                {
                    waiting.extend(reference::target(reference).and_then(|at| root.pointer(&at)));
                }
                // Examples and the like hold values, and no schemas.
                let schemas = fields.iter().filter(|(key, _)| {
                    !["default", "enum", "example", "examples", "const"].contains(&key.as_str())
                });
                waiting.extend(schemas.map(|(_, value)| value));
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(schema: &Value, root: &Value) -> Option<Value> {
        marked(schema.as_object().expect("a schema"), root)
    }

    #[test]
    fn the_type_of_a_secret_follows_from_its_place() {
        let root = json!({
            "text": {"type": "string", "maxLength": 9},
            "list": {"type": "array", "items": {"$ref": "#/text"}},
            "object": {"type": "object", "properties": {"a": {"type": "string"}}},
            "circle": {"allOf": [{"$ref": "#/circle"}]},
            "secret": {"type": "string", "format": "password"},
        });
        let text = json!({"type": "string", "format": "password"});
        let integer = json!({"type": "integer", "format": "password"});
        let number = json!({"type": "number", "format": "password"});
        let any = json!({"format": "password"});
        for (schema, expected) in [
            (
                json!({"type": "string", "format": "password", "pattern": "a", "x-a": 1}),
                Some(&text),
            ),
            (
                json!({"type": "string", "format": "password", "enum": ["a"]}),
                Some(&text),
            ),
            (json!({"format": "password", "enum": ["a"]}), Some(&text)),
            (
                json!({"type": "integer", "format": "password", "minimum": 1}),
                Some(&integer),
            ),
            (
                json!({"type": "integer", "format": "password", "enum": [1]}),
                Some(&integer),
            ),
            (
                json!({"type": "number", "format": "password"}),
                Some(&number),
            ),
            (json!({"format": "password"}), Some(&any)),
            (json!({"format": "password", "nullable": true}), Some(&any)),
            (json!({"$ref": "#/text", "format": "password"}), Some(&text)),
            (
                json!({"format": "password", "allOf": [{"$ref": "#/text"}]}),
                Some(&text),
            ),
            (
                json!({"allOf": [{"$ref": "#/text"}, {"format": "password"}]}),
                Some(&text),
            ),
            (
                json!({"allOf": [{"type": "string"}, {"$ref": "#/secret"}]}),
                Some(&text),
            ),
            (
                json!({"format": "password", "oneOf": [{"type": "integer"}, {"type": "number"}]}),
                Some(&number),
            ),
            (
                json!({"format": "password", "anyOf": [{"type": "integer"}, {"type": "string"}]}),
                Some(&any),
            ),
            (
                json!({"format": "password", "anyOf": [{"type": "string"}, {"$ref": "#/object"}]}),
                Some(&any),
            ),
            (
                json!({"anyOf": [{"$ref": "#/secret"}, {"type": "string", "format": "uuid"}]}),
                Some(&text),
            ),
            (
                json!({"anyOf": [{"$ref": "#/secret"}, {"type": "integer"}]}),
                None,
            ),
            (json!({"type": "object", "format": "password"}), Some(&any)),
            (
                json!({"$ref": "#/circle", "format": "password"}),
                Some(&any),
            ),
            (json!({"$ref": "#/secret"}), None),
            (json!({"$ref": "#/object", "format": "password"}), None),
            (
                json!({"type": "object", "format": "password", "additionalProperties": false}),
                None,
            ),
            (json!({"type": "boolean", "format": "password"}), None),
            (json!({"type": "string"}), None),
        ] {
            assert_eq!(of(&schema, &root).as_ref(), expected, "{schema}");
        }
    }

    #[test]
    fn the_mark_of_a_list_or_map_is_that_of_its_values() {
        let root = json!({"list": {"type": "array", "items": {"type": "integer"}}});
        assert_eq!(
            of(
                &json!({"type": "array", "format": "password", "nullable": true}),
                &root
            ),
            Some(json!({"type": "array", "nullable": true, "items": {"format": "password"}}))
        );
        assert_eq!(
            of(
                &json!({"$ref": "#/list", "format": "password", "description": "d"}),
                &root
            ),
            Some(json!({
                "type": "array", "description": "d",
                "items": {"type": "integer", "format": "password"},
            }))
        );
        let map = json!({
            "type": "object", "format": "password",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        });
        let marked = of(&map, &root).expect("a map");
        assert_eq!(
            marked["additionalProperties"],
            json!({"type": "array", "format": "password", "items": {"type": "string"}})
        );
        let flags = json!({"type": "array", "format": "password", "items": {"type": "boolean"}});
        assert_eq!(
            of(&flags, &root),
            Some(json!({"type": "array", "items": {"type": "boolean"}}))
        );
    }

    #[test]
    fn a_secret_is_found_at_any_depth_and_in_no_example() {
        let root = json!({
            "a": {"properties": {"b": {"items": {"$ref": "#/b"}}}},
            "b": {"oneOf": [{"$ref": "#/a"}, {"additionalProperties": {"format": "password"}}]},
            "c": {"properties": {"c": {"$ref": "#/c"}}, "example": {"format": "password"}},
        });
        for (name, expected) in [("a", true), ("b", true), ("c", false)] {
            assert_eq!(
                within(&json!({"$ref": format!("#/{name}")}), &root),
                expected
            );
        }
    }
}
