//! Optional and nullable properties of requests.
//!
//! In an update, null clears a field, and omitting it leaves the field unchanged. The generator has one
//! `Option` for both, so null could not be sent. Such a property gets a type of the client through the
//! generator's extension for existing Rust types. The schema of the value becomes a type parameter. Schemas
//! that need a name become components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::cycles;
use super::direction::Directions;
use super::hoist::ComponentNames;
use super::inline::type_name;
use super::type_parameters::{held, without_null};
use crate::contents::{item_pointers, items, keys, members};
use crate::findings::Findings;
use crate::pointer::{below, get, segments};
use crate::reference;
use crate::rust_type;
use crate::spec::is_annotation;

/// Extension of a property whose null cannot be sent, so that preparing it again adds no note.
pub(super) const UNSENT: &str = "x-null-is-not-sent";

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    let contested = contested(document, directions);
    let knotted = cycles::knotted(&edges(document));
    let mut planned = Vec::new();
    let mut unsent = Vec::new();
    for pointer in directions.reached() {
        let sent = directions.at(pointer).sent;
        let Some(schema) = get(document, pointer).filter(|_| sent) else {
            continue;
        };
        for (name, property) in optional(schema) {
            if !takes_null(property) {
                continue;
            }
            let place = below(pointer, &["properties", name]);
            if contested.contains(&place) {
                let note = "the client cannot send null because the generator merges several declarations of \
                            the property";
                findings.note_on(&place, note);
                unsent.push(place);
            } else if holds_itself(pointer, property, &knotted) {
                let note = "the client cannot send null because the type would contain itself";
                findings.note_on(&place, note);
                unsent.push(place);
            } else {
                planned.push(place);
            }
        }
    }
    for place in unsent {
        if let Some(Value::Object(property)) = document.pointer_mut(&place) {
            property.insert(UNSENT.to_owned(), json!(true));
        }
    }
    let mut names = ComponentNames::of(document);
    // Nested properties come first, because they may move together with their parent.
    for place in planned.into_iter().rev() {
        let Some(Value::Object(mut inner)) = document.pointer_mut(&place).map(Value::take) else {
            continue;
        };
        without_null(&mut inner);
        // Annotations remain at the property.
        let said = ["deprecated", "description", "example"];
        let said = said.map(|key| (key, inner.get(key).cloned()));
        let name = type_name(document, &place);
        let held = held(document, &mut names, inner, &name);
        findings.note_on(
            &place,
            format!(
                "a request can omit the value or set it to null, so its type is `Nullable` with the schema {held}"
            ),
        );
        let mut instead = rust_type::nullable(held);
        for (key, value) in said {
            if let Some(value) = value {
                instead[key] = value;
            }
        }
        if let Some(property) = document.pointer_mut(&place) {
            *property = instead;
        }
    }
}

/// Returns the optional properties.
fn optional(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = members(schema.get("properties"));
    properties.filter(|(name, _)| items(schema.get("required")).all(|other| other != *name))
}

/// Returns true if null is one of several values. An untyped value can already be null.
fn takes_null(schema: &Value) -> bool {
    let says = schema.get("nullable") == Some(&json!(true));
    let answered = schema.get("readOnly") == Some(&json!(true));
    let values = schema.get("enum").and_then(Value::as_array);
    let only = values.is_some_and(|values| values.iter().all(Value::is_null));
    // An enum without null rejects it, regardless of the type. OpenAPI 3.0.3 clarified this, and 3.1
    // states it.
    let refused = values.is_some_and(|values| !values.contains(&Value::Null));
    let keys = schema.as_object().into_iter().flat_map(Map::keys);
    let unsent = schema.get(UNSENT).is_some();
    says && !unsent
        && !answered
        && !only
        && !refused
        && keys
            .filter(|key| !is_annotation(key))
            .any(|key| key != "nullable")
}

/// Returns the properties that several members of a schema declare. The generator merges them and drops
/// the extension.
fn contested(document: &Value, directions: &Directions) -> BTreeSet<String> {
    let mut contested = BTreeSet::new();
    for pointer in directions.reached().filter(|at| directions.at(at).sent) {
        let Some(schema) = get(document, pointer) else {
            continue;
        };
        let composed = ["allOf", "anyOf", "oneOf"];
        if composed.iter().all(|key| schema.get(*key).is_none()) {
            continue;
        }
        let mut base: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut variants: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        own(schema, pointer, &mut base);
        for key in composed {
            let names = if key == "allOf" {
                &mut base
            } else {
                &mut variants
            };
            for part in item_pointers(schema, pointer, key) {
                if let Some((place, part)) = reference::resolve(document, &part) {
                    own(part, &place, names);
                }
            }
        }
        for (name, mut places) in base {
            let others = variants.remove(name).unwrap_or_default();
            places.extend(others);
            if places.len() > 1 {
                contested.extend(places);
            }
        }
    }
    contested
}

fn own<'a>(schema: &'a Value, pointer: &str, names: &mut BTreeMap<&'a str, Vec<String>>) {
    for name in keys(schema.get("properties")) {
        let place = below(pointer, &["properties", name]);
        names.entry(name).or_default().push(place);
    }
}

/// Returns the components that contain others directly, without a list or a map between them.
fn edges(document: &Value) -> cycles::Edges {
    let schemas = members(get(document, "/components/schemas"));
    let edges = schemas.map(|(name, schema)| {
        let mut targets = BTreeSet::new();
        holds(schema, &mut targets);
        (below("/components/schemas", &[name]), targets)
    });
    edges.collect()
}

fn holds(schema: &Value, targets: &mut BTreeSet<String>) {
    if let Some(reference) = reference::of(schema) {
        targets.extend(reference::target(reference));
        return;
    }
    for (_, property) in members(schema.get("properties")) {
        holds(property, targets);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for part in items(schema.get(key)) {
            holds(part, targets);
        }
    }
}

/// Returns true if a property contains its own component. The generator detects this only through an
/// `Option`, and not through existing Rust types.
fn holds_itself(pointer: &str, property: &Value, knotted: &BTreeSet<String>) -> bool {
    let owner: Vec<String> = segments(pointer).take(3).collect();
    let owner: Vec<&str> = owner.iter().map(String::as_str).collect();
    let mut targets = BTreeSet::new();
    holds(property, &mut targets);
    knotted.contains(&below("", &owner)) && targets.iter().any(|target| knotted.contains(target))
}
