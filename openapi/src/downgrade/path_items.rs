//! `components.pathItems`: 3.0 has no such section, so a path that refers to one takes it in.

use std::collections::BTreeSet;

use serde_json::Value;

use super::CORRECT;
use super::moves::Moves;
use crate::findings::Findings;
use crate::parse::size;
use crate::pointer;
use crate::reference;

/// How many values may come to stand in the paths that stood in the components once.
const ALLOWANCE: usize = 1 << 20;

/// Takes the path items of the components into the paths, and the section out of the document.
///
/// A reference elsewhere, such as that of a callback, is left to be found leading nowhere.
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
                let message = "the reference leads back to itself";
                findings.problem_at("$ref", message, CORRECT);
                break;
            }
            let Some(left) = allowance.checked_sub(size(&items[&name])) else {
                let message = "the path items that are referred to multiply the document";
                let advice = "write the path items where they are used";
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

/// The name of the path item that a reference leads to.
fn named(item: &Value) -> Option<String> {
    let pointer = reference::target(reference::of(item)?)?;
    let name = pointer.strip_prefix("/components/pathItems/")?;
    if name.contains('/') {
        return None;
    }
    pointer::segments(&pointer).last()
}

/// Puts the fields of the named item beside those that are there, if it is one.
fn take_in(item: &mut Value, named: &Value, first: bool, findings: &mut Findings) -> bool {
    let (Some(fields), Some(named)) = (item.as_object_mut(), named.as_object()) else {
        findings.problem_at("$ref", "the reference leads to no path item", CORRECT);
        return false;
    };
    fields.remove("$ref");
    for (key, value) in named {
        if fields.contains_key(key) {
            let message = format!("`{key}` stands here and in the path item that is referred to");
            findings.problem_at(key, message, "remove one of them with an overlay action");
            continue;
        }
        let mut value = value.clone();
        // A name may stand once; the operation of the second path goes without.
        let lost = value.as_object_mut().filter(|_| !first);
        if lost
            .and_then(|operation| operation.remove("operationId"))
            .is_some()
        {
            findings.trail.push(key);
            findings.note_at(
                "operationId",
                "lost, the path item is used by a path before this one, and a name may stand once",
            );
            findings.trail.pop();
        }
        fields.insert(key.clone(), value);
    }
    true
}
