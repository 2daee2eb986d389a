//! Finds schemas that the generator merges from several, at any location. It generates everything inside
//! again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::walk::{self, Fuel};
use super::{SchemaParts, made_of};
use crate::contents::{item_pointers, items, keys};
use crate::pointer::below;
use crate::reference::{self, resolve};

/// Adds the merged schemas inside a schema: in its properties, items and alternatives, up to the next
/// reference.
pub(super) fn within(schema: &Value, parts: &mut SchemaParts) {
    let fields = schema.as_object().into_iter().flatten();
    for (key, value) in fields {
        let inner: Vec<&Value> = match (key.as_str(), value) {
            ("properties", Value::Object(map)) => map.values().collect(),
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => list.iter().collect(),
            ("items" | "additionalProperties", value) => vec![value],
            _ => continue,
        };
        for inner in inner {
            if is_merged(inner, &OWN) {
                made_of(inner, true, parts);
            }
            within(inner, parts);
        }
    }
}

/// Keywords of a schema that are merged with those of its members.
const OWN: [&str; 2] = ["properties", "additionalProperties"];

/// Returns true if the generator merges the schema from several, including one with the keywords `own`.
pub(super) fn is_merged(schema: &Value, own: &[&str]) -> bool {
    let count = |key: &str| items(schema.get(key)).len();
    let alternatives = ["anyOf", "oneOf"];
    let beside = usize::from(own.iter().any(|key| schema.get(*key).is_some()))
        + count("allOf")
        + alternatives.iter().filter(|key| count(key) > 0).count();
    beside > 1
}

/// Returns the pointers of schemas whose members have properties of the same name, if merging these
/// properties leads to the same merge again.
pub(super) fn endless(document: &Value) -> Vec<String> {
    let mut merged = Vec::new();
    walk::schemas(document, &mut |schema, pointer| {
        if is_merged(schema, &OWN) {
            merged.push(pointer.to_owned());
        }
    });
    let fuel = Fuel::new();
    merged.retain(|pointer| {
        let mut search = MergeSearch {
            document,
            fuel: &fuel,
            done: BTreeSet::new(),
            open: Vec::new(),
        };
        search.ends(BTreeSet::from([pointer.clone()])) == Some(false)
    });
    merged
}

/// The pointers of the schemas that are merged into one.
type Merge = BTreeSet<String>;

struct MergeSearch<'a> {
    document: &'a Value,
    fuel: &'a Fuel,
    done: BTreeSet<Merge>,
    open: Vec<Merge>,
}

impl MergeSearch<'_> {
    /// Returns false if a merge is infinite, or `None` if the search is too long to decide.
    fn ends(&mut self, merge: Merge) -> Option<bool> {
        if self.open.contains(&merge) {
            return Some(false);
        }
        if self.done.contains(&merge) {
            return Some(true);
        }
        let _step = self.fuel.step()?;
        let mut inner: BTreeMap<String, Merge> = BTreeMap::new();
        for pointer in &merge {
            self.collect(pointer, &mut inner);
        }
        self.open.push(merge.clone());
        for merge in inner.into_values().filter(|merge| merge.len() > 1) {
            if !self.ends(merge)? {
                return Some(false);
            }
        }
        self.open.pop();
        self.done.insert(merge);
        Some(true)
    }

    /// Adds the targets of the properties, items and values of a schema and of its members.
    fn collect(&self, pointer: &str, inner: &mut BTreeMap<String, Merge>) {
        let Some((pointer, schema)) = resolve(self.document, pointer) else {
            return;
        };
        let Some(_step) = self.fuel.step() else {
            return;
        };
        let mut add = |name: String, place: String| {
            let place = reference::resolve(self.document, &place).map_or(place, |(place, _)| place);
            inner.entry(name).or_default().insert(place);
        };
        for name in keys(schema.get("properties")) {
            add(
                format!("properties {name}"),
                below(&pointer, &["properties", name]),
            );
        }
        for key in ["items", "additionalProperties"] {
            if schema.get(key).is_some_and(Value::is_object) {
                add(key.to_owned(), below(&pointer, &[key]));
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for part in item_pointers(schema, &pointer, key) {
                self.collect(&part, inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn to(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn cyclic_merges_are_infinite() {
        let node = |next: &str| json!({"type": "object", "properties": {"next": to(next)}});
        let document = json!({"components": {"schemas": {
            "A": node("A"), "B": node("B"), "Both": {"allOf": [to("A"), to("B")]},
            "Same": {"allOf": [to("A"), node("A")]},
        }}});
        assert_eq!(endless(&document), ["/components/schemas/Both"]);
    }

    #[test]
    fn finds_merges_up_to_the_next_reference() {
        let mut parts = SchemaParts::new();
        let merged = json!({"allOf": [to("Merged"), {"type": "object", "properties": {}}]});
        let schema = json!({"properties": {
            "list": {"type": "array", "items": merged}, "plain": to("Plain"),
            "alone": {"nullable": true, "allOf": [to("Alone")]},
        }});
        within(&schema, &mut parts);
        let pointer = "/components/schemas/Merged".to_owned();
        assert_eq!(parts, SchemaParts::from([(pointer, true)]));
    }
}
