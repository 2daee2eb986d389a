//! Compares properties, their presence, and additional properties.
//!
//! An object counts as having exactly the declared properties: adding one widens it, and removing one
//! narrows it.

use std::collections::BTreeSet;

use serde_json::json;

use super::pair::{Pair, brief, is_collection, is_hidden};
use super::view::{Additional, View};
use crate::comparison::{Change, Comparison, Site};
use crate::document::{At, Document};
use crate::verdict::{Aspect, Effect, Mode, Presence, Slot};

pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (base, revision) = (&pair.base, &pair.revision);
    let declared = base.properties.keys().chain(revision.properties.keys());
    let required = base.required.iter().chain(&revision.required);
    let names: BTreeSet<&'a str> = declared.chain(required).copied().collect();
    for name in names {
        property(cmp, pair, name);
    }
    additional(cmp, pair);
}

/// Returns the slot of a property in one direction, without the facts about its schema.
fn read<'a>(document: &mut Document<'a>, view: &View<'a>, name: &str, mode: Mode) -> Slot {
    let places = view.properties.get(name);
    // Most documents have no such schemas, so there is no need to check the properties.
    let hidden = document.has_directions
        && places.is_some_and(|places| is_hidden(&View::of(document, places), mode));
    let required = view.required.contains(name);
    let is_there = !hidden && (required || places.is_some());
    Slot {
        hidden,
        ..Slot::of(is_there.then_some(required))
    }
}

fn property<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, name: &'a str) {
    let mode = pair.context.mode;
    let before = read(&mut cmp.base, &pair.base, name, mode);
    let after = read(&mut cmp.revision, &pair.revision, name, mode);
    let places = |view: &View<'a>| view.properties.get(name).cloned();
    let (base, revision) = (places(&pair.base), places(&pair.revision));
    // The type has a property for the other direction too.
    if before.presence != after.presence || before.hidden != after.hidden {
        presence(cmp, pair, name, before, after);
    }
    if before.presence == Presence::Absent || after.presence == Presence::Absent {
        return;
    }
    if let (Some(base), Some(revision)) = (base, revision) {
        let sites = (Site::of(before.presence), Site::of(after.presence));
        cmp.defer(pair.context, base, revision, sites);
    }
}

fn presence<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, name: &str, before: Slot, after: Slot) {
    use Presence::{Absent, Optional, Required};
    let (old, new) = (before.presence, after.presence);
    let mark = match pair.context.mode {
        Mode::Request => "read-only",
        _ => "write-only",
    };
    let kind = |presence| match presence {
        Required => "required",
        _ => "optional",
    };
    let (rule, message) = match (old, new) {
        (Optional, Optional) | (Required, Required) => return,
        (Absent, Absent) if before.hidden => (
            format!("{mark}-property-removed"),
            format!("the property `{name}`, which was {mark}, is gone"),
        ),
        (Absent, Absent) => (
            format!("{mark}-property-added"),
            format!("the property `{name}`, which is {mark}, is new"),
        ),
        (Absent, _) if before.hidden => (
            format!("{}-property-became-not-{mark}", kind(new)),
            format!("the property `{name}` is no longer {mark}"),
        ),
        (_, Absent) if after.hidden => (
            format!("{}-property-became-{mark}", kind(old)),
            format!("the property `{name}` is {mark} now"),
        ),
        (Absent, _) => (
            format!("{}-property-added", kind(new)),
            format!("the {} property `{name}` is new", kind(new)),
        ),
        (_, Absent) => (
            format!("{}-property-removed", kind(old)),
            format!("the {} property `{name}` is gone", kind(old)),
        ),
        (Optional, Required) => (
            "property-became-required".to_owned(),
            format!("the property `{name}` is required now"),
        ),
        (Required, Optional) => (
            "property-became-optional".to_owned(),
            format!("the property `{name}` may be left out now"),
        ),
    };
    let effect = match (old, new) {
        (Absent, Absent) => Effect::Same,
        (Absent | Required, Optional) => Effect::Widened,
        (Optional, _) => Effect::Narrowed,
        _ => Effect::Incomparable,
    };
    let schema = |document: &mut Document<'a>, view: &View<'a>| {
        let places = view.properties.get(name)?;
        Some(View::of(document, places))
    };
    let schemas = (
        schema(&mut cmp.base, &pair.base),
        schema(&mut cmp.revision, &pair.revision),
    );
    let slot = |slot: Slot, schema: &Option<View<'a>>| Slot {
        nullable: schema.as_ref().is_some_and(|view| view.null),
        collection: schema.as_ref().is_some_and(is_collection),
        ..slot
    };
    let value = |presence, schema: &Option<View<'a>>| {
        let stands = schema.as_ref().filter(|_| presence != Absent);
        stands.map(|view| json!(brief(view)))
    };
    let change = Change::new(
        rule,
        effect,
        Aspect::Field(slot(before, &schemas.0), slot(after, &schemas.1)),
        message,
    )
    .values(value(old, &schemas.0), value(new, &schemas.1));
    let place = |view: &View<'a>, at: At<'a>| {
        let found = view.properties.get(name).and_then(|it| it.first()).copied();
        // A required property without a declaration is located at the object.
        found.or_else(|| view.required.contains(name).then_some(at))
    };
    let (base, revision) = (
        place(&pair.base, pair.at.0),
        place(&pair.revision, pair.at.1),
    );
    cmp.report(pair.context, base, revision, change);
}

fn additional<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let of = |view: &View<'a>| view.additional.clone().unwrap_or(Additional::Open);
    let (base, revision) = (of(&pair.base), of(&pair.revision));
    let (rule, effect, message) = match (&base, &revision) {
        (Additional::Open, Additional::Open) | (Additional::Closed, Additional::Closed) => return,
        (Additional::Schema(before), Additional::Schema(after)) => {
            cmp.defer(pair.context, before.clone(), after.clone(), Site::PLAIN);
            return;
        }
        (_, Additional::Closed) => (
            "additional-properties-forbidden",
            Effect::Narrowed,
            "properties that are not declared are forbidden now",
        ),
        (Additional::Closed, _) => (
            "additional-properties-allowed",
            Effect::Widened,
            "properties that are not declared are allowed now",
        ),
        (Additional::Open, Additional::Schema(_)) => (
            "additional-properties-restricted",
            Effect::Narrowed,
            "properties that are not declared must match a schema now",
        ),
        (Additional::Schema(_), Additional::Open) => (
            "additional-properties-opened",
            Effect::Widened,
            "properties that are not declared may be anything now",
        ),
    };
    // A map has the type of its values, and a struct has a field for additional properties if they have a
    // schema.
    let schema = |it: &Additional<'_>| matches!(it, Additional::Schema(_));
    let aspect = if schema(&base) || schema(&revision) {
        Aspect::Type
    } else {
        Aspect::Limit { typed: false }
    };
    let value = |it: &Additional<'_>| match it {
        Additional::Open => json!(true),
        Additional::Closed => json!(false),
        Additional::Schema(_) => json!("a schema"),
    };
    pair.report(
        cmp,
        Change::new(rule, effect, aspect, message)
            .values(Some(value(&base)), Some(value(&revision))),
    );
}
