//! Bodies that are one of many: those that an empty shell shuts, and those of too many variants.

use serde_json::{Map, Value, json};

use super::{direction, schema_union};
use crate::findings::Findings;
use crate::pointer::segments;
use crate::preparation::Options;
use crate::reference;
use crate::variants;

/// More variants than this are no type that a person would write a `match` over.
const VARIANTS: usize = 8;

pub(super) fn normalize(document: &mut Value, options: Options, findings: &mut Findings) {
    let directions = direction::Directions::of(document, options);
    // Rewritten only after all are found: what is rewritten could be a variant of another.
    let mut rewritten = Vec::new();
    for pointer in directions.reached() {
        let Some(Value::Object(schema)) = document.pointer(pointer) else {
            continue;
        };
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
    // The deepest first, so that a rewritten parent does not lose what was below it.
    for (pointer, schema) in rewritten.into_iter().rev() {
        if let Some(place) = document.pointer_mut(pointer) {
            *place = Value::Object(schema);
        }
    }
}

/// An object of no properties that allows no others, beside alternatives that all have some: as it
/// is written nothing satisfies both.
fn open(schema: &mut Map<String, Value>) -> Option<String> {
    let kind = ["oneOf", "anyOf", "allOf"].into_iter().find(|kind| {
        schema
            .get(*kind)
            .and_then(Value::as_array)
            .is_some_and(|of| !of.is_empty())
    })?;
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
        "the schema allowed no property at all beside `{kind}`, so that no value satisfied both; `{kind}` counts"
    ))
}

/// Takes an empty list of properties from beside alternatives: it asserts nothing, and the generator
/// takes it for an object that has none. An overlay may have opened the shell already.
fn empty_properties(schema: &mut Map<String, Value>) -> bool {
    let alternatives = schema.contains_key("oneOf") || schema.contains_key("anyOf");
    let empty = schema.get("properties") == Some(&json!({}));
    if alternatives && empty {
        schema.remove("properties");
    }
    alternatives && empty
}

/// The name of the component that a variant is: nothing renames components after this pass.
fn component(variant: &Value) -> Option<String> {
    let target = reference::target(variant.get("$ref")?.as_str()?)?;
    let mut segments = segments(target.strip_prefix("/components/schemas")?);
    segments.next().filter(|_| segments.next().is_none())
}

/// Many variants give way to what they share.
fn share(document: &Value, options: Options, schema: &mut Map<String, Value>) -> Option<String> {
    let kind = ["oneOf", "anyOf"].into_iter().find(|kind| {
        let variants = schema.get(*kind).and_then(Value::as_array);
        variants.is_some_and(|of| of.len() > VARIANTS)
    })?;
    if ["properties", "allOf", "not"]
        .iter()
        .any(|key| schema.contains_key(*key))
    {
        return None;
    }
    let variants: Vec<&Value> = schema.get(kind)?.as_array()?.iter().collect();
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
    let properties = shared.get("properties").and_then(Value::as_object);
    let properties = properties.map_or(0, Map::len);
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
        kept = format!(
            "; {} of them stay, under the names in `{}`",
            names.len(),
            variants::KEY
        );
        schema.insert(variants::KEY.to_owned(), json!(names));
    }
    Some(format!(
        "`{kind}` has {count} variants; {properties} {some} that at least two of them have {are} typed, \
         and wide enough for all who have them, everything else is given as JSON{kept}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_has_properties_is_no_shell() {
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
