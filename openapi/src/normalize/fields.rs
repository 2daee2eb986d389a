//! Properties of one schema that would be one field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::casing::snake;
use super::direction::Directions;
use super::preflight::RENAME;
use crate::findings::Findings;
use crate::reference::follow;

/// The field for the properties that have no name in the document.
const EXTRA: &str = "extra";

/// Looks at what is reached: of the rest nothing is generated.
pub(super) fn check(document: &Value, directions: &Directions, findings: &mut Findings) {
    for pointer in directions.reached() {
        let Some(schema) = document.pointer(pointer) else {
            continue;
        };
        let own = schema.get("properties").and_then(Value::as_object);
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        if has_extra(schema) && own.is_some_and(|own| !own.is_empty()) {
            fields.insert(EXTRA.to_owned(), "the field for all other properties");
        }
        for name in names(document, schema) {
            let Some(other) = fields.insert(snake(name), name) else {
                continue;
            };
            // What a part has by itself is told at the part.
            if other != name && !within_one_part(document, schema, name, other) {
                findings.problem_on(
                    pointer,
                    format!("`{name}` and `{other}` would be one field"),
                    RENAME,
                );
            }
        }
    }
}

/// Whether the generator adds a field for properties that have no name in the document.
fn has_extra(schema: &Value) -> bool {
    schema
        .get("additionalProperties")
        .is_some_and(Value::is_object)
}

fn within_one_part(document: &Value, schema: &Value, one: &str, other: &str) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let mut parts = parts.into_iter().flatten();
    parts.any(|part| {
        let names = names(document, follow(document, part).unwrap_or(part));
        names.contains(&one) && names.contains(&other)
    })
}

/// Compositions deeper than this are no document that a person wrote.
const DEPTH: usize = 64;

/// The names of the properties of a schema, and of all that it is made of.
fn names<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    let mut search = Search {
        document,
        seen: BTreeSet::new(),
        names: Vec::new(),
    };
    search.collect(schema, 0);
    search.names
}

struct Search<'a> {
    document: &'a Value,
    /// The schemas that were looked at, by where they are in memory: each counts once.
    seen: BTreeSet<*const Value>,
    names: Vec<&'a str>,
}

impl<'a> Search<'a> {
    fn collect(&mut self, schema: &'a Value, depth: usize) {
        if depth > DEPTH || !self.seen.insert(std::ptr::from_ref(schema)) {
            return;
        }
        let own = schema.get("properties").and_then(Value::as_object);
        let own = own.into_iter().flat_map(Map::keys);
        self.names.extend(own.map(String::as_str));
        let parts = schema.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            if let Some(part) = follow(self.document, part) {
                self.collect(part, depth + 1);
            }
        }
    }
}
