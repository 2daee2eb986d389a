//! Reports constructs that the generator would panic on or reject, with their location and operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{casing, recursion};
use crate::contents::members;
use crate::findings::Findings;
use crate::model::{Fact, Facts, Listed, listed};
use crate::pointer::{JsonPointer, below};
use crate::spec::{Kind, Version, visit};

pub(super) const RENAME: &str = "rename or remove one of them with an overlay action";

pub(super) fn check(document: &Value, facts: &Facts, findings: &mut Findings) {
    paths(document, findings);
    for operation in listed(document) {
        arguments(document, facts, &operation, findings);
    }
    nodes(document, findings);
    recursion::check(document, findings);
}

fn paths(document: &Value, findings: &mut Findings) {
    for (path, item) in members(document.get("paths")) {
        let pointer = below("/paths", &[path]);
        if item.get("$ref").is_some() {
            findings.problem_on(
                &pointer,
                "the generator does not support `$ref` in a path item",
                "write out the operations with an overlay action",
            );
        }
        if path.starts_with('/') && !is_template(path) {
            findings.problem_on(
                &pointer,
                format!("unbalanced braces in the path `{path}`"),
                "correct the path with an overlay action",
            );
        }
    }
}

/// Returns true if braces are balanced and enclose names without braces and slashes.
fn is_template(path: &str) -> bool {
    let mut name: Option<usize> = None;
    for c in path.chars() {
        name = match (name, c) {
            (None, '{') => Some(0),
            (None | Some(0), '}') | (Some(_), '{' | '/') => return false,
            (None, _) | (Some(_), '}') => None,
            (Some(length), _) => Some(length + 1),
        };
    }
    name.is_none()
}

/// The location and the name of an argument.
type Argument<'d> = (&'d str, &'d str);

/// Reports arguments of an operation with colliding names. All locations share one list of arguments.
fn arguments(document: &Value, facts: &Facts, operation: &Listed, findings: &mut Findings) {
    let all = operation.parameters(document).into_iter();
    let all = all.filter_map(|(_, parameter)| {
        let text = |key: &str| parameter.get(key)?.as_str();
        Some((text("in")?, text("name")?))
    });
    let all: BTreeSet<Argument<'_>> = all.collect();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    if document
        .pointer(&below(&operation.pointer, &["requestBody"]))
        .is_some()
    {
        names.insert("body".to_owned(), "the body");
    }
    for (_, name) in &all {
        if let Some(other) = names.insert(casing::snake(name), name) {
            // Only the operation combines the parameters of the path and of the method.
            findings.problem_on(
                &operation.pointer,
                format!("`{name}` and `{other}` have the same argument name in Rust"),
                RENAME,
            );
        }
    }
    let parts = facts.get(&operation.pointer).into_iter();
    for name in parts.flat_map(Fact::part_names) {
        if let Some(other) = names.insert(casing::snake(name), name) {
            findings.problem_on(
                &operation.pointer,
                format!("the part `{name}` and `{other}` have the same argument name in Rust"),
                RENAME,
            );
        }
    }
}

fn nodes(document: &Value, findings: &mut Findings) {
    let trail = &mut JsonPointer::default();
    let sections = |kind| match kind {
        Kind::Parameter => Some("parameters"),
        Kind::RequestBody => Some("requestBodies"),
        Kind::Response => Some("responses"),
        _ => None,
    };
    visit(
        Kind::Document,
        document,
        Version::V30,
        trail,
        &mut |node, trail| {
            if node.kind == Kind::Reference
                && let Some(section) = sections(node.expected)
                && let Some(reference) = node.value.get("$ref").and_then(Value::as_str)
            {
                let name = reference.strip_prefix(&format!("#/components/{section}/"));
                if name.is_none_or(|name| name.contains(['/', '~', '%'])) {
                    findings.problem_on(
                    trail.as_str(),
                    format!("`{reference}` does not refer to a component, and the generator does not support other targets"),
                    "inline the target or move it to `components` with an overlay action",
                );
                }
            }
            if node.kind == Kind::Schema
                && let Some(kind) = node.value.get("type").and_then(Value::as_str)
                && !["array", "boolean", "integer", "number", "object", "string"].contains(&kind)
            {
                findings.problem_on(
                    &below(trail.as_str(), &["type"]),
                    format!("expected a type, found `{kind}`"),
                    "correct it with an overlay action",
                );
            }
        },
    );
}
