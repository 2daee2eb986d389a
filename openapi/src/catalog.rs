//! Finds the names of operations in the prepared document without preparing it.

use serde_json::{Map, Value, json};

use crate::model::listed;
use crate::normalize::name_all;
use crate::pointer::below;
use crate::{Error, Listed, Preparation, Source};

/// Fields of an operation that its name and its entry depend on, apart from its responses.
const FIELDS: [&str; 4] = ["operationId", "summary", "tags", "deprecated"];

/// Returns all operations of a document, sorted by path and method, with the names and the summaries that
/// they have after a [lenient](Preparation::lenient) preparation with these overlays.
///
/// The overlays apply only to an outline of the document, so that this takes a fraction of the time of a
/// preparation.
///
/// ```
/// use serde_json::json;
///
/// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {
///     "/parcels/{parcel_id}": {"get": {"summary": "Get a parcel", "responses": {}}, "delete": {"responses": {}}},
/// }});
/// let all = trackstar_openapi::catalog(&document, &[])?;
/// let names: Vec<_> = all.iter().map(|one| one.id.as_deref().unwrap_or_default()).collect();
/// assert_eq!(names, ["delete_parcel", "get_parcel"]);
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error if an overlay cannot be read.
pub fn catalog(document: &Value, overlays: &[Source<'_>]) -> Result<Vec<Listed>, Error> {
    let operations = listed(document);
    let outline = outline(document, &operations);
    let (outline, _passed_over) = Preparation::of(outline)
        .overlays(overlays)
        .lenient()
        .correct()?;
    let operations = operations.into_iter().filter_map(|operation| {
        // The repair leaves out an operation whose requests are those of another.
        let own = outline.pointer(&below(&operation.item(), &[operation.method]))?;
        let text = |key: &str| Some(own.get(key)?.as_str()?.to_owned());
        Some(Listed {
            id: text("operationId"),
            summary: text("summary").or(operation.summary),
            ..operation
        })
    });
    let mut all: Vec<Listed> = operations.collect();
    let names = name_all(document, &all);
    for (operation, name) in all.iter_mut().zip(names) {
        operation.id = Some(name);
    }
    all.sort();
    Ok(all)
}

/// Returns the document without the contents of requests and responses.
fn outline(document: &Value, operations: &[Listed]) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let own = document
            .pointer(&operation.pointer)
            .and_then(Value::as_object);
        // A path that refers to another has operations of its own, without the names of the other's.
        let is_borrowed = operation.pointer.starts_with("/paths/")
            && operation.pointer != below(&operation.item(), &[operation.method]);
        let is_kept = |key: &str| FIELDS.contains(&key) && !(is_borrowed && key == "operationId");
        let fields = own.into_iter().flatten().filter(|(key, _)| is_kept(key));
        let fields: Map<String, Value> = fields
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let item = paths
            .entry(operation.path.clone())
            .or_insert_with(|| json!({}));
        item[operation.method] = Value::Object(fields);
    }
    json!({"openapi": document["openapi"], "info": document["info"], "paths": paths})
}
