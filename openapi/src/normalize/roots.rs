//! Moves the schemas of bodies, responses and parameters to the components, with the names that the
//! generator would give to their types. The names are therefore decided before the generator runs.
//!
//! The generator does not process webhooks. It makes the types of their payloads, because the schema of each
//! payload becomes a component as a whole, even if it needs no name elsewhere.

use serde_json::Value;

use super::casing::pascal;
use super::hoist::ComponentNames;
use super::inline::type_name;
use super::nullable::needs_name;
use crate::contents::keys;
use crate::model::{Facts, listed_with_webhooks};
use crate::pointer::{below, get};
use crate::reference;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts) {
    let mut names = ComponentNames::of(document);
    for operation in listed_with_webhooks(document) {
        let mut roots: Vec<String> = Vec::new();
        for (pointer, _) in operation.parameters(document) {
            roots.push(below(&pointer, &["schema"]));
        }
        for body in operation.bodies(document) {
            roots.extend(contents(document, &body.pointer));
        }
        for root in roots {
            let mut hoist = |document: &mut Value, place: &str| {
                let name = pascal(&type_name(document, place));
                names.move_from(document, facts, &name, place);
            };
            if let Some(place) = outermost(document, root.clone()) {
                hoist(document, &place);
            }
            if operation.webhook && !get(document, &root).is_some_and(is_reference) {
                hoist(document, &root);
            }
        }
    }
}

/// Returns true if a schema is a reference, possibly with annotations.
fn is_reference(schema: &Value) -> bool {
    let whole = schema.pointer("/allOf/0").unwrap_or(schema);
    reference::of(whole).is_some()
}

/// Returns the pointers of the schemas of a body or a response.
fn contents(document: &Value, pointer: &str) -> Vec<String> {
    let Some((place, value)) = reference::resolve(document, pointer) else {
        return Vec::new();
    };
    let media = keys(value.get("content"));
    media
        .map(|media| below(&place, &["content", media, "schema"]))
        .collect()
}

/// Returns the outermost schema inside lists and maps for which the generator makes a type.
fn outermost(document: &Value, mut pointer: String) -> Option<String> {
    loop {
        let schema = get(document, &pointer)?;
        if schema.get("$ref").is_some() {
            return None;
        }
        if needs_name(schema) {
            return Some(pointer);
        }
        let key = ["items", "additionalProperties"];
        let key = key
            .into_iter()
            .find(|key| schema.get(*key).is_some_and(Value::is_object))?;
        pointer = below(&pointer, &[key]);
    }
}
