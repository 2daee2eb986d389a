//! The code that is generated of two documents, and what changes in it.
//!
//! A finding says what a change does to the values. Whether code that was written for the first
//! document compiles with the client of the second depends on more: on names that the generator
//! makes, on examples that it believes, on what it has no type for. So the verdict on source is held
//! against the two documents as they are prepared for the generator, operation by operation:
//!
//! - Of an operation whose method and types are the same or only grow, no finding breaks source.
//! - Of one whose method or types change otherwise, at least one does.
//!
//! A document that cannot be prepared has no code, and the verdicts stay what the rules say.

mod grows;
mod operation;
mod parts;
mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;

use serde_json::Value;
use trackstar_openapi::{Preparation, Prepared, pointer};

use crate::finding::{Direction, Finding, Side};
use crate::verdict::{Effect, Verdict};
use crate::{Subject, canonical};
use grows::Types;
use operation::{Operation, all, references};

/// Why the code of each operation of the first document breaks, by `METHOD /path`.
type Broken = BTreeMap<String, String>;

/// Documents whose components lead further into each other than this are not prepared: nobody writes
/// them, and the preparation takes more time than such a chain is long.
const MAX_LEVELS: usize = 256;

/// Whether the components of a document lead into each other no further than is looked.
fn is_shallow(document: &Value) -> bool {
    let mut level = BTreeSet::new();
    for section in ["paths", "webhooks"] {
        references(&document[section], &mut level);
    }
    let mut seen = BTreeSet::new();
    for _ in 0..MAX_LEVELS {
        let mut next = BTreeSet::new();
        for name in level {
            references(&document["components"]["schemas"][&name], &mut next);
            seen.insert(name);
        }
        level = next.difference(&seen).cloned().collect();
        if level.is_empty() {
            return true;
        }
    }
    false
}

/// Prepares a document for the generator; `None` of one that has no code.
pub(crate) fn prepared(document: &Value) -> Option<Prepared> {
    if !is_shallow(document) {
        return None;
    }
    let preparation = Preparation::of(document.clone()).webhooks(true);
    preparation.run().ok()
}

/// Compares the code of two documents; `None` if there is none to compare.
fn compare(base: &Subject<'_>, revision: &Subject<'_>) -> Option<Broken> {
    // Preparing takes most of the time of a comparison.
    let prepared = std::thread::scope(|scope| {
        let base = scope.spawn(|| base.prepared());
        let revision = revision.prepared();
        let base = base.join().unwrap_or_else(|panic| resume_unwind(panic));
        Some([base?, revision?])
    })?;
    let (documents, operations) = (prepared.map(Prepared::document), prepared.map(all));
    let sent = [0, 1].map(|side| sent(documents[side], &operations[side]));
    let mut types = Types::new(prepared, sent);
    let mut broken = Broken::new();
    for before in &operations[0] {
        let now = operations[1].iter().find(|it| it.id == before.id);
        let compared = match now {
            Some(now) => before.broken_by(now, &mut types),
            None if before.name.contains(" //webhooks/") => Err("its variant is gone".to_owned()),
            None => Err(format!("the method `{}` is gone", before.id)),
        };
        if let Err(why) = compared {
            broken.insert(before.name.clone(), why);
        }
    }
    Some(broken)
}

/// The components that requests are made of, and all that those are made of.
fn sent(document: &Value, operations: &[Operation<'_>]) -> BTreeSet<String> {
    let mut todo: BTreeSet<String> = operations.iter().flat_map(Operation::sends).collect();
    let mut done = BTreeSet::new();
    while let Some(name) = todo.pop_first() {
        let schema = &document["components"]["schemas"][&name];
        let mut names = BTreeSet::new();
        references(schema, &mut names);
        done.insert(name);
        todo.extend(names.into_iter().filter(|it| !done.contains(it)));
    }
    done
}

/// Holds the verdicts on source against the code, for the operations of these names.
pub(crate) fn hold(
    findings: &mut Vec<Finding>,
    (base, revision): (&Subject<'_>, &Subject<'_>),
    compared: &BTreeSet<String>,
) {
    if base.value() == revision.value() {
        return;
    }
    let Some(mut broken) = compare(base, revision) else {
        return;
    };
    broken.retain(|name, _| compared.contains(name) || name.contains(" //webhooks/"));
    for finding in findings.iter_mut() {
        let users = users(finding);
        let compiles = !users.is_empty() && users.iter().all(|name| !broken.contains_key(name));
        if compiles {
            finding.source = finding.source.min(Verdict::Safe);
        }
    }
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, why) in broken {
        let of_it = |finding: &&mut Finding| users(finding).contains(&name);
        let all: Vec<&mut Finding> = findings.iter_mut().filter(of_it).collect();
        if all.is_empty() && name.contains(" //webhooks/") {
            continue;
        }
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

/// The operations that meet a finding, and the event that one of a webhook is about.
fn users(finding: &Finding) -> BTreeSet<String> {
    let mut users = finding.used_by.clone();
    for side in [&finding.base, &finding.revision].into_iter().flatten() {
        let event = side.pointer.strip_prefix("/webhooks/");
        let event = event.and_then(|rest| rest.split('/').next());
        users.extend(event.map(|it| format!("GET //webhooks/{}", pointer::unescape(it))));
    }
    users
}

/// A change of the code that no single change of the document explains.
fn changed(why: &str, names: BTreeSet<String>) -> Finding {
    let place = names.first().and_then(|name| {
        let (method, path) = name.split_once(' ')?;
        let pointer = pointer::below("/paths", &[path, &method.to_lowercase()]);
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
        message: format!("the generated code is not as it was: {why}"),
        used_by: names,
        base: place.clone(),
        revision: place,
    }
}
