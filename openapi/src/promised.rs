//! The document as the API keeps to it, for whoever stands in for the API.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::spec::methods;
use crate::{Error, Prepared, Source, overlaid, read, reference};

/// The document as the API keeps to it on the wire: corrected where upstream is wrong, and not bent
/// for a generator. Error answers, headers of credentials and the words of its own version are all
/// there. Operations have the names that they have in `prepared`, and so in the client.
///
/// ```
/// use trackstar_openapi::{Source, prepare, promised};
///
/// let text = r#"{
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "paths": {"/parcels": {"get": {"responses": {
///         "200": {"description": "All."}, "404": {"description": "None."}
///     }}}}
/// }"#;
/// let source = Source { name: "api.json", text };
/// let document = promised(source, &[], &prepare(source, &[])?)?;
/// let operation = &document["paths"]["/parcels"]["get"];
/// assert_eq!(operation["operationId"], "get_parcels");
/// assert_eq!(operation["responses"]["404"]["description"], "None.");
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
///
/// # Errors
///
/// When the document or one of the `corrections` cannot be read. A correction that does not apply is
/// passed over, as in a document that it was not written for.
pub fn promised(
    document: Source<'_>,
    corrections: &[Source<'_>],
    prepared: &Prepared,
) -> Result<Value, Error> {
    let (value, overlays) = read::all(document, corrections)?;
    let (mut value, _passed_over) = overlaid(value, &overlays);
    let mut names = BTreeMap::new();
    for (path, method, operation) in operations(prepared.document()) {
        if let Some(id) = operation.get("operationId") {
            names.insert((unnamed(path), method), id.clone());
        }
    }
    let shared = value.pointer("/components/pathItems").cloned();
    let paths = value.get_mut("paths").and_then(Value::as_object_mut);
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
    Ok(value)
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
