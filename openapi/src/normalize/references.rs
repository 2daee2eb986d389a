//! Adapts references to schemas. The generator only supports references to components by plain names.
//!
//! The targets of other references become components. Components whose names collide in Rust are renamed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::casing::{self, distinct, pascal};
use super::hoist::ComponentNames;
use super::walk;
use crate::contents::keys;
use crate::findings::Findings;
use crate::pointer::{below, schema_name, segments};
use crate::reference;
use crate::spec::{Kind, Order, Version, locate, visit_mut};

pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    extract(document, findings);
    // Every reference leads to a component now.
    tell_apart(document, findings);
}

fn extract(document: &mut Value, findings: &mut Findings) {
    let mut moves = BTreeMap::new();
    let mut names = ComponentNames::of(document);
    for (place, reference) in references(document) {
        let Some(target) = reference::target(&reference) else {
            continue;
        };
        let plain = format!("#{target}");
        if schema_name(&target).is_some() {
            if plain != reference {
                moves.insert(reference, plain);
            }
        } else if is_schema(document, &target) && !moves.contains_key(&reference) {
            // The name consists of the segments that are specific to the pointer.
            let words = segments(&target)
                .skip_while(|word| ["components", "paths", "schemas"].contains(&word.as_str()));
            let words: Vec<String> = words.collect();
            let name = pascal(&words.join("-"));
            // The component is filled after all references were updated.
            if let Some(hoisted) = names.hoist(document, &name, Value::Null) {
                findings.note_on(
                    &place,
                    format!("the target of `{reference}` is moved to `{hoisted}` because the generator only supports components"),
                );
                moves.insert(reference, hoisted);
            }
        }
    }
    rename(document, &moves);
    for (from, to) in &moves {
        let part = reference::target(from).and_then(|from| document.pointer(&from).cloned());
        if let Some(place) = document.pointer_mut(to.trim_start_matches('#'))
            && place.is_null()
            && let Some(part) = part
        {
            *place = part;
        }
    }
}

/// Returns true if a location is a schema. The last pass reports references to anything else.
fn is_schema(document: &Value, pointer: &str) -> bool {
    let at = locate(document, Version::V30, segments(pointer));
    at.is_some_and(|(kind, _)| kind == Some(Kind::Schema))
}

/// Returns all references from schemas with their locations.
///
/// Mappings of discriminators are not included, because the generator ignores them.
fn references(document: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    walk::schemas(document, &mut |schema, pointer| {
        if let Some(Value::String(reference)) = schema.get("$ref") {
            all.push((pointer.to_owned(), reference.clone()));
        }
    });
    all
}

fn rename(document: &mut Value, moves: &BTreeMap<String, String>) {
    if moves.is_empty() {
        return;
    }
    let how = (Version::V30, Order::ChildrenFirst);
    visit_mut(document, how, &mut |kind, value, _| {
        let renamed = |value: &Value| moves.get(value.as_str()?).cloned().map(Value::String);
        match kind {
            Kind::Schema => {
                if let Some(reference) = value.get_mut("$ref")
                    && let Some(renamed) = renamed(reference)
                {
                    *reference = renamed;
                }
            }
            Kind::Discriminator => {
                let mapping = value.get_mut("mapping").and_then(Value::as_object_mut);
                for target in mapping.into_iter().flat_map(Map::values_mut) {
                    if let Some(renamed) = renamed(target) {
                        *target = renamed;
                    }
                }
            }
            _ => {}
        }
    });
}

/// Numbers the later of components such as `order` and `Order`, which become the same Rust type.
fn tell_apart(document: &mut Value, findings: &mut Findings) {
    let names = keys(document.pointer("/components/schemas"));
    let names: Vec<String> = names.cloned().collect();
    let mut free = ComponentNames::of(document);
    let hidden: Vec<String> = casing::HIDDEN.iter().map(ToString::to_string).collect();
    let mut first: BTreeMap<String, &String> =
        hidden.iter().map(|name| (distinct(name), name)).collect();
    let mut moves = BTreeMap::new();
    for name in &names {
        let Some(other) = first.get(&distinct(name)).copied() else {
            first.insert(distinct(name), name);
            continue;
        };
        let pointer = below("/components/schemas", &[name]);
        let schemas = document.pointer_mut("/components/schemas");
        let schema = schemas.and_then(|schemas| schemas.as_object_mut()?.remove(name));
        let Some(schema) = schema else { continue };
        let Some(hoisted) = free.hoist(document, &pascal(name), schema) else {
            continue;
        };
        findings.note_on(
            &pointer,
            if casing::HIDDEN.contains(&other.as_str()) {
                format!("the schema is renamed to `{hoisted}` because its type would shadow `{other}` in Rust")
            } else {
                format!(
                    "the schema is renamed to `{hoisted}` because `{other}` has the same name in Rust"
                )
            },
        );
        moves.insert(name.clone(), hoisted.clone());
        moves.insert(format!("#{pointer}"), hoisted);
    }
    rename(document, &moves);
}
