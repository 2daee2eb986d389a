//! Compares the parts of a schema that do not restrict values: descriptions, deprecations, extensions,
//! and unknown keywords.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::{Kind, is_prose};

use super::pair::Pair;
use super::view::View;
use crate::canonical;
use crate::comparison::{Change, Comparison, Context};
use crate::document::At;
use crate::notes;
use crate::verdict::{Aspect, Effect};

/// The keywords that no file here compares.
const UNREAD: [&str; 6] = [
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$schema",
    "$vocabulary",
    "dependencies",
];

/// Compares the wrappers around two references.
pub(super) fn beside<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: (At<'a>, At<'a>),
    base: &[At<'a>],
    revision: &[At<'a>],
) {
    say(
        cmp,
        context,
        at,
        &Voices::within(base),
        &Voices::within(revision),
    );
}

/// Compares the annotations of two schemas. The components that they refer to are compared with each
/// other.
pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (base, revision) = (owned(&pair.base), owned(&pair.revision));
    let owners: BTreeSet<_> = base.keys().chain(revision.keys()).copied().collect();
    for owner in owners {
        let none = Voices::default();
        let before = base.get(&owner).unwrap_or(&none);
        let after = revision.get(&owner).unwrap_or(&none);
        let at = match owner {
            None => pair.at,
            // If only one of them refers to a component, that is another change.
            Some(_) => match (before.all.first(), after.all.first()) {
                (Some(before), Some(after)) => (*before, *after),
                _ => continue,
            },
        };
        say(cmp, pair.context, at, before, after);
    }
    strange(cmp, pair);
    discriminator(cmp, pair);
}

/// The places of the annotations of one schema.
#[derive(Default)]
struct Voices<'a> {
    all: Vec<At<'a>>,
    /// The place that contains the others, if there is one.
    outermost: Option<At<'a>>,
}

impl<'a> Voices<'a> {
    /// Returns the annotations of wrappers, each within the previous one.
    fn within(all: &[At<'a>]) -> Self {
        Self {
            all: all.to_vec(),
            outermost: all.first().copied(),
        }
    }

    /// Returns the value of a keyword at the outermost place. Without such a place, the order of an
    /// `allOf` does not matter, so the values decide.
    fn first(&self, keyword: &str) -> Option<&'a Value> {
        let outermost = self.outermost.and_then(|at| at.value.get(keyword));
        let said = || self.all.iter().filter_map(|at| at.value.get(keyword));
        let order = |one: &&Value, other: &&Value| canonical::order(keyword, one, other);
        outermost.or_else(|| said().min_by(order))
    }

    fn keywords(&self) -> BTreeSet<&'a str> {
        let all = self.all.iter().filter_map(|at| at.value.as_object());
        all.flat_map(|fields| fields.keys().map(String::as_str))
            .collect()
    }
}

fn owned<'a>(view: &View<'a>) -> BTreeMap<Option<&'a str>, Voices<'a>> {
    let mut owned: BTreeMap<_, Voices<'_>> = BTreeMap::new();
    for part in &view.parts {
        let voices = owned.entry(part.owner).or_default();
        // The first place after a reference is the component itself.
        if voices.all.is_empty() {
            voices.outermost = match part.owner {
                Some(_) => Some(part.at),
                None => view.outermost().map(|part| part.at),
            };
        }
        voices.all.push(part.at);
    }
    owned
}

fn say<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: (At<'a>, At<'a>),
    base: &Voices<'a>,
    revision: &Voices<'a>,
) {
    let flag = |voices: &Voices<'a>| voices.first("deprecated") == Some(&Value::Bool(true));
    notes::deprecated(cmp, context, at, flag(base), flag(revision));
    for name in &base.keywords() | &revision.keywords() {
        let (before, after) = (base.first(name), revision.first(name));
        if name.starts_with("x-") {
            notes::extension(cmp, context, at, name, before, after);
        } else if is_prose(name) {
            notes::prose(cmp, context, at, name, before, after);
        }
    }
    default(
        cmp,
        context,
        at,
        base.first("default"),
        revision.first("default"),
    );
}

fn default<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: (At<'a>, At<'a>),
    before: Option<&Value>,
    after: Option<&Value>,
) {
    let (rule, message) = match (before, after) {
        (Some(before), Some(after)) if !canonical::same(before, after) => (
            "default-changed",
            format!("the default was {before} and is {after}"),
        ),
        (Some(before), None) => ("default-removed", format!("the default {before} is gone")),
        (None, Some(after)) => ("default-added", format!("the default is {after} now")),
        _ => return,
    };
    let change = Change::new(rule, Effect::Unknown, Aspect::Default, message)
        .values(before.cloned(), after.cloned());
    cmp.report(context, Some(at.0), Some(at.1), change);
}

/// Compares unknown keywords, and values that are not schemas.
fn strange<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (before, after) = (unknown(&pair.base), unknown(&pair.revision));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for name in names {
        notes::unknown(
            cmp,
            pair.context,
            pair.at,
            name,
            before.get(name).copied(),
            after.get(name).copied(),
        );
    }
}

fn unknown<'a>(view: &View<'a>) -> BTreeMap<&'a str, &'a Value> {
    let mut found = BTreeMap::new();
    for part in &view.parts {
        let Some(fields) = part.at.value.as_object() else {
            found.insert("", part.at.value);
            continue;
        };
        for (key, value) in fields {
            if !is_readable(key, value) {
                found.entry(key.as_str()).or_insert(value);
            }
        }
    }
    found
}

/// Returns true if the comparison knows a keyword, and can read its value.
fn is_readable(keyword: &str, value: &Value) -> bool {
    match keyword {
        "dependentRequired" => value.is_object(),
        "type" => {
            let name = |value: &Value| {
                let names = [
                    "array", "boolean", "integer", "null", "number", "object", "string",
                ];
                value.as_str().is_some_and(|name| names.contains(&name))
            };
            name(value) || value.as_array().is_some_and(|all| all.iter().all(name))
        }
        _ if keyword.starts_with("x-") || is_prose(keyword) => true,
        _ if UNREAD.contains(&keyword) => false,
        _ => Kind::Schema.takes(keyword, value) == Some(true),
    }
}

/// Compares the property that selects an alternative. The generated code ignores it and tries the
/// alternatives one by one.
fn discriminator<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let before = pair.base.found("discriminator").map(canonical::bare);
    let after = pair.revision.found("discriminator").map(canonical::bare);
    let name = |it: &Option<Value>| it.as_ref().map(|it| it["propertyName"].clone());
    let (rule, message) = match (&before, &after) {
        (before, after) if before == after => return,
        (Some(_), None) => (
            "discriminator-removed",
            "the discriminator is gone".to_owned(),
        ),
        (None, Some(_)) => (
            "discriminator-added",
            "there is a discriminator now".to_owned(),
        ),
        _ if name(&before) != name(&after) => (
            "discriminator-property-changed",
            "the discriminator names another property".to_owned(),
        ),
        _ => (
            "discriminator-mapping-changed",
            "the discriminator maps its values otherwise".to_owned(),
        ),
    };
    pair.report(
        cmp,
        Change::new(
            rule,
            Effect::Unknown,
            Aspect::Limit { typed: false },
            message,
        )
        .values(before, after),
    );
}
