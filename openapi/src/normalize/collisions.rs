//! Properties that are one name in Rust, such as `fooBar` and `foo_bar`: the generator would give a
//! struct the same field twice. One of them is the field, the others are among the properties that
//! have none, so that nothing is lost; where there is no place for those, the object is JSON. A property
//! that is called like the field for those goes there as well.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::casing::snake;
use super::direction::{Directions, Used};
use super::walk;
use crate::findings::Findings;

/// What the generator calls the field for all other properties.
const EXTRA: &str = "extra";

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
                    "`{one}` and `{other}` are one name in Rust, given as JSON among the properties \
                     that have no field: {}",
                    moved.join(", ")
                ),
            );
            return;
        }
        findings.note_on(
            pointer,
            format!("`{one}` and `{other}` are one name in Rust, the object is given as JSON"),
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

/// Leaves one property of each name, and moves the others to those without a field. Their names;
/// `None` where there is no place for them.
fn among_the_rest(schema: &mut Value) -> Option<Vec<String>> {
    let composed = ["allOf", "anyOf", "oneOf"];
    let rest = schema.get("additionalProperties");
    // Values of another type are JSON as well, from then on.
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
        // The field is the one that is spelt like it.
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

/// Two properties of the schema that have one name.
fn twins(schema: &Value) -> Option<(String, String)> {
    let mut names: BTreeMap<String, &String> = BTreeMap::new();
    let properties = schema.get("properties")?.as_object()?;
    let rest = EXTRA.to_owned();
    // The field is added for `true` as well, later.
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
    fn twins_are_what_the_casing_makes_one() {
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
    fn the_field_is_the_property_that_is_spelt_like_it() {
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
