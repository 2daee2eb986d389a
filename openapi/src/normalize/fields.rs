//! Reports properties of a schema with the same field name in Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::casing::snake;
use super::collisions::EXTRA;
use super::direction::Directions;
use super::preflight::RENAME;
use crate::contents::{items, keys};
use crate::findings::Findings;
use crate::pointer::get;
use crate::reference::follow;

/// Checks all schemas that operations use. No code is generated for other schemas.
pub(super) fn check(document: &Value, directions: &Directions, findings: &mut Findings) {
    for pointer in directions.reached() {
        let Some(schema) = get(document, pointer) else {
            continue;
        };
        let own = schema.get("properties").and_then(Value::as_object);
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        if has_extra(schema) && own.is_some_and(|own| !own.is_empty()) {
            fields.insert(EXTRA.to_owned(), "the field for additional properties");
        }
        for name in names(document, schema) {
            let Some(other) = fields.insert(snake(name), name) else {
                continue;
            };
            // Properties of the same member are reported at the member.
            if other != name && !within_one_part(document, schema, name, other) {
                findings.problem_on(
                    pointer,
                    format!("`{name}` and `{other}` have the same field name in Rust"),
                    RENAME,
                );
            }
        }
    }
}

/// Returns true if the generator adds a field for additional properties.
fn has_extra(schema: &Value) -> bool {
    schema
        .get("additionalProperties")
        .is_some_and(Value::is_object)
}

fn within_one_part(document: &Value, schema: &Value, one: &str, other: &str) -> bool {
    let mut parts = items(schema.get("allOf"));
    parts.any(|part| {
        let names = names(document, follow(document, part).unwrap_or(part));
        names.contains(&one) && names.contains(&other)
    })
}

/// Maximum nesting of compositions. No person writes a deeper one.
const DEPTH: usize = 64;

/// Returns the property names of a schema and of all its members.
fn names<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    let mut search = FieldSearch {
        document,
        seen: BTreeSet::new(),
        names: Vec::new(),
    };
    search.collect(schema, 0);
    search.names
}

struct FieldSearch<'a> {
    document: &'a Value,
    /// Addresses of visited schemas. Each is visited once.
    seen: BTreeSet<*const Value>,
    names: Vec<&'a str>,
}

impl<'a> FieldSearch<'a> {
    fn collect(&mut self, schema: &'a Value, depth: usize) {
        if depth > DEPTH || !self.seen.insert(std::ptr::from_ref(schema)) {
            return;
        }
        let own = keys(schema.get("properties"));
        self.names.extend(own.map(String::as_str));
        for part in items(schema.get("allOf")) {
            if let Some(part) = follow(self.document, part) {
                self.collect(part, depth + 1);
            }
        }
    }
}
