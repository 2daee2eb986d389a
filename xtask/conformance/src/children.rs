//! The schemas that a discriminator refers to.
//!
//! A schema with a discriminator and without `oneOf` or `anyOf` is a base ("Models with Polymorphism
//! Support"). Its children have it in their `allOf`, and an instance of the base is an instance of a
//! child. This module replaces references to the base with the alternatives, so that they are generated
//! and checked like those of any other schema.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trackstar_openapi::pointer::below;
use trackstar_openapi::reference::{self, target};

const SCHEMAS: &str = "/components/schemas";

/// Writes the children of every base as alternatives.
pub(crate) fn write_out(document: &mut Value) {
    let bases = bases(document);
    if bases.is_empty() {
        return;
    }
    let components = document.pointer_mut(SCHEMAS).map(Value::take);
    replace(document, &bases, At::Elsewhere);
    if let Some(Value::Object(mut schemas)) = components {
        for schema in schemas.values_mut() {
            replace(schema, &bases, At::Component);
        }
        for (pointer, children) in bases {
            schemas.insert(family(&pointer), json!({ "anyOf": children }));
        }
        if let Some(place) = document.pointer_mut(SCHEMAS) {
            *place = Value::Object(schemas);
        }
    }
}

/// Returns the name of the component with the children of a base.
fn family(pointer: &str) -> String {
    format!("x-children{}", pointer.replace('/', "-"))
}

/// Returns the children of each base, by the pointer of the base.
fn bases(document: &Value) -> BTreeMap<String, Vec<Value>> {
    let schemas = document.pointer(SCHEMAS).and_then(Value::as_object);
    let mut bases = BTreeMap::new();
    for (name, schema) in schemas.into_iter().flatten() {
        let property = schema
            .pointer("/discriminator/propertyName")
            .and_then(Value::as_str);
        let listed = ["oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(*key).is_some());
        let pointer = below(SCHEMAS, &[name]);
        if let Some(property) = property.filter(|_| !listed) {
            let children = children(document, &pointer, property);
            if !children.is_empty() {
                bases.insert(pointer, children);
            }
        }
    }
    bases
}

fn children(document: &Value, base: &str, property: &str) -> Vec<Value> {
    let at = below(base, &["discriminator"]);
    let mapping = document
        .pointer(&below(&at, &["mapping"]))
        .and_then(Value::as_object);
    let schemas = document.pointer(SCHEMAS).and_then(Value::as_object);
    let mut values: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (value, to) in mapping.into_iter().flatten() {
        let Some(to) = to.as_str() else { continue };
        // "A schema name or a URI reference."
        let named = schemas.is_some_and(|all| all.contains_key(to));
        let pointer = if named {
            Some(below(SCHEMAS, &[to]))
        } else {
            target(to)
        };
        if let Some(pointer) = pointer.filter(|it| document.pointer(it).is_some()) {
            values.entry(pointer).or_default().push(value);
        }
    }
    for (name, schema) in schemas.into_iter().flatten() {
        let pointer = below(SCHEMAS, &[name]);
        if is_child(schema, base) && !values.contains_key(&pointer) {
            values.insert(pointer, vec![name]);
        }
    }
    let child = |(pointer, values): (String, Vec<&str>)| {
        let reference = reference::to(&pointer);
        json!({"allOf": [
            {"$ref": reference},
            {"type": "object", "required": [property], "properties": {property: {"enum": values}}},
        ]})
    };
    values.into_iter().map(child).collect()
}

fn is_child(schema: &Value, base: &str) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    parts
        .into_iter()
        .flatten()
        .any(|part| refers_to(part.get("$ref"), base))
}

/// Returns true if a value of `$ref` leads to the pointer.
fn refers_to(reference: Option<&Value>, pointer: &str) -> bool {
    let reference = reference.and_then(Value::as_str);
    reference.and_then(target).as_deref() == Some(pointer)
}

/// The place of a schema.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// A component. An `allOf` with a base makes it a child, regardless of the other parts.
    Component,
    /// A part of an `allOf`.
    AllOf,
    Elsewhere,
}

/// Makes every reference to a base lead to its children, except for those that define a child.
fn replace(value: &mut Value, bases: &BTreeMap<String, Vec<Value>>, at: At) {
    match value {
        Value::Object(fields) => {
            if at != At::AllOf
                && let Some(base) = bases
                    .keys()
                    .find(|base| refers_to(fields.get("$ref"), base))
            {
                let pointer = below(SCHEMAS, &[&family(base)]);
                let reference = reference::to(&pointer);
                fields.insert("$ref".to_owned(), Value::String(reference));
            }
            for (name, field) in fields {
                match field {
                    Value::Array(parts)
                        if name == "allOf" && (at == At::Component || !only_one(parts, bases)) =>
                    {
                        for part in parts {
                            replace(part, bases, At::AllOf);
                        }
                    }
                    // Examples are not schemas.
                    _ if name == "example" || name == "examples" => {}
                    field => replace(field, bases, At::Elsewhere),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                replace(item, bases, At::Elsewhere);
            }
        }
        _ => {}
    }
}

/// Returns true if a list contains only a reference to a base. That is a way to write a reference with
/// other keywords, and does not define a child.
fn only_one(parts: &[Value], bases: &BTreeMap<String, Vec<Value>>) -> bool {
    matches!(parts, [one] if bases.keys().any(|base| refers_to(one.get("$ref"), base)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_references_to_a_base_by_its_children() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({
            "paths": {"/a": {"get": {"schema": reference("Base"), "described": {"allOf": [reference("Base")]}}}},
            "components": {"schemas": {
                "Base": {"discriminator": {"propertyName": "kind", "mapping": {
                    "shelf": "#/components/schemas/Shelf", "shelf-2": "Shelf",
                }}},
                "Shelf": {"allOf": [reference("Base"), {"properties": {"level": {}, "next": reference("Base")}}]},
                "Dock": {"allOf": [reference("Base"), {}]},
                "Rack": {"allOf": [reference("Base")], "properties": {"height": {}}},
                "Listed": {"oneOf": [reference("Shelf")], "discriminator": {"propertyName": "kind"}},
            }},
        });
        write_out(&mut document);
        let family = json!({"$ref": "#/components/schemas/x-children-components-schemas-Base"});
        let get = &document["paths"]["/a"]["get"];
        assert_eq!(get["schema"], family);
        assert_eq!(get["described"], json!({"allOf": [family]}));
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Shelf"]["allOf"][0], reference("Base"));
        assert_eq!(schemas["Rack"]["allOf"][0], reference("Base"));
        assert_eq!(schemas["Shelf"]["allOf"][1]["properties"]["next"], family);
        assert_eq!(schemas["Listed"]["oneOf"][0], reference("Shelf"));
        let child = |name: &str, values: &[&str]| {
            json!({"allOf": [
                reference(name),
                {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": values}}},
            ]})
        };
        assert_eq!(
            schemas["x-children-components-schemas-Base"],
            json!({"anyOf": [child("Dock", &["Dock"]), child("Rack", &["Rack"]), child("Shelf", &["shelf", "shelf-2"])]})
        );
    }
}
