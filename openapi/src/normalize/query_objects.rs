//! Splits query parameters that are objects, such as filters, into one parameter for each property.

use serde_json::{Map, Value, json};

use super::walk::Fuel;
use crate::contents::items;
use crate::reference::follow;

/// The shape of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueryShape {
    One,
    List,
    Object,
    ObjectOrOne,
    /// Anything else, or unknown.
    Any,
}

/// The possible values of a query parameter's schema.
#[derive(Debug, Default)]
struct ObjectParts {
    /// Whether it can be an object.
    object: bool,
    /// Whether it can be a list.
    list: bool,
    one: bool,
    /// Schema of additional properties, if they are allowed.
    others: Option<Value>,
    /// Alternative that is not an object.
    scalar: Option<Value>,
    /// Names and schemas of the properties, and whether they are required.
    properties: Vec<(String, Value, bool)>,
}

/// Returns the parameters for the properties of an object, or `None` if the value is not an object.
pub(super) fn split(document: &Value, parameter: &Map<String, Value>) -> Option<Vec<Value>> {
    let schema = parameter.get("schema")?;
    let name = parameter.get("name")?.as_str()?;
    let required = parameter.get("required") == Some(&json!(true));
    let bare = parameter.get("style").is_none_or(|it| it != "deepObject");
    let mut all = Vec::new();
    let mut parent = parameter.clone();
    for key in [
        "name", "schema", "required", "style", "example", "examples", "content",
    ] {
        parent.remove(key);
    }
    let split = Split {
        document,
        parent,
        fuel: Fuel::new(),
    };
    split
        .flatten(name, schema, required, bare, 0, &mut all)
        .then_some(all)
}

/// Maximum nesting of objects. Deeper objects are not split.
const DEPTH: usize = 4;

struct Split<'a> {
    document: &'a Value,
    parent: Map<String, Value>,
    fuel: Fuel,
}

impl Split<'_> {
    /// Splits a schema. Returns false if it is not an object.
    fn flatten(
        &self,
        name: &str,
        schema: &Value,
        required: bool,
        bare: bool,
        depth: usize,
        all: &mut Vec<Value>,
    ) -> bool {
        let mut parts = ObjectParts::default();
        self.parts(schema, true, &mut parts);
        if !parts.object || depth >= DEPTH {
            return false;
        }
        if let Some(scalar) = &parts.scalar {
            all.push(self.parameter(name, scalar, false));
        }
        let alone = parts.scalar.is_none();
        for (property, schema, needed) in parts.properties {
            let name = if bare {
                property
            } else {
                format!("{name}[{property}]")
            };
            let required = required && needed && alone;
            if !self.flatten(&name, &schema, required, false, depth + 1, all) {
                all.push(self.parameter(&name, &schema, required));
            }
        }
        true
    }

    fn parameter(&self, name: &str, schema: &Value, required: bool) -> Value {
        let mut parameter = self.parent.clone();
        let resolved = follow(self.document, schema).unwrap_or(schema);
        if let Some(description) = resolved.get("description")
            && description.as_str().is_some_and(|text| !text.is_empty())
        {
            parameter.insert("description".to_owned(), description.clone());
        }
        if resolved.get("type").is_none_or(|kind| kind != "array") {
            parameter.remove("explode");
        }
        let mut schema = schema.clone();
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("nullable");
        }
        parameter.insert("name".to_owned(), json!(name));
        parameter.insert("required".to_owned(), json!(required));
        parameter.insert("schema".to_owned(), schema);
        Value::Object(parameter)
    }

    fn parts(&self, schema: &Value, needed: bool, parts: &mut ObjectParts) {
        let (Some(_step), Some(schema)) = (self.fuel.step(), follow(self.document, schema)) else {
            return;
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        parts.object |= properties.is_some() || schema.get("type").is_some_and(|k| k == "object");
        let others = schema.get("additionalProperties");
        let others = others.filter(|others| *others != false);
        parts.others = parts.others.take().or(others.cloned());
        for (name, property) in properties.into_iter().flatten() {
            let needed = needed && items(schema.get("required")).any(|one| one == name);
            match parts
                .properties
                .iter_mut()
                .find(|(other, ..)| other == name)
            {
                // If alternatives disagree on a property, it is a string, as on the wire.
                Some((_, other, _)) if other != property => *other = json!({"type": "string"}),
                Some(_) => {}
                None => parts
                    .properties
                    .push((name.clone(), property.clone(), needed)),
            }
        }
        for kind in ["allOf", "anyOf", "oneOf"] {
            let needed = needed && kind == "allOf";
            for part in items(schema.get(kind)) {
                self.parts(part, needed, parts);
            }
        }
        let kind = schema.get("type").and_then(Value::as_str);
        parts.list |= kind == Some("array") || schema.get("items").is_some();
        let one = kind.map(|kind| !["array", "object"].contains(&kind));
        parts.one |= one.unwrap_or_else(|| schema.get("enum").is_some());
        let scalar = schema.get("type").is_some_and(|kind| kind != "object");
        if scalar && parts.scalar.is_none() {
            parts.scalar = Some(schema.clone());
        }
    }
}

fn parts(document: &Value, schema: &Value) -> ObjectParts {
    let split = Split {
        document,
        parent: Map::new(),
        fuel: Fuel::new(),
    };
    let mut parts = ObjectParts::default();
    split.parts(schema, true, &mut parts);
    parts
}

/// Returns the shape of a schema's values.
pub(super) fn shape(document: &Value, schema: &Value) -> QueryShape {
    let parts = parts(document, schema);
    match (parts.object, parts.list, parts.one) {
        (true, false, false) => QueryShape::Object,
        (true, false, true) => QueryShape::ObjectOrOne,
        (false, true, false) => QueryShape::List,
        (false, false, true) => QueryShape::One,
        _ => QueryShape::Any,
    }
}

/// Returns the schema of a property of an object.
pub(super) fn property(document: &Value, schema: &Value, name: &str) -> Option<Value> {
    let all = parts(document, schema).properties;
    let mut named = all.into_iter().filter(|(other, ..)| other == name);
    named.next().map(|(_, schema, _)| schema)
}

/// Returns true if an object allows additional properties.
pub(super) fn is_open(document: &Value, schema: &Value) -> bool {
    parts(document, schema).others.is_some()
}

/// Returns true if a property of an object can be an object itself.
pub(super) fn holds_objects(document: &Value, schema: &Value) -> bool {
    let parts = parts(document, schema).properties;
    parts.iter().any(|(_, it, _)| can_be_object(document, it))
}

/// Returns true if a schema accepts objects.
pub(super) fn can_be_object(document: &Value, schema: &Value) -> bool {
    parts(document, schema).object
}
