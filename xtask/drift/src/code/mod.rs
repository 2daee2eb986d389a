//! Compares the code generated from two documents.
//!
//! A finding states the effect of a change on the values. Whether code for the first document compiles
//! with the client of the second depends on more: on names that the generator derives, on examples that
//! it trusts, on schemas for which it has no type. Therefore the source verdicts are checked against the
//! two prepared documents, operation by operation:
//!
//! - If an operation's method and types are the same or only grow, no finding breaks source.
//! - If they change otherwise, at least one finding breaks source.
//!
//! A document that cannot be prepared has no code, and the verdicts stay as judged.

mod grows;
mod operation;
mod parts;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::{Preparation, Prepared, pointer};

use crate::canonical::{self, name_of};
use crate::finding::{Direction, Finding, Side};
use crate::verdict::{Effect, Verdict};
use grows::GrowingTypes;
use operation::{GeneratedOperation, all, references};

/// The reasons why the code of operations in the first document breaks, by `METHOD /path`.
type BrokenNames = BTreeMap<String, String>;

/// Maximum length of a chain of components. Longer chains do not occur in real documents, and preparing
/// them takes more than linear time.
const MAX_LEVELS: usize = 256;

/// Returns true if no chain of components exceeds the maximum length.
fn is_shallow(document: &Value) -> bool {
    let uses = ["paths", "webhooks"].map(|section| &document[section]);
    let mut level: BTreeSet<&str> = uses.into_iter().flat_map(names).collect();
    let mut seen = BTreeSet::new();
    for _ in 0..MAX_LEVELS {
        let schemas = level.iter().map(|name| component(document, name));
        let next: BTreeSet<&str> = schemas.flat_map(names).collect();
        seen.extend(level);
        level = next.difference(&seen).copied().collect();
        if level.is_empty() {
            return true;
        }
    }
    false
}

/// Returns the names of the components that a value refers to.
fn names(value: &Value) -> impl Iterator<Item = &str> {
    references(value).map(name_of)
}

fn component<'a>(document: &'a Value, name: &str) -> &'a Value {
    &document["components"]["schemas"][name]
}

/// Prepares a document for the generator. Returns `None` if it has no code.
pub(crate) fn prepared(document: &Value) -> Option<Prepared> {
    if !is_shallow(document) {
        return None;
    }
    let preparation = Preparation::of(document.clone()).webhooks(true);
    preparation.run().ok()
}

/// Compares the code of two documents.
fn compare(prepared: [&Prepared; 2]) -> BrokenNames {
    let (documents, operations) = (prepared.map(Prepared::document), prepared.map(all));
    let sent = [0, 1].map(|side| sent(documents[side], &operations[side]));
    let mut types = GrowingTypes::new(prepared, sent);
    let mut broken = BrokenNames::new();
    for before in &operations[0] {
        let now = operations[1].iter().find(|it| it.id == before.id);
        let compared = match now {
            Some(now) => before.broken_by(now, &mut types),
            None if before.event().is_some() => Err("its variant is gone".to_owned()),
            None => Err(format!("the method `{}` is gone", before.id)),
        };
        if let Err(why) = compared {
            broken.insert(before.name.clone(), why);
        }
    }
    broken
}

/// Returns the components in requests, and the components that these contain.
fn sent<'a>(document: &'a Value, operations: &[GeneratedOperation<'a>]) -> BTreeSet<&'a str> {
    let sends = operations.iter().flat_map(GeneratedOperation::sends);
    let mut todo: Vec<&str> = sends.collect();
    let mut sent = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if sent.insert(name) {
            todo.extend(names(component(document, name)));
        }
    }
    sent
}

/// Adjusts the source verdicts to the generated code of the compared operations.
pub(crate) fn adjust(
    findings: &mut Vec<Finding>,
    prepared: [&Prepared; 2],
    compared: &BTreeSet<String>,
) {
    let mut broken = compare(prepared);
    broken.retain(|name, _| compared.contains(name));
    for finding in findings.iter_mut() {
        let users = &finding.used_by;
        let compiles = !users.is_empty() && users.iter().all(|name| !broken.contains_key(name));
        if compiles {
            finding.source = finding.source.min(Verdict::Safe);
        }
    }
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, why) in broken {
        let of_it = |finding: &&mut Finding| finding.used_by.contains(&name);
        let all: Vec<&mut Finding> = findings.iter_mut().filter(of_it).collect();
        if all.iter().any(|finding| finding.source > Verdict::Safe) {
            continue;
        }
        match <[&mut Finding; 1]>::try_from(all) {
            Ok([only]) => {
                only.source = Verdict::Breaks;
                only.message = format!("{}; in the generated code, {why}", only.message);
            }
            Err(_) => {
                told.entry(why).or_default().insert(name);
            }
        }
    }
    findings.extend(told.into_iter().map(|(why, names)| changed(&why, names)));
    findings.sort_by_cached_key(Finding::order);
}

/// Returns a finding for a change of the code that no single change of the document explains.
fn changed(why: &str, names: BTreeSet<String>) -> Finding {
    let place = names.first().and_then(|name| {
        let pointer = match name.split_once(' ')? {
            ("webhook", event) => pointer::below("/webhooks", &[event]),
            (method, path) => pointer::below("/paths", &[path, &method.to_lowercase()]),
        };
        Some(Side::new(pointer, None))
    });
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    Finding {
        rule: "generated-code-changed".to_owned(),
        direction: Direction::None,
        effect: Effect::Unknown,
        wire: Verdict::Safe,
        source: Verdict::Breaks,
        fingerprint: canonical::digest(&["generated-code-changed", why, &all.join(" ")]),
        message: format!("the generated code changed: {why}"),
        used_by: names,
        base: place.clone(),
        revision: place,
    }
}
