//! The operations that a document has.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{pointer, reference, spec};

/// An operation that a document offers.
///
/// ```
/// use serde_json::json;
///
/// let document = json!({"openapi": "3.1.0", "paths": {"/things": {
///     "parameters": [],
///     "get": {"tags": ["Things"], "summary": "All things"},
/// }}});
/// let offered = trackstar_openapi::operations(&document);
/// assert_eq!(offered.len(), 1);
/// assert_eq!(offered[0].name, "GET /things");
/// assert_eq!(offered[0].tags, ["Things"]);
/// assert_eq!(offered[0].summary.as_deref(), Some("All things"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Operation {
    /// Method and path, such as `GET /things`.
    pub name: String,
    /// The tags that it is filed under.
    pub tags: Vec<String>,
    /// What it does, in a few words.
    pub summary: Option<String>,
}

/// All operations of a document, sorted by path and method.
///
/// What is no operation is passed over: a slice that holds it does not prepare.
#[must_use]
pub fn operations(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut all = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        let (_, fields) = resolve(document, path, item);
        for (method, operation) in &fields {
            if is_method(method) {
                let tags = operation.get("tags").and_then(Value::as_array);
                let tags = tags.into_iter().flatten().filter_map(Value::as_str);
                let summary = operation.get("summary").and_then(Value::as_str);
                all.push((
                    path.clone(),
                    Operation {
                        name: format!("{} {path}", method.to_uppercase()),
                        tags: tags.map(str::to_owned).collect(),
                        summary: summary.map(str::to_owned),
                    },
                ));
            }
        }
    }
    all.sort();
    all.into_iter().map(|(_, operation)| operation).collect()
}

pub(crate) fn is_method(key: &str) -> bool {
    spec::methods().any(|method| method == key)
}

/// The fields of a path item, and the place where they stand: its own, or those of what its
/// reference leads to, under its own.
pub(crate) fn resolve<'a>(
    document: &'a Value,
    path: &str,
    item: &'a Value,
) -> (String, BTreeMap<&'a str, &'a Value>) {
    let mut place = pointer::below("/paths", &[path]);
    let mut fields = BTreeMap::new();
    let mut take = |item: &'a Value| {
        let own = item.as_object().into_iter().flatten();
        for (key, value) in own.filter(|(key, _)| *key != "$ref") {
            fields.entry(key.as_str()).or_insert(value);
        }
    };
    take(item);
    let end = reference::end(
        item,
        |item| reference::of(item),
        |reference| {
            let next = reference::target(reference)?;
            let item = document.pointer(&next)?;
            take(item);
            place = next;
            Some(item)
        },
    );
    // A reference without an end stays, for the preparation to report.
    let stays = end.is_none_or(|end| end.get("$ref").is_some());
    if let Some(reference) = item.get("$ref").filter(|_| stays) {
        fields.insert("$ref", reference);
    }
    (place, fields)
}
