//! Detection of secrets (`format: password`) in a document, and the choice of their types.
//!
//! Strings and numbers can be secret, and so can the strings and numbers in a list or a map. Booleans and
//! objects with properties cannot. They only have the format because the overlays select properties by name.
//! The format of such an object is ignored, and each of its properties is considered separately.

use serde_json::{Map, Value, json};
use trackstar_openapi::reference;
use trackstar_openapi::secret::{FORMAT, is_marked};

/// Maximum depth of references and nested schemas that are followed.
const DEEPEST: usize = 32;

/// A classification of schemas by the way in which their values can be secret.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// The schema does not restrict the type.
    Unknown,
    /// `string`, `integer` or `number`.
    Scalar(&'static str),
    /// A list or a map. Contains the rewritten schema, with its values marked as secret.
    Holds(Value),
    /// A boolean or an object with properties.
    Other,
    /// A mixture of types.
    Any,
}

/// Returns the schema to use for the secret `schema`. Returns `None` if the schema is not secret or if its
/// format must be ignored. References are resolved in `root`.
pub(crate) fn marked(schema: &Map<String, Value>, root: &Value) -> Option<Value> {
    if !is_secret(schema, root, DEEPEST) {
        return None;
    }
    let mut marked = match kind(schema, root, DEEPEST) {
        Kind::Unknown | Kind::Any => json!({"format": FORMAT}),
        Kind::Scalar(name) => json!({"type": name, "format": FORMAT}),
        Kind::Holds(schema) => schema,
        Kind::Other => return None,
    };
    // A schema without a type already allows null. With `nullable`, the generator would only accept null.
    let any = marked.get("type").is_none();
    // Keywords that do not reveal the value.
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

/// Returns true if the schema or one of its components has the format. If there are alternatives of the same
/// type, the format on one of them applies to all, because a value does not identify its alternative.
fn is_secret(schema: &Map<String, Value>, root: &Value, depth: usize) -> bool {
    if is_marked(schema) {
        return true;
    }
    if depth == 0 {
        return false;
    }
    // A plain reference to a secret does not count, because its target has the format.
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

/// Returns true if a value of the first schema could also match the second.
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

/// Combines the kinds of two alternatives.
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
        // The schema does not describe the values of the object.
        _ => Kind::Any,
    }
}

/// Returns the schema of a list or a map with all its values marked as secret.
fn holder(schema: &Map<String, Value>, key: &str, root: &Value, depth: usize) -> Value {
    let mut holder = schema.clone();
    holder.remove("format");
    let mut inner = match holder.get(key) {
        Some(Value::Object(inner)) => inner.clone(),
        _ => Map::new(),
    };
    if kind(&inner, root, depth) != Kind::Other {
        // The schema of the values is rewritten when the caller reaches it.
        inner.insert("format".to_owned(), FORMAT.into());
    }
    holder.insert(key.to_owned(), Value::Object(inner));
    Value::Object(holder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(schema: &Value, root: &Value) -> Option<Value> {
        marked(schema.as_object().expect("a schema"), root)
    }

    #[test]
    fn secret_has_the_type_of_its_schema() {
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
    fn list_or_map_marks_its_values_as_secret() {
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
}
