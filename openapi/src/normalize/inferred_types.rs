//! Adds or removes keywords of schemas without a type, which the generator does not support.
//!
//! A schema whose keywords imply one type gets that type. Empty `allOf` lists are removed.

use serde_json::{Map, Value, json};

use super::direction::{Directions, Used};
use super::walk;
use crate::findings::Findings;
use crate::secret::is_marked;

/// The keywords of each type.
const FAMILIES: [(&str, &[&str]); 4] = [
    ("string", &["format", "maxLength", "minLength", "pattern"]),
    (
        "number",
        &[
            "exclusiveMaximum",
            "exclusiveMinimum",
            "maximum",
            "minimum",
            "multipleOf",
        ],
    ),
    ("array", &["items", "maxItems", "minItems", "uniqueItems"]),
    (
        "object",
        &[
            "additionalProperties",
            "maxProperties",
            "minProperties",
            "properties",
            "required",
        ],
    ),
];

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    walk::schemas_mut(document, &mut |schema, pointer| {
        let used = directions.at(pointer);
        if used == Used::default() {
            return;
        }
        if let Some(schema) = schema.as_object_mut() {
            if schema.get("allOf").is_some_and(|parts| *parts == json!([])) {
                schema.remove("allOf");
                findings.note_on(pointer, "the empty `allOf` is dropped");
            }
            if let Some(note) = type_of(schema, used.read) {
                findings.note_on(pointer, note);
            }
        }
    });
}

/// Adds the type that the keywords imply, or removes the keywords that only apply to some types.
fn type_of(schema: &mut Map<String, Value>, read: bool) -> Option<String> {
    let others = ["$ref", "allOf", "anyOf", "not", "oneOf", "type"];
    if others.iter().any(|key| schema.contains_key(*key)) {
        return None;
    }
    // A secret remains a secret, regardless of its type.
    let secret = read && is_marked(schema);
    let counts = |key: &&str| !(secret && **key == *"format");
    let says = |keys: &&[&str]| {
        keys.iter()
            .filter(|key| counts(key))
            .any(|key| schema.contains_key(*key))
    };
    let said: Vec<(&str, &[&str])> = FAMILIES
        .into_iter()
        .filter(|(_, keys)| says(keys))
        .collect();
    let listed = schema.contains_key("enum");
    match said.as_slice() {
        [] => return None,
        // The generator infers these types.
        [("array" | "object", _)] if !listed => return None,
        // A response may contain any type, and must not fail because of an inferred one.
        [(kind, _)] if !listed && !read => {
            schema.insert("type".to_owned(), (*kind).into());
            return Some(format!(
                "the type `{kind}` is inferred from the keywords of the schema"
            ));
        }
        _ => {}
    }
    let mut lost = Vec::new();
    for key in said
        .iter()
        .flat_map(|(_, keys)| *keys)
        .filter(|key| counts(key))
    {
        if schema.remove(*key).is_some() {
            lost.push(format!("`{key}`"));
        }
    }
    Some(format!(
        "these keywords are dropped because the schema has no `type`: {}",
        lost.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn infers_the_type_from_its_keywords() {
        let of = |schema: Value, read: bool| {
            let mut fields = schema.as_object().cloned().unwrap_or_default();
            let noted = type_of(&mut fields, read).is_some();
            (Value::Object(fields), noted)
        };
        let text = json!({"minLength": 1});
        let typed = json!({"type": "string", "minLength": 1});
        assert_eq!(of(text.clone(), false), (typed, true));
        assert_eq!(of(text, true), (json!({}), true));
        assert_eq!(
            of(json!({"minLength": 1, "minimum": 1}), false),
            (json!({}), true)
        );
        let secret = json!({"format": "password"});
        assert_eq!(of(secret.clone(), true), (secret.clone(), false));
        let typed = json!({"type": "string", "format": "password"});
        assert_eq!(of(secret.clone(), false), (typed, true));
        let limited = json!({"format": "password", "minLength": 1, "minimum": 1});
        assert_eq!(of(limited, true), (secret, true));
        let listed = json!({"enum": ["a"], "items": {}});
        assert_eq!(of(listed, false), (json!({"enum": ["a"]}), true));
        let object = json!({"properties": {"minLength": {}}});
        assert_eq!(of(object.clone(), true), (object, false));
    }
}
