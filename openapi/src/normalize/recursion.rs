//! Schemas that are made of themselves, which the generator would make without an end.
//!
//! It follows `allOf` always, and alternatives where it merges them with something: the schema that
//! stands beside them, or another part of the same `allOf`. What it merges has no name, so that it makes
//! anew all that is within: the same merge in a property of a part has no end either.

mod merges;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::cycles;
use crate::findings::Findings;
use crate::pointer::below;
use crate::reference;

pub(super) fn check(document: &Value, findings: &mut Findings) {
    let schemas = document.pointer("/components/schemas");
    let schemas: BTreeMap<String, &Value> = schemas
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| (below("/components/schemas", &[name]), schema))
        .collect();
    let mut edges = cycles::Edges::new();
    let mut merged = BTreeSet::new();
    let mut todo: Vec<(&str, bool)> = schemas.keys().map(|name| (name.as_str(), false)).collect();
    while let Some((name, merge)) = todo.pop() {
        let mut parts = Parts::new();
        if let Some(schema) = schemas.get(name) {
            made_of(schema, merge, &mut parts);
            merges::within(schema, &mut parts);
        }
        for (target, merge) in parts {
            if let Some((target, _)) = schemas.get_key_value(&target) {
                edges
                    .entry(name.to_owned())
                    .or_default()
                    .insert(target.clone());
                // Seen a second time where it is merged: it is made of more then.
                if merge && merged.insert(target.as_str()) {
                    todo.push((target, true));
                }
            }
        }
    }
    let knotted = cycles::knotted(&edges);
    for pointer in &knotted {
        // A chain of nothing but references is told by the pass that follows them all.
        if schemas
            .get(pointer)
            .is_some_and(|schema| schema.get("$ref").is_none())
        {
            findings.problem_on(
                pointer,
                "the schema is made of itself, without an end",
                "take it out of its own `allOf`, `anyOf` or `oneOf` with an overlay action",
            );
        }
    }
    for pointer in merges::endless(document) {
        findings.problem_on(
            &pointer,
            "the parts of the schema have properties that are merged without an end",
            "write out what it is made of with an overlay action",
        );
    }
    for (pointer, levels) in cycles::towers(&edges, &knotted) {
        if levels > LEVELS {
            findings.problem_on(
                pointer,
                format!("the schema is made of others that are made of others, {levels} levels of them"),
                format!("write out what it is made of with an overlay action, in {LEVELS} levels at most"),
            );
        }
    }
}

/// The generator merges what a schema is made of level by level, each into all that came before:
/// more of them take it minutes, and fill its stack in the end.
const LEVELS: usize = 32;

/// What a schema is made of, and whether that is merged with something.
type Parts = BTreeSet<(String, bool)>;

fn made_of(schema: &Value, merge: bool, parts: &mut Parts) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        parts.extend(reference::target(reference).map(|target| (target, merge)));
        return;
    }
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    let count = |key: &str| list(key).map_or(0, Vec::len);
    let alternatives = ["anyOf", "oneOf"];
    let beside = usize::from(schema.get("properties").is_some())
        + count("allOf")
        + alternatives.iter().filter(|key| count(key) > 0).count();
    let merge = merge || beside > 1;
    for part in list("allOf").into_iter().flatten() {
        made_of(part, merge, parts);
    }
    // What the names of one part are merged with, if another has values for all names.
    if let Some(rest) = schema
        .get("additionalProperties")
        .filter(|rest| merge && rest.is_object())
    {
        made_of(rest, true, parts);
    }
    for key in alternatives.iter().filter(|_| merge) {
        for part in list(key).into_iter().flatten() {
            made_of(part, true, parts);
        }
    }
}
