//! Bodies with alternatives that a closed object excludes, and bodies with too many variants.

use serde_json::{Map, Value, json};

use super::{direction, schema_union};
use crate::contents::{items, keys};
use crate::findings::Findings;
use crate::pointer::{get, schema_name};
use crate::preparation::Options;
use crate::reference;
use crate::variants;

/// Maximum number of variants of an enum. A `match` over more would be impractical.
const VARIANTS: usize = 8;

pub(super) fn normalize(document: &mut Value, options: Options, findings: &mut Findings) {
    // The document may have an extension of the same name.
    variants::take(document);
    let directions = direction::Directions::of(document);
    // All schemas are inspected before the first is changed, because it could be a variant of another.
    let mut rewritten = Vec::new();
    for pointer in directions.reached() {
        let Some(Value::Object(schema)) = get(document, pointer) else {
            continue;
        };
        if !has_members(schema) {
            continue;
        }
        let mut schema = schema.clone();
        let opened = open(&mut schema);
        let emptied = empty_properties(&mut schema);
        let shared = share(document, options, &mut schema);
        for note in opened.iter().chain(&shared) {
            findings.note_on(pointer, note);
        }
        if opened.is_some() || emptied || shared.is_some() {
            rewritten.push((pointer, schema));
        }
    }
    // The deepest schemas are replaced first, because replacing a parent would remove them.
    for (pointer, schema) in rewritten.into_iter().rev() {
        if let Some(place) = document.pointer_mut(pointer) {
            *place = Value::Object(schema);
        }
    }
}

/// Returns true if a schema has alternatives or `allOf`. Other schemas are not changed.
fn has_members(schema: &Map<String, Value>) -> bool {
    let mut keys = ["oneOf", "anyOf", "allOf"].into_iter();
    keys.any(|key| schema.contains_key(key))
}

/// Removes a closed object without properties from a schema with alternatives.
///
/// If all alternatives have properties, no value is valid against the schema as it is written.
fn open(schema: &mut Map<String, Value>) -> Option<String> {
    let kind = ["oneOf", "anyOf", "allOf"]
        .into_iter()
        .find(|kind| items(schema.get(*kind)).next().is_some())?;
    let empty = schema.get("properties").is_none_or(|of| of == &json!({}));
    let shut = schema.get("additionalProperties") == Some(&json!(false));
    let object = schema.get("type").is_none_or(|of| of == "object");
    if !(empty && shut && object) {
        return None;
    }
    for key in ["type", "properties", "additionalProperties"] {
        schema.remove(key);
    }
    Some(format!(
        "`additionalProperties: false` next to `{kind}` is dropped because no value would be valid"
    ))
}

/// Removes empty `properties` from a schema with alternatives.
///
/// It does not affect validation, but the generator generates an empty object for it. This also applies
/// if an overlay removed the rest of a closed object.
fn empty_properties(schema: &mut Map<String, Value>) -> bool {
    let alternatives = schema.contains_key("oneOf") || schema.contains_key("anyOf");
    let empty = schema.get("properties") == Some(&json!({}));
    if alternatives && empty {
        schema.remove("properties");
    }
    alternatives && empty
}

/// Returns the component name of a variant. Later passes do not rename components.
fn component(variant: &Value) -> Option<String> {
    schema_name(&reference::target(reference::of(variant)?)?)
}

/// Replaces a union with many variants by an object with their shared properties.
fn share(document: &Value, options: Options, schema: &mut Map<String, Value>) -> Option<String> {
    let kind = ["oneOf", "anyOf"]
        .into_iter()
        .find(|kind| items(schema.get(*kind)).len() > VARIANTS)?;
    if ["properties", "allOf", "not"]
        .iter()
        .any(|key| schema.contains_key(*key))
    {
        return None;
    }
    let variants: Vec<&Value> = items(schema.get(kind)).collect();
    let count = variants.len();
    let mut names: Vec<String> = Vec::new();
    for name in variants.iter().filter_map(|variant| component(variant)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let Value::Object(shared) = schema_union::objects(document, &variants)? else {
        return None;
    };
    let properties = keys(shared.get("properties")).count();
    let (some, are) = if properties == 1 {
        ("property", "is")
    } else {
        ("properties", "are")
    };
    for key in [kind, "discriminator", "type", "additionalProperties"] {
        schema.remove(key);
    }
    schema.extend(shared);
    let mut kept = String::new();
    if options.variants && !names.is_empty() {
        kept = format!(", and {} variants keep their types", names.len());
        variants::mark(schema, &names);
    }
    Some(format!(
        "`{kind}` has {count} variants, which is too many for a Rust enum: {properties} {some} that at least two \
         of them share {are} typed, with the union of their types, and everything else is untyped JSON{kept}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_with_properties_is_not_empty() {
        let of = |value: Value| open(&mut value.as_object().cloned().unwrap_or_default()).is_some();
        let variants = json!([{"type": "object"}]);
        assert!(of(
            json!({"additionalProperties": false, "oneOf": variants})
        ));
        assert!(!of(
            json!({"additionalProperties": true, "oneOf": variants})
        ));
        assert!(!of(json!({"additionalProperties": false})));
        assert!(!of(
            json!({"additionalProperties": false, "oneOf": variants, "properties": {"a": {}}})
        ));
    }
}
