//! The extension that lists the variants of a union, after their shared properties replaced it.

use serde_json::Value;

/// Name of the extension, which contains a list of component names.
pub(crate) const KEY: &str = "x-variants";

/// Returns the names of the variants of a schema that are components of the document.
pub(crate) fn of<'a>(document: &'a Value, schema: &'a Value) -> impl Iterator<Item = &'a str> {
    let names = schema.get(KEY).and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let schemas = document.pointer("/components/schemas");
    names.filter(move |name| schemas.is_some_and(|schemas| schemas.get(*name).is_some()))
}
