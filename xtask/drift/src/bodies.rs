//! Compares request bodies, and the content of parameters and responses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::Kind;
use trackstar_openapi::media_type::essence;

use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::{At, Document};
use crate::verdict::{Aspect, Effect, Mode, Presence, Slot};
use crate::{canonical, notes};

/// Media types in the client's order of preference.
const PREFERRED: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/octet-stream",
];

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: At<'a>, revision: At<'a>) {
    let at = (
        cmp.base.followed(base, "requestBody"),
        cmp.revision.followed(revision, "requestBody"),
    );
    let slots = (slot(at.0), slot(at.1));
    match at {
        (None, None) => {}
        (Some(base), Some(revision)) => {
            let context = Context::new(Mode::Request);
            notes::object(cmp, context, (base, revision), Kind::RequestBody, &[]);
            requirement(cmp, (base, revision), slots, "body", "the body");
            content(cmp, context, (base, revision));
        }
        at => {
            let change = presence(at, slots, "body", "body", None);
            cmp.report(Context::new(Mode::Request), at.0, at.1, change);
        }
    }
}

fn slot(at: Option<At<'_>>) -> Slot {
    Slot::of(at.map(|at| at.value.get("required") == Some(&Value::Bool(true))))
}

/// Returns the change that a parameter or a body is only in one of the documents.
pub(crate) fn presence(
    at: (Option<At<'_>>, Option<At<'_>>),
    slots: (Slot, Slot),
    rule: &str,
    name: &str,
    value: Option<&str>,
) -> Change {
    let required = [slots.0.presence, slots.1.presence].contains(&Presence::Required);
    let kind = if required { "required" } else { "optional" };
    let mut change = Change::one_sided(
        at,
        &format!("{kind}-{rule}"),
        &format!("the {kind} {name}"),
        value,
        Aspect::Field(slots.0, slots.1),
    );
    if required {
        change.effect = Effect::Incomparable;
    }
    change
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
                let chosen = if base.is_some() { chosen } else { chosen_now };
                let used = chosen == Some(name);
                let at = (base.copied(), revision.copied());
                let what = format!("the media type {name}");
                let aspect = Aspect::Media { used };
                let change = Change::one_sided(at, "media-type", &what, Some(name), aspect);
                cmp.report(context, at.0, at.1, change);
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

fn both<'a>(cmp: &mut Comparison<'a>, context: Context, at: (At<'a>, At<'a>)) {
    notes::object(cmp, context, at, Kind::MediaType, &[]);
    encoding(cmp, context, at);
    let before = cmp.base.get(at.0, "schema");
    let after = cmp.revision.get(at.1, "schema");
    let (rule, effect, message) = match (before, after) {
        (None, None) => return,
        (Some(before), Some(after)) => {
            cmp.defer(context, vec![before], vec![after], Site::PLAIN);
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
