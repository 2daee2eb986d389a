//! Bodies of requests, and the content of whatever has one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::Kind;
use trackstar_openapi::media_type::essence;

use crate::document::{At, Document};
use crate::engine::{Change, Context, Engine, Site};
use crate::verdict::{Aspect, Effect, Mode, Presence, Slot};
use crate::{canonical, notes, schema};

/// Media types in the order in which the client prefers them.
const PREFERRED: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/octet-stream",
];

pub(crate) fn compare<'a>(engine: &mut Engine<'a>, base: At<'a>, revision: At<'a>) {
    let before = body(&mut engine.base, base);
    let after = body(&mut engine.revision, revision);
    let slots = (slot(before), slot(after));
    match (before, after) {
        (None, None) => {}
        (Some(base), Some(revision)) => {
            let context = Context::new(Mode::Request);
            notes::object(engine, context, (base, revision), Kind::RequestBody, &[]);
            requirement(engine, (base, revision), slots, "body", "the body");
            content(engine, context, (base, revision));
        }
        (base, revision) => one_sided(engine, base, revision, slots),
    }
}

fn body<'a>(document: &mut Document<'a>, operation: At<'a>) -> Option<At<'a>> {
    let written = document.get(operation, "requestBody")?;
    // One that leads nowhere stays what is written: it is compared as such.
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
    engine: &mut Engine<'a>,
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
    let change = Change {
        rule: format!("{kind}-body-{how}"),
        effect,
        aspect: Aspect::Field(slots.0, slots.1),
        base: None,
        revision: None,
        message: format!("the {kind} body {words}"),
    };
    engine.found(Context::new(Mode::Request), base, revision, change);
}

/// Whether a parameter or a body that stays must be given.
pub(crate) fn requirement<'a>(
    engine: &mut Engine<'a>,
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
    let change = Change {
        rule: format!("{what}-became-{how}"),
        effect,
        aspect: Aspect::Field(slots.0, slots.1),
        base: Some(json!(slots.0.presence == Presence::Required)),
        revision: Some(json!(slots.1.presence == Presence::Required)),
        message: format!("{name} {words}"),
    };
    engine.found(Context::new(Mode::Request), Some(at.0), Some(at.1), change);
}

type Media<'a> = BTreeMap<String, At<'a>>;

/// The media types of a body, an answer or a parameter, and what each holds.
pub(crate) fn content<'a>(engine: &mut Engine<'a>, context: Context, at: (At<'a>, At<'a>)) {
    let before = media(&mut engine.base, at.0);
    let after = media(&mut engine.revision, at.1);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let (chosen, chosen_now) = (chosen(&before), chosen(&after));
    for name in names {
        match (before.get(name), after.get(name)) {
            (Some(base), Some(revision)) => {
                // Answers that are no JSON are handed over as bytes, whatever their schema.
                let raw = context.mode != Mode::Request && name != PREFERRED[0];
                let context = if raw { context.unseen() } else { context };
                both(engine, context, (*base, *revision));
            }
            (base, revision) => {
                let used = if base.is_some() {
                    chosen == Some(name)
                } else {
                    chosen_now == Some(name)
                };
                one_media(
                    engine,
                    context,
                    name,
                    base.copied(),
                    revision.copied(),
                    used,
                );
            }
        }
    }
}

fn media<'a>(document: &mut Document<'a>, at: At<'a>) -> Media<'a> {
    let Some(content) = document.get(at, "content") else {
        return Media::new();
    };
    let members = document.members(content).into_iter();
    // Parameters such as the charset make no other type, and neither does the case.
    members.map(|(name, at)| (essence(name), at)).collect()
}

/// The one that the client sends or reads.
fn chosen<'m>(media: &'m Media<'_>) -> Option<&'m String> {
    media.keys().min_by_key(|name| {
        let rank = PREFERRED.iter().position(|it| it == name);
        rank.unwrap_or(PREFERRED.len())
    })
}

fn one_media<'a>(
    engine: &mut Engine<'a>,
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
    let change = Change {
        rule: rule.to_owned(),
        effect,
        aspect: Aspect::Media { used },
        base: base.map(|_| json!(name)),
        revision: revision.map(|_| json!(name)),
        message: format!("the media type {name} {words}"),
    };
    engine.found(context, base, revision, change);
}

fn both<'a>(engine: &mut Engine<'a>, context: Context, at: (At<'a>, At<'a>)) {
    notes::object(engine, context, at, Kind::MediaType, &[]);
    encoding(engine, context, at);
    let before = engine.base.get(at.0, "schema");
    let after = engine.revision.get(at.1, "schema");
    let (rule, effect, message) = match (before, after) {
        (None, None) => return,
        (Some(before), Some(after)) => {
            let sites = (Site::PLAIN, Site::PLAIN);
            schema::compare(engine, context, vec![before], vec![after], sites);
            return;
        }
        (Some(_), None) => ("schema-removed", Effect::Widened, "the schema is gone"),
        (None, Some(_)) => ("schema-added", Effect::Narrowed, "there is a schema now"),
    };
    let value = |at: Option<At<'a>>| at.map(|at| canonical::bare(at.value));
    let change = Change {
        rule: rule.to_owned(),
        effect,
        aspect: Aspect::Type,
        base: value(before),
        revision: value(after),
        message: message.to_owned(),
    };
    engine.found(context, before.or(Some(at.0)), after.or(Some(at.1)), change);
}

/// How the parts of a form are written.
fn encoding<'a>(engine: &mut Engine<'a>, context: Context, at: (At<'a>, At<'a>)) {
    let of = |at: At<'a>| at.value.get("encoding").map(canonical::bare);
    let (before, after) = (of(at.0), of(at.1));
    if before == after {
        return;
    }
    let change = Change {
        rule: "encoding-changed".to_owned(),
        effect: Effect::Unknown,
        aspect: Aspect::Encoding,
        base: before,
        revision: after,
        message: "the parts of the body are written otherwise".to_owned(),
    };
    engine.found(context, Some(at.0), Some(at.1), change);
}
