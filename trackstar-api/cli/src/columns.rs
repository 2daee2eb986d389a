//! Finds out which columns a table can have, according to the document.

use std::collections::BTreeSet;

use serde_json::Value;
use trackstar_openapi::Merged;

use super::exit::Failure;
use super::operation::Operation;
use super::{fields, text};

/// Returns an error if no response has this column. If the document doesn't list the properties,
/// any column is fine.
pub(super) fn check(operation: &Operation, columns: &[String]) -> Result<(), Failure> {
    let known = known(operation);
    let mut unknown = columns.iter().filter(|name| !known.contains(name.as_str()));
    match unknown.next() {
        Some(name) if !known.is_empty() => Err(Failure::usage(format!(
            "unknown property `{}` in --columns: the responses have {}",
            text::one_line(name),
            known
                .iter()
                .map(|name| text::one_line(name))
                .collect::<Vec<_>>()
                .join(", ")
        ))),
        _ => Ok(()),
    }
}

/// Returns the names of all possible columns. If a response may have any property, this is empty.
fn known(operation: &Operation) -> BTreeSet<&str> {
    let contract = operation.contract.document();
    let document = &contract.value;
    let successes = operation.known.successes();
    let media = successes.filter_map(|response| contract.content(response));
    let mut known = BTreeSet::new();
    for media in media {
        let schema = media.schema.as_deref().and_then(|at| document.pointer(at));
        let Some(schema) = schema else {
            return BTreeSet::new();
        };
        if !collect(document, &mut Merged::of(document, [schema]), &mut known, 0) {
            return BTreeSet::new();
        }
    }
    known
}

/// Collects the properties of a row. This returns false if there may be others.
fn collect<'a>(
    document: &'a Value,
    merged: &mut Merged<'a>,
    known: &mut BTreeSet<&'a str>,
    depth: usize,
) -> bool {
    if depth > 4 {
        return false;
    }
    let item = merged.item(0);
    if !item.is_empty() {
        return collect(document, &mut Merged::of(document, item), known, depth + 1);
    }
    while let Some(alternatives) = merged.alternatives.pop() {
        for one in alternatives.all.iter().filter(|it| it["type"] != "null") {
            let all = fields::of(document, one, false);
            known.extend(all.iter().map(|field| field.name));
            merged.add(one);
        }
    }
    let properties = merged.properties();
    if properties.is_empty() {
        return false;
    }
    known.extend(properties.keys());
    match properties.get("data") {
        Some(data) => collect(
            document,
            &mut Merged::of(document, data.iter().copied()),
            known,
            depth + 1,
        ),
        None => true,
    }
}
