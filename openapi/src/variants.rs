//! The variants of a union, after an object with their shared properties replaced it.
//!
//! The passes of the normalization move schemas, so each union carries the names of its variants in a
//! marker until they have finished.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::contents::items;
use crate::pointer::{JsonPointer, below};
use crate::rust_type;
use crate::spec::{Kind, Order, Version, node_mut};

/// Names of the variants' components, keyed by the pointer of the union.
pub(crate) type Variants = BTreeMap<String, Vec<String>>;

/// Name of the marker.
pub(crate) const KEY: &str = "x-variants";

/// Marks a schema as a union of these components.
pub(crate) fn mark(schema: &mut serde_json::Map<String, Value>, names: &[String]) {
    schema.insert(KEY.to_owned(), json!(names));
}

/// Returns the names of the variants of a schema that are components of the document.
pub(crate) fn of<'a>(document: &'a Value, schema: &'a Value) -> impl Iterator<Item = &'a str> {
    names(schema).filter(|name| {
        let schemas = document.pointer("/components/schemas");
        schemas.is_some_and(|schemas| schemas.get(*name).is_some())
    })
}

/// Removes the markers from a document.
pub(crate) fn take(document: &mut Value) -> Variants {
    let mut variants = Variants::new();
    take_below(Kind::Document, document, "", &mut variants);
    variants
}

fn take_below(kind: Kind, value: &mut Value, pointer: &str, variants: &mut Variants) {
    let how = (Version::V30, Order::ChildrenFirst);
    let trail = &mut JsonPointer::from(pointer);
    node_mut(kind, value, how, trail, &mut |kind, value, at| {
        if kind != Kind::Schema {
            return;
        }
        for (index, parameter) in rust_type::parameters_mut(value).enumerate() {
            let index = index.to_string();
            let at = below(at.as_str(), &[rust_type::KEY, "parameters", &index]);
            take_below(Kind::Schema, parameter, &at, variants);
        }
        if value.get(KEY).is_some() {
            let names = names(value).map(str::to_owned).collect();
            variants.insert(at.as_str().to_owned(), names);
            value.as_object_mut().map(|schema| schema.remove(KEY));
        }
    });
}

fn names(schema: &Value) -> impl Iterator<Item = &str> {
    items(schema.get(KEY)).filter_map(Value::as_str)
}
