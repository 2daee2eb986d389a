//! Search for the part of a document that the generator rejects.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use trackstar_openapi::pointer::{below, unescape};
use trackstar_openapi::reference;

/// Returns the pointer of the smallest part of the document that fails by itself. Such a part is a schema with
/// its dependencies, or an operation if each of the schemas succeeds. `takes` returns true if the generator
/// accepts a document.
pub(crate) fn culprit(document: &Value, takes: impl Fn(&Value) -> bool) -> Option<String> {
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let mut parts: Vec<(usize, &String, Value)> = Vec::new();
    for (name, schema) in schemas.into_iter().flatten() {
        let mut reached = BTreeSet::from([name.clone()]);
        reach(document, schema, &mut reached);
        parts.push((reached.len(), name, with(document, &reached, json!({}))));
    }
    parts.sort_by_key(|(size, ..)| *size);
    let schema = parts.into_iter().find(|(.., part)| !takes(part));
    if let Some((_, name, _)) = schema {
        return Some(below("/components/schemas", &[name]));
    }
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("responses").is_none() {
                continue;
            }
            let mut one: Map<String, Value> = Map::new();
            one.extend(
                item.get("parameters")
                    .map(|list| ("parameters".to_owned(), list.clone())),
            );
            one.insert(method.clone(), operation.clone());
            let part = with(document, &BTreeSet::new(), json!({ (path): one }));
            if !takes(&part) {
                return Some(below("/paths", &[path, method]));
            }
        }
    }
    None
}

/// Returns the document with only these paths. If `paths` is empty, keeps only these schemas.
fn with(document: &Value, schemas: &BTreeSet<String>, paths: Value) -> Value {
    let called = paths.as_object().is_some_and(|paths| !paths.is_empty());
    let mut part = document.clone();
    part["paths"] = paths;
    if let Some(Value::Object(components)) = part.get_mut("components") {
        // The other sections may refer to schemas that were removed.
        components.retain(|section, _| called || section == "schemas");
        if let Some(Value::Object(all)) = components.get_mut("schemas") {
            all.retain(|name, _| called || schemas.contains(name));
        }
    }
    part
}

/// Adds the names of the schemas that a value refers to, directly or indirectly.
fn reach(document: &Value, value: &Value, reached: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref")
                && let Some(pointer) = reference::target(reference)
                && let Some(target) = document.pointer(&pointer)
            {
                let name = pointer.strip_prefix("/components/schemas/");
                let new = name.is_none_or(|name| reached.insert(unescape(name)));
                if new {
                    reach(document, target, reached);
                }
            }
            fields
                .values()
                .for_each(|value| reach(document, value, reached));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(document, item, reached)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_smallest_failing_part() {
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({
            "paths": {"/a": {"get": {"responses": {}}, "put": {"responses": {}, "odd": 1}}},
            "components": {"schemas": {"A": to("B/c"), "B/c": {"bad": 1}, "C": to("C")}},
        });
        let without = |word: &'static str| move |part: &Value| !part.to_string().contains(word);
        let found = culprit(&document, without("bad"));
        assert_eq!(found.as_deref(), Some("/components/schemas/B~1c"));
        let found = culprit(&document, without("odd"));
        assert_eq!(found.as_deref(), Some("/paths/~1a/put"));
        assert_eq!(culprit(&document, |_| true), None);
    }
}
