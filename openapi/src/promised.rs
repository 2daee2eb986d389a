//! The names of operations, in the document as the API keeps to it: for whoever stands in for the API.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference;
use crate::spec::methods;

/// Gives the operations of a document the names that they have in what was prepared of it.
pub(crate) fn name(document: &mut Value, prepared: &Value) {
    let mut names = BTreeMap::new();
    for (path, method, operation) in operations(prepared) {
        if let Some(id) = operation.get("operationId") {
            names.insert((unnamed(path), method), id.clone());
        }
    }
    let shared = document.pointer("/components/pathItems").cloned();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        // A path item that several paths share has other names in each of them.
        if let Some(Value::Object(own)) = shared.as_ref().and_then(|all| referred(all, item)) {
            *item = Value::Object(own.clone());
        }
        let path = unnamed(path);
        for method in methods() {
            if let Some(operation) = item.get_mut(method)
                && operation.is_object()
                && let Some(id) = names.get(&(path.clone(), method))
            {
                operation["operationId"] = json!(id);
            }
        }
    }
}

fn referred<'a>(shared: &'a Value, item: &Value) -> Option<&'a Value> {
    let target = reference::target(reference::of(item)?)?;
    shared.pointer(target.strip_prefix("/components/pathItems")?)
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        methods().filter_map(move |method| Some((path.as_str(), method, item.get(method)?)))
    })
}

/// The template without the names of its parameters, which the preparation may change.
fn unnamed(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}
