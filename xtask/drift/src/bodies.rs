//! Compares request bodies, and the content of parameters and responses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::Kind;
use trackstar_openapi::media_type::essence;

use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::{At, Document};
use crate::verdict::{Aspect, Effect, Mode, Presence, Slot};
use crate::{canonical, notes, schema};

/// Media types in the client's order of preference.
const PREFERRED: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/octet-stream",
];

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: At<'a>, revision: At<'a>) {
    let before = body(&mut cmp.base, base);
    let after = body(&mut cmp.revision, revision);
    let slots = (slot(before), slot(after));
    match (before, after) {
        (None, None) => {}
        (Some(base), Some(revision)) => {
            let context = Context::new(Mode::Request);
            notes::object(cmp, context, (base, revision), Kind::RequestBody, &[]);
            requirement(cmp, (base, revision), slots, "body", "the body");
            content(cmp, context, (base, revision));
        }
        (base, revision) => one_sided(cmp, base, revision, slots),
    }
}

fn body<'a>(document: &mut Document<'a>, operation: At<'a>) -> Option<At<'a>> {
    let written = document.get(operation, "requestBody")?;
    // An unresolved reference is compared as it is written.
    Some(document.follow(written).unwrap_or(written))
}

fn slot(at: Option<At<'_>>) -> Slot {
    Slot {
        presence: match at.map(|at| at.value.get("required") == Some(&Value::Bool(true))) {
            None => Presence::Absent,
            Some(false) => Presence::Optional,
            Some(true) => Presence::Required,
        },
        nullable: false,
        collection: false,
        hidden: false,
    }
}

fn one_sided<'a>(
    cmp: &mut Comparison<'a>,
    base: Option<At<'a>>,
    revision: Option<At<'a>>,
    slots: (Slot, Slot),
) {
    let required = [slots.0, slots.1]
        .iter()
        .any(|slot| slot.presence == Presence::Required);
    let kind = if required { "required" } else { "optional" };
    let (how, words) = if base.is_some() {
        ("removed", "is gone")
    } else {
        ("added", "is new")
    };
    let effect = match (required, how) {
        (true, _) => Effect::Incomparable,
        (false, "removed") => Effect::Narrowed,
        (false, _) => Effect::Widened,
    };
    let change = Change::new(
        format!("{kind}-body-{how}"),
        effect,
        Aspect::Field(slots.0, slots.1),
        format!("the {kind} body {words}"),
    );
    cmp.report(Context::new(Mode::Request), base, revision, change);
}

/// Compares whether a parameter or a body of both documents is required.
pub(crate) fn requirement<'a>(
    cmp: &mut Comparison<'a>,
    at: (At<'a>, At<'a>),
    slots: (Slot, Slot),
    what: &str,
    name: &str,
) {
    let (how, effect, words) = match (slots.0.presence, slots.1.presence) {
        (Presence::Optional, Presence::Required) => {
            ("required", Effect::Narrowed, "is required now")
        }
        (Presence::Required, Presence::Optional) => {
            ("optional", Effect::Widened, "may be left out now")
        }
        _ => return,
    };
    let change = Change::new(
        format!("{what}-became-{how}"),
        effect,
        Aspect::Field(slots.0, slots.1),
        format!("{name} {words}"),
    )
    .values(
        Some(json!(slots.0.presence == Presence::Required)),
        Some(json!(slots.1.presence == Presence::Required)),
    );
    cmp.report(Context::new(Mode::Request), Some(at.0), Some(at.1), change);
}

type Media<'a> = BTreeMap<String, At<'a>>;

/// Compares the media types of a body, a response or a parameter, and their content.
pub(crate) fn content<'a>(cmp: &mut Comparison<'a>, context: Context, at: (At<'a>, At<'a>)) {
    let before = media(&mut cmp.base, at.0);
    let after = media(&mut cmp.revision, at.1);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let (chosen, chosen_now) = (chosen(&before), chosen(&after));
    for name in names {
        match (before.get(name), after.get(name)) {
            (Some(base), Some(revision)) => {
                // Responses that are not JSON are returned as bytes, regardless of their schema.
                let raw = context.mode != Mode::Request && name != PREFERRED[0];
                let context = if raw { context.unseen() } else { context };
                both(cmp, context, (*base, *revision));
            }
            (base, revision) => {
                let used = if base.is_some() {
                    chosen == Some(name)
                } else {
                    chosen_now == Some(name)
                };
                one_media(cmp, context, name, base.copied(), revision.copied(), used);
            }
        }
    }
}

fn media<'a>(document: &mut Document<'a>, at: At<'a>) -> Media<'a> {
    let Some(content) = document.get(at, "content") else {
        return Media::new();
    };
    let members = document.members(content).into_iter();
    // Parameters such as the charset and the letter case do not make another media type.
    members.map(|(name, at)| (essence(name), at)).collect()
}

/// Returns the media type that the client sends or reads.
fn chosen<'m>(media: &'m Media<'_>) -> Option<&'m String> {
    media.keys().min_by_key(|name| {
        let rank = PREFERRED.iter().position(|it| it == name);
        rank.unwrap_or(PREFERRED.len())
    })
}

fn one_media<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    name: &str,
    base: Option<At<'a>>,
    revision: Option<At<'a>>,
    used: bool,
) {
    let (rule, effect, words) = if base.is_some() {
        ("media-type-removed", Effect::Narrowed, "is gone")
    } else {
        ("media-type-added", Effect::Widened, "is new")
    };
    let change = Change::new(
        rule,
        effect,
        Aspect::Media { used },
        format!("the media type {name} {words}"),
    )
    .values(base.map(|_| json!(name)), revision.map(|_| json!(name)));
    cmp.report(context, base, revision, change);
}

fn both<'a>(cmp: &mut Comparison<'a>, context: Context, at: (At<'a>, At<'a>)) {
    notes::object(cmp, context, at, Kind::MediaType, &[]);
    encoding(cmp, context, at);
    let before = cmp.base.get(at.0, "schema");
    let after = cmp.revision.get(at.1, "schema");
    let (rule, effect, message) = match (before, after) {
        (None, None) => return,
        (Some(before), Some(after)) => {
            let sites = (Site::PLAIN, Site::PLAIN);
            schema::defer(cmp, context, vec![before], vec![after], sites);
            return;
        }
        (Some(_), None) => ("schema-removed", Effect::Widened, "the schema is gone"),
        (None, Some(_)) => ("schema-added", Effect::Narrowed, "there is a schema now"),
    };
    let value = |at: Option<At<'a>>| at.map(|at| canonical::bare(at.value));
    let change =
        Change::new(rule, effect, Aspect::Type, message).values(value(before), value(after));
    cmp.report(context, before.or(Some(at.0)), after.or(Some(at.1)), change);
}

/// Compares the serialization of the parts of a form.
fn encoding<'a>(cmp: &mut Comparison<'a>, context: Context, at: (At<'a>, At<'a>)) {
    let of = |at: At<'a>| at.value.get("encoding").map(canonical::bare);
    let (before, after) = (of(at.0), of(at.1));
    if before == after {
        return;
    }
    let change = Change::new(
        "encoding-changed",
        Effect::Unknown,
        Aspect::Encoding,
        "the parts of the body are written otherwise",
    )
    .values(before, after);
    cmp.report(context, Some(at.0), Some(at.1), change);
}
