//! Reports schemas whose composition is infinite, because the generator would not terminate.
//!
//! The generator always follows `allOf`. It follows alternatives if it merges them with something else:
//! with keywords of the same schema, or with another member of the same `allOf`. A merged schema has no
//! name, so everything inside is generated again. Therefore a merge inside a property of a member can be
//! infinite too.

mod merges;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::cycles;
use crate::contents::{items, members};
use crate::findings::Findings;
use crate::pointer::below;
use crate::reference;

pub(super) fn check(document: &Value, findings: &mut Findings) {
    let schemas: BTreeMap<String, &Value> = members(document.pointer("/components/schemas"))
        .map(|(name, schema)| (below("/components/schemas", &[name]), schema))
        .collect();
    let mut edges = cycles::Edges::new();
    let mut merged = BTreeSet::new();
    let mut todo: Vec<(&str, bool)> = schemas.keys().map(|name| (name.as_str(), false)).collect();
    while let Some((name, merge)) = todo.pop() {
        let mut parts = SchemaParts::new();
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
                // A merged schema is visited again, because then it includes more schemas.
                if merge && merged.insert(target.as_str()) {
                    todo.push((target, true));
                }
            }
        }
    }
    let knotted = cycles::knotted(&edges);
    for pointer in &knotted {
        // Another pass reports cycles that consist only of references.
        if schemas
            .get(pointer)
            .is_some_and(|schema| schema.get("$ref").is_none())
        {
            findings.problem_on(
                pointer,
                "the schema is composed of itself",
                "break the cycle of `allOf`, `anyOf` or `oneOf` with an overlay action",
            );
        }
    }
    for pointer in merges::endless(document) {
        findings.problem_on(
            &pointer,
            "merging the members of the schema does not terminate",
            "write out the merged schema with an overlay action",
        );
    }
    for (pointer, levels) in cycles::towers(&edges, &knotted) {
        if levels > LEVELS {
            findings.problem_on(
                pointer,
                format!("the schema nests `allOf`, `anyOf` or `oneOf` {levels} levels deep"),
                format!("reduce the nesting to at most {LEVELS} levels with an overlay action"),
            );
        }
    }
}

/// Maximum number of levels of composition.
///
/// The generator merges level by level, each into all previous ones. With more levels it takes minutes,
/// and finally overflows the stack.
const LEVELS: usize = 32;

/// The schemas that a schema is composed of, and whether they are merged with something.
type SchemaParts = BTreeSet<(String, bool)>;

fn made_of(schema: &Value, merge: bool, parts: &mut SchemaParts) {
    if let Some(reference) = reference::of(schema) {
        parts.extend(reference::target(reference).map(|target| (target, merge)));
        return;
    }
    let merge = merge || merges::is_merged(schema, &["properties"]);
    for part in items(schema.get("allOf")) {
        made_of(part, merge, parts);
    }
    // If additional properties have a schema, it is merged with the properties of the other members.
    if let Some(rest) = schema
        .get("additionalProperties")
        .filter(|rest| merge && rest.is_object())
    {
        made_of(rest, true, parts);
    }
    for key in ["anyOf", "oneOf"].iter().filter(|_| merge) {
        for part in items(schema.get(*key)) {
            made_of(part, true, parts);
        }
    }
}
