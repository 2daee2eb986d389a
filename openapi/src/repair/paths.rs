//! Inlines paths that are references to other paths, with their operations.

use serde_json::{Map, Value};

use crate::findings::Findings;
use crate::parse::size;
use crate::pointer::{self, below};
use crate::reference;
use crate::spec::methods;

/// Maximum number of values that may be duplicated in the paths.
const ALLOWANCE: usize = 1 << 18;

/// Inlines references between paths. Other references are not changed, and are reported later if they
/// cannot be resolved.
pub(super) fn inline(document: &mut Value, findings: &mut Findings) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let before = paths.clone();
    let mut allowance = ALLOWANCE;
    for (path, item) in paths.iter_mut() {
        let Some(target) = end(&before, item) else {
            continue;
        };
        let Some(left) = allowance.checked_sub(size(target)) else {
            return;
        };
        allowance = left;
        let mut taken = target.clone();
        for method in methods() {
            if let Some(Value::Object(operation)) = taken.get_mut(method) {
                // An operation ID must be unique.
                operation.remove("operationId");
            }
        }
        let own = item.as_object().into_iter().flatten();
        let own = own.filter(|(key, _)| *key != "$ref");
        let own: Vec<(String, Value)> = own
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if let Value::Object(fields) = &mut taken {
            fields.extend(own);
        }
        *item = taken;
        findings.note_on(
            &below("/paths", &[path]),
            "the path gets a copy of the operations of the path that it refers to",
        );
    }
}

/// Returns the path item at the end of a chain of references between paths.
fn end<'a>(paths: &'a Map<String, Value>, item: &Value) -> Option<&'a Value> {
    let first = paths.get(&named(item)?)?;
    reference::end(first, |item| named(item), |name| paths.get(name))
}

fn named(item: &Value) -> Option<String> {
    let pointer = reference::target(reference::of(item)?)?;
    let mut segments = pointer::segments(&pointer);
    (segments.next()? == "paths")
        .then(|| segments.next())?
        .filter(|_| segments.next().is_none())
}
