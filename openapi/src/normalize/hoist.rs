//! Moves schemas to the components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::casing::{HIDDEN, distinct};
use super::type_parameters::without_null;
use crate::contents::keys;
use crate::model::Facts;
use crate::pointer::below;
use crate::reference::target;

/// The names of the components as the generator converts them, collected once for many schemas.
#[derive(Debug)]
pub(super) struct ComponentNames {
    taken: BTreeSet<String>,
    /// Next number for a name that is already in use.
    numbers: BTreeMap<String, usize>,
}

impl ComponentNames {
    pub(super) fn of(document: &Value) -> Self {
        let names = keys(document.pointer("/components/schemas"));
        let names = names.map(String::as_str).chain(HIDDEN);
        Self {
            taken: names.map(distinct).collect(),
            numbers: BTreeMap::new(),
        }
    }

    /// Reserves a name for a type that is not a component.
    pub(super) fn take(&mut self, name: &str) {
        self.taken.insert(distinct(name));
    }

    /// Adds a component with the name, or with the next unused one, and returns a reference to it.
    pub(super) fn hoist(
        &mut self,
        document: &mut Value,
        name: &str,
        schema: Value,
    ) -> Option<String> {
        let fields = document.as_object_mut()?;
        let components = fields.entry("components").or_insert_with(empty);
        let schemas = components.as_object_mut()?.entry("schemas");
        let schemas = schemas.or_insert_with(empty).as_object_mut()?;
        let free = self.free(name);
        let reference = format!("#{}", below("/components/schemas", &[free.as_str()]));
        schemas.insert(free, schema);
        Some(reference)
    }

    /// Adds a component like [`hoist`](Self::hoist), and records the original location of its schema.
    pub(super) fn hoist_from(
        &mut self,
        document: &mut Value,
        facts: &mut Facts,
        name: &str,
        (place, schema): (&str, Map<String, Value>),
    ) -> Option<String> {
        let reference = self.hoist(document, name, Value::Object(schema))?;
        let fact = facts.entry(target(&reference)?).or_default();
        fact.made_of = Some(place.to_owned());
        Some(reference)
    }

    /// Moves the schema at a location to the components, except for the part that belongs to the location. Returns
    /// a reference to the component.
    pub(super) fn move_from(
        &mut self,
        document: &mut Value,
        facts: &mut Facts,
        name: &str,
        place: &str,
    ) -> Option<String> {
        let Value::Object(schema) = document.pointer_mut(place)?.take() else {
            return None;
        };
        let (outer, inner) = apart(schema);
        let reference = self.hoist_from(document, facts, name, (place, inner))?;
        *document.pointer_mut(place)? = refer(outer, &reference);
        Some(reference)
    }

    fn free(&mut self, name: &str) -> String {
        if self.taken.insert(distinct(name)) {
            return name.to_owned();
        }
        let number = self.numbers.entry(name.to_owned()).or_insert(2);
        loop {
            let free = format!("{name}{number}");
            *number += 1;
            if self.taken.insert(distinct(&free)) {
                return free;
            }
        }
    }
}

/// Splits a schema into the part that belongs to its location and the part for a component.
pub(super) fn apart(mut inner: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let mut outer: Map<String, Value> = Map::new();
    for key in [
        "deprecated",
        "description",
        "example",
        "nullable",
        "readOnly",
        "writeOnly",
    ] {
        outer.extend(inner.remove(key).map(|value| (key.to_owned(), value)));
    }
    without_null(&mut inner);
    // A component is named by its key.
    inner.remove("title");
    (outer, inner)
}

/// Returns a schema that refers to a component.
pub(super) fn refer(mut outer: Map<String, Value>, reference: &str) -> Value {
    if outer.is_empty() {
        outer.insert("$ref".to_owned(), json!(reference));
    } else {
        outer.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    Value::Object(outer)
}

fn empty() -> Value {
    Value::Object(Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_a_number_to_a_used_name() {
        let mut document = json!({"components": {"schemas": {"order": {}, "Order3": {}}}});
        let mut names = ComponentNames::of(&document);
        let mut hoist = |name: &str| names.hoist(&mut document, name, json!({"type": "string"}));
        let reference = |name: &str| Some(format!("#/components/schemas/{name}"));
        assert_eq!(hoist("Order"), reference("Order2"));
        assert_eq!(hoist("Order"), reference("Order4"));
        assert_eq!(hoist("Free"), reference("Free"));
        assert_eq!(hoist("free"), reference("free2"));
        assert_eq!(
            document["components"]["schemas"]["Order4"],
            json!({"type": "string"})
        );
    }
}
