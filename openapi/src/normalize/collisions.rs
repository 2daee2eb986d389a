//! Properties whose names are equal in Rust, such as `fooBar` and `foo_bar`.
//!
//! The generator would declare the same field twice. One property becomes the field, and the others are
//! moved to the additional properties, so nothing is lost. If the object cannot have additional
//! properties, it becomes JSON. A property with the name of the field for additional properties is moved
//! too.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::casing::snake;
use super::direction::{Directions, Used};
use super::walk;
use crate::findings::Findings;

/// Name of the generated field for additional properties.
pub(super) const EXTRA: &str = "extra";

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    walk::schemas_mut(document, &mut |schema, pointer| {
        if directions.at(pointer) == Used::default() {
            return;
        }
        let Some((one, other)) = twins(schema) else {
            return;
        };
        if let Some(moved) = among_the_rest(schema) {
            let moved: Vec<String> = moved.iter().map(|name| format!("`{name}`")).collect();
            findings.note_on(
                pointer,
                format!(
                    "`{one}` and `{other}` have the same name in Rust, so these become additional properties: {}",
                    moved.join(", ")
                ),
            );
            return;
        }
        findings.note_on(
            pointer,
            format!(
                "`{one}` and `{other}` have the same name in Rust, so the object is untyped JSON"
            ),
        );
        if let Some(schema) = schema.as_object_mut() {
            for key in ["properties", "required", "allOf", "anyOf", "oneOf"] {
                schema.remove(key);
            }
            schema.insert("type".to_owned(), json!("object"));
            schema.insert("additionalProperties".to_owned(), json!(true));
        }
    });
}

/// Keeps one property of each Rust name, and moves the others to the additional properties.
///
/// Returns the names of moved properties, or `None` if there cannot be additional properties.
fn among_the_rest(schema: &mut Value) -> Option<Vec<String>> {
    let composed = ["allOf", "anyOf", "oneOf"];
    let rest = schema.get("additionalProperties");
    // A type of additional properties does not matter, because they all become JSON.
    let object = rest.is_none_or(|rest| rest.is_boolean() || rest.is_object());
    if !object || composed.iter().any(|key| schema.get(*key).is_some()) {
        return None;
    }
    let mut names: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for name in schema.get("properties")?.as_object()?.keys() {
        names.entry(snake(name)).or_default().push(name);
    }
    let moved = names.into_iter().flat_map(|(field, mut same)| {
        if field == EXTRA {
            return same.into_iter().cloned().collect::<Vec<_>>();
        }
        // The field keeps the property with the same spelling.
        let first = same.iter().position(|name| **name == field).unwrap_or(0);
        same.remove(first);
        same.into_iter().cloned().collect()
    });
    let moved: Vec<String> = moved.collect();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| !moved.contains(name));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !moved.iter().any(|moved| name == moved));
        if required.is_empty() {
            schema.as_object_mut()?.remove("required");
        }
    }
    schema["additionalProperties"] = json!({});
    Some(moved)
}

/// Returns two properties of a schema with the same name in Rust.
fn twins(schema: &Value) -> Option<(String, String)> {
    let mut names: BTreeMap<String, &String> = BTreeMap::new();
    let properties = schema.get("properties")?.as_object()?;
    let rest = EXTRA.to_owned();
    // A later pass also adds the field for `true`.
    let added = schema.get("additionalProperties");
    if added.is_some_and(|added| added.is_object() || *added == json!(true)) {
        names.insert(rest.clone(), &rest);
    }
    properties.keys().find_map(|name| {
        let before = names.insert(snake(name), name)?;
        Some((before.clone(), name.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_that_are_equal_in_snake_case() {
        let of = |value: Value| twins(&json!({"properties": value}));
        let pair = Some(("fooBar".to_owned(), "foo_bar".to_owned()));
        assert_eq!(of(json!({"fooBar": {}, "foo_bar": {}})), pair);
        assert_eq!(of(json!({"foo": {}, "fooBar": {}})), None);
        assert_eq!(twins(&json!({"properties": []})), None);
        let open = json!({"properties": {"extra": {}}, "additionalProperties": {}});
        assert_eq!(twins(&open), Some(("extra".to_owned(), "extra".to_owned())));
        assert_eq!(of(json!({"extra": {}})), None);
    }

    #[test]
    fn keeps_the_property_that_is_spelled_like_the_field() {
        let mut schema = json!({
            "properties": {"FooBar": {}, "foo-bar": {}, "foo_bar": {}, "other": {}},
            "required": ["FooBar", "other"],
        });
        let moved = among_the_rest(&mut schema);
        assert_eq!(moved, Some(vec!["FooBar".to_owned(), "foo-bar".to_owned()]));
        assert_eq!(
            schema,
            json!({
                "properties": {"foo_bar": {}, "other": {}},
                "required": ["other"],
                "additionalProperties": {},
            })
        );
        let mut extra = json!({
            "properties": {"Extra": {}, "extra": {}, "other": {}}, "additionalProperties": {"type": "string"},
        });
        let moved = among_the_rest(&mut extra);
        assert_eq!(moved, Some(vec!["Extra".to_owned(), "extra".to_owned()]));
        let expected = json!({"properties": {"other": {}}, "additionalProperties": {}});
        assert_eq!(extra, expected);
    }
}
