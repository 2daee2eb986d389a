//! Simplifies `allOf`.
//!
//! The generator merges the members of an `allOf`. It generates everything inside again, which loses the
//! names of referenced schemas and does not terminate if a member refers to the schema itself. Therefore
//! duplicate members are removed, annotations and `nullable` are moved to the schema, and several objects
//! are merged into one object with all properties.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::walk::{self, Fuel};
use crate::contents::{items, members};
use crate::reference::follow;
use crate::spec::is_annotation;

/// Removes redundant members from every `allOf`.
pub(super) fn tidy(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema, _| {
        if let Some(schema) = schema.as_object_mut() {
            silent(schema);
        }
    });
}

pub(super) fn normalize(document: &mut Value) {
    tidy(document);
    let before = document.clone();
    walk::schemas_mut(document, &mut |schema, _| {
        let several = |schema: &Map<String, Value>| {
            let parts = items(schema.get("allOf")).len();
            parts > 1 || parts == 1 && says(schema)
        };
        if let Some(schema) = schema.as_object_mut().filter(|schema| several(schema)) {
            let mut object = Object::default();
            if object.add(&before, schema, &Fuel::new()).is_some() {
                object.become_of(schema);
            }
        }
    });
}

/// Removes redundant members.
fn silent(schema: &mut Map<String, Value>) {
    let Some(Value::Array(written)) = schema.get_mut("allOf").filter(|of| is_many(of)) else {
        return;
    };
    let mut parts: Vec<Value> = Vec::new();
    let mut said: Map<String, Value> = Map::new();
    for part in std::mem::take(written) {
        if parts.contains(&part) {
            continue;
        }
        match part {
            Value::Object(fields) if is_silent(&fields) => said.extend(fields),
            part => parts.push(part),
        }
    }
    *written = parts;
    let empty = written.is_empty();
    if empty {
        schema.remove("allOf");
    }
    for (key, value) in said {
        schema.entry(key).or_insert(value);
    }
}

fn is_many(parts: &Value) -> bool {
    parts.as_array().is_some_and(|parts| parts.len() > 1)
}

fn is_silent(fields: &Map<String, Value>) -> bool {
    let rust_type = fields.contains_key(crate::rust_type::KEY);
    !rust_type
        && !fields
            .keys()
            .any(|key| !is_annotation(key) && key != "nullable")
}

/// Returns true if a schema has object keywords in addition to its `allOf`.
fn says(fields: &Map<String, Value>) -> bool {
    ["properties", "required", "additionalProperties"]
        .iter()
        .any(|key| fields.contains_key(*key))
}

/// The keywords of objects that can be merged.
const TOGETHER: [&str; 5] = [
    "additionalProperties",
    "allOf",
    "properties",
    "required",
    "type",
];

/// The union of several objects.
#[derive(Default)]
struct Object {
    properties: BTreeMap<String, Vec<Value>>,
    required: Vec<Value>,
    rest: Vec<Value>,
}

impl Object {
    /// Adds a schema and its members. Returns `None` if one of them is not an object or has other keywords.
    fn add(&mut self, document: &Value, schema: &Map<String, Value>, fuel: &Fuel) -> Option<()> {
        let _step = fuel.step()?;
        let ours = |key: &String| {
            TOGETHER.contains(&key.as_str()) || is_annotation(key) || key == "nullable"
        };
        let special = [crate::rust_type::KEY, crate::variants::KEY];
        let object = schema.get("type").is_none_or(|kind| kind == "object");
        let known = |key: &String| {
            (ours(key) || key == "discriminator") && !special.contains(&key.as_str())
        };
        if !object || !schema.keys().all(known) {
            return None;
        }
        for part in items(schema.get("allOf")) {
            self.add(document, follow(document, part)?.as_object()?, fuel)?;
        }
        for (name, property) in members(schema.get("properties")) {
            let same = self.properties.entry(name.clone()).or_default();
            if !same.contains(property) {
                same.push(property.clone());
            }
        }
        for name in items(schema.get("required")) {
            if !self.required.contains(name) {
                self.required.push(name.clone());
            }
        }
        let rest = schema
            .get("additionalProperties")
            .filter(|rest| !self.rest.contains(rest));
        self.rest.extend(rest.cloned());
        Some(())
    }

