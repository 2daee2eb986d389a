//! Properties that are one name in Rust, such as `fooBar` and `foo_bar`: the generator would give a
//! struct the same field twice. Such an object is read and sent as JSON, so that nothing of it is
//! lost.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::casing::snake;
use super::direction::{Directions, Used};
use super::walk;
use crate::findings::Findings;

pub(super) fn cure(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    walk::schemas_mut(document, &mut |schema, pointer| {
        if directions.at(pointer) == Used::default() {
            return;
        }
        let Some((one, other)) = twins(schema) else {
            return;
        };
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

/// Two properties of the schema that have one name.
fn twins(schema: &Value) -> Option<(String, String)> {
    let mut names: BTreeMap<String, &String> = BTreeMap::new();
    let properties = schema.get("properties")?.as_object()?;
    // The generator calls the rest so.
    let rest = "extra".to_owned();
    if schema
        .get("additionalProperties")
        .is_some_and(Value::is_object)
    {
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
}
