//! `components.pathItems`, which 3.0 does not have. The path items are inlined into the paths.

use std::collections::BTreeSet;

use serde_json::Value;

use super::CORRECT;
use super::moves::Moves;
use crate::findings::Findings;
use crate::parse::size;
use crate::pointer;
use crate::reference;

/// Maximum number of values that inlining may add to the paths.
const ALLOWANCE: usize = 1 << 20;

/// Inlines the path items of the components, and removes the section.
///
/// References from other locations, such as callbacks, remain and are reported as unresolved.
pub(super) fn inline(document: &mut Value, moves: &mut Moves, findings: &mut Findings) {
    let components = document
        .get_mut("components")
        .and_then(Value::as_object_mut);
    let Some(Value::Object(items)) = components.and_then(|all| all.remove("pathItems")) else {
        return;
    };
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let mut used = BTreeSet::new();
    let mut allowance = ALLOWANCE;
    findings.trail.push("paths");
    for (path, item) in paths.iter_mut().filter(|(path, _)| path.starts_with('/')) {
        findings.trail.push(path);
        let mut passed = BTreeSet::new();
        while let Some(name) = named(item).filter(|name| items.contains_key(name)) {
            if !passed.insert(name.clone()) {
                let message = "the path item refers to itself";
                findings.problem_at("$ref", message, CORRECT);
                break;
            }
            let Some(left) = allowance.checked_sub(size(&items[&name])) else {
                let message = "inlining the referenced path items makes the document too large";
                let advice = "copy the path items to the paths that use them";
                findings.problem_at("$ref", message, advice);
                break;
            };
            allowance = left;
            let first = used.insert(name.clone());
            if first {
                let from = pointer::below("/components/pathItems", &[&name]);
                moves.to(from, findings.trail.as_str().to_owned());
            }
            if !take_in(item, &items[&name], first, findings) {
                break;
            }
        }
        findings.trail.pop();
    }
    findings.trail.pop();
    let unused = items.keys().filter(|name| !used.contains(*name));
    for name in unused {
        moves.gone(pointer::below("/components/pathItems", &[name]));
    }
}

/// Returns the name of the component that a path item refers to.
fn named(item: &Value) -> Option<String> {
    let pointer = reference::target(reference::of(item)?)?;
    let name = pointer.strip_prefix("/components/pathItems/")?;
    if name.contains('/') {
        return None;
    }
    pointer::segments(&pointer).last()
}

/// Adds the fields of the referenced path item. Returns false if it is not a path item.
fn take_in(item: &mut Value, named: &Value, first: bool, findings: &mut Findings) -> bool {
    let (Some(fields), Some(named)) = (item.as_object_mut(), named.as_object()) else {
        findings.problem_at(
            "$ref",
            "the reference does not point to a path item",
            CORRECT,
        );
        return false;
    };
    fields.remove("$ref");
    for (key, value) in named {
        if fields.contains_key(key) {
            let message = format!("duplicate field `{key}`: the referenced path item has it too");
            findings.problem_at(key, message, "remove one of them with an overlay action");
            continue;
        }
        let mut value = value.clone();
        // An operation ID must be unique, so it is removed from the second path.
        let lost = value.as_object_mut().filter(|_| !first);
        if lost
            .and_then(|operation| operation.remove("operationId"))
            .is_some()
        {
            findings.trail.push(key);
            findings.note_at(
                "operationId",
                "`operationId` is dropped because it must be unique and another path uses the same path item",
            );
            findings.trail.pop();
        }
        fields.insert(key.clone(), value);
    }
    true
}
