//! The schemas that a discriminator leads to.
//!
//! A schema with a discriminator and without `oneOf` or `anyOf` is a base ("Models with Polymorphism
//! Support"): its children have it in their `allOf`, and an instance of it is one of theirs. Where
//! the base is referred to, the alternatives are written out here, so that they are made and looked
//! for as those of any other schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trackstar_openapi::pointer::below;
use trackstar_openapi::reference::{self, target};

const SCHEMAS: &str = "/components/schemas";

/// Writes the children of every base out.
pub(crate) fn write_out(document: &mut Value) {
    let bases = bases(document);
    if bases.is_empty() {
        return;
    }
    replace(document, &bases, false);
    let schemas = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        for (pointer, children) in bases {
            schemas.insert(family(&pointer), json!({ "anyOf": children }));
        }
    }
}

/// The name of the component that has the children of a base.
fn family(pointer: &str) -> String {
    format!("x-children{}", pointer.replace('/', "-"))
}

/// The children of each base, by the pointer of the base.
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
        .any(|part| refers_to(part, base))
}

fn refers_to(schema: &Value, pointer: &str) -> bool {
    let reference = schema.get("$ref").and_then(Value::as_str);
    reference.and_then(target).as_deref() == Some(pointer)
}

/// Lets every reference to a base lead to its children, but for those by which a child is one.
fn replace(value: &mut Value, bases: &BTreeMap<String, Vec<Value>>, in_all_of: bool) {
    match value {
        Value::Object(fields) => {
            if !in_all_of
                && let Some(base) = bases.keys().find(|base| refers_to_fields(fields, base))
            {
                let pointer = below(SCHEMAS, &[&family(base)]);
                let reference = reference::to(&pointer);
                fields.insert("$ref".to_owned(), Value::String(reference));
            }
            for (name, field) in fields {
                match field {
                    Value::Array(parts) if name == "allOf" && !only_one(parts, bases) => {
                        for part in parts {
                            replace(part, bases, true);
                        }
                    }
                    // Examples are no schemas.
                    _ if name == "example" || name == "examples" => {}
                    field => replace(field, bases, false),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                replace(item, bases, false);
            }
        }
        _ => {}
    }
}

/// A list that holds a reference to a base and nothing else is a way to write the reference beside
/// other keywords, and makes no child.
fn only_one(parts: &[Value], bases: &BTreeMap<String, Vec<Value>>) -> bool {
    matches!(parts, [one] if bases.keys().any(|base| refers_to(one, base)))
}

fn refers_to_fields(fields: &Map<String, Value>, pointer: &str) -> bool {
    let reference = fields.get("$ref").and_then(Value::as_str);
    reference.and_then(target).as_deref() == Some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_base_is_referred_to_its_children_stand() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({
            "paths": {"/a": {"get": {"schema": reference("Base")}}},
            "components": {"schemas": {
                "Base": {"discriminator": {"propertyName": "kind", "mapping": {
                    "shelf": "#/components/schemas/Shelf", "rack": "Shelf",
                }}},
                "Shelf": {"allOf": [reference("Base"), {"properties": {"level": {}, "next": reference("Base")}}]},
                "Dock": {"allOf": [reference("Base"), {}]},
                "Listed": {"oneOf": [reference("Shelf")], "discriminator": {"propertyName": "kind"}},
            }},
        });
        write_out(&mut document);
        let family = json!({"$ref": "#/components/schemas/x-children-components-schemas-Base"});
        assert_eq!(document["paths"]["/a"]["get"]["schema"], family);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Shelf"]["allOf"][0], reference("Base"));
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
            json!({"anyOf": [child("Dock", &["Dock"]), child("Shelf", &["rack", "shelf"])]})
        );
    }
}