    fn become_of(self, schema: &mut Map<String, Value>) {
        schema.retain(|key, _| !TOGETHER.contains(&key.as_str()));
        schema.insert("type".to_owned(), json!("object"));
        let properties = self.properties.into_iter().map(|(name, mut same)| {
            let property = match same.len() {
                1 => same.remove(0),
                // Each of them applies.
                _ => json!({ "allOf": same }),
            };
            (name, property)
        });
        let properties: Map<String, Value> = properties.collect();
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), Value::Object(properties));
        }
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(self.required));
        }
        // Despite `additionalProperties: false`, the author expects the properties of the other members.
        let typed = |rest: &&Value| rest.as_object().is_some_and(|rest| !rest.is_empty());
        let open = |rest: &&Value| rest.is_object() || **rest == json!(true);
        let rest = self
            .rest
            .iter()
            .find(typed)
            .or_else(|| self.rest.iter().find(open));
        if let Some(rest) = rest {
            schema.insert("additionalProperties".to_owned(), rest.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn redundant_members_are_merged_into_the_schema() {
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let own = json!({"type": "object", "properties": {}});
        let mut document = json!({"components": {"schemas": {
            "A": {"allOf": [to("B"), {"nullable": true, "description": "d"}, to("B")], "title": "A"},
            "B": {"allOf": [own, to("Text")]},
            "Text": {"type": "string"},
            "C": {"allOf": [{"description": "c"}, {}]},
        }}});
        let before = document.clone();
        normalize(&mut document);
        let schemas = &document["components"]["schemas"];
        let expected =
            json!({"allOf": [to("B")], "title": "A", "nullable": true, "description": "d"});
        assert_eq!(schemas["A"], expected);
        assert_eq!(schemas["B"], before["components"]["schemas"]["B"]);
        assert_eq!(schemas["C"], json!({"description": "c"}));
    }

    #[test]
    fn objects_are_merged_into_one() {
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({"components": {"schemas": {
            "Base": {
                "type": "object", "required": ["kind"], "additionalProperties": {},
                "properties": {"kind": {"type": "string"}, "next": to("Leaf")},
            },
            "Middle": {"allOf": [to("Base")], "properties": {"kind": {"type": "string", "enum": ["m"]}}},
            "Leaf": {"description": "d", "allOf": [
                to("Middle"),
                {"type": "object", "required": ["kind", "next"], "additionalProperties": false,
                 "properties": {"next": to("Leaf"), "kind": {"type": "string"}}},
            ]},
            "Alone": {"nullable": true, "allOf": [to("Base")]},
            "Mixed": {"allOf": [to("Base"), {"oneOf": [to("Base"), to("Leaf")]}]},
        }}});
        let before = document.clone();
        normalize(&mut document);
        let schemas = &document["components"]["schemas"];
        let kinds = json!([{"type": "string"}, {"type": "string", "enum": ["m"]}]);
        assert_eq!(
            schemas["Leaf"],
            json!({
                "description": "d", "type": "object", "required": ["kind", "next"],
                "properties": {"kind": {"allOf": kinds}, "next": to("Leaf")}, "additionalProperties": {},
            })
        );
        assert_eq!(
            schemas["Middle"]["properties"],
            json!({"kind": {"allOf": kinds}, "next": to("Leaf")})
        );
        for name in ["Base", "Alone", "Mixed"] {
            assert_eq!(
                schemas[name], before["components"]["schemas"][name],
                "{name}"
            );
        }
    }
}
