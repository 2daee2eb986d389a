//! The extension that names the variants of a schema which has given way to what they share.

use serde_json::Value;

/// The extension: a list of names of components.
pub(crate) const KEY: &str = "x-variants";

/// The names of the variants of a schema, of those that are components of the document.
pub(crate) fn of<'a>(document: &'a Value, schema: &'a Value) -> impl Iterator<Item = &'a str> {
    let names = schema.get(KEY).and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let schemas = document.pointer("/components/schemas");
    names.filter(move |name| schemas.is_some_and(|schemas| schemas.get(*name).is_some()))
}
