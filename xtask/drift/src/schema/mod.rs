//! Two schemas, compared as sets of values. Each file below knows one family of keywords.

mod arrays;
mod hidden;
mod limits;
mod notes;
mod objects;
mod site;
mod types;
mod unions;
mod values;
mod view;

use serde_json::{Value, json};

use crate::document::{At, Document};
use crate::engine::{Change, Context, Engine, Site, Task};
use crate::verdict::{Aspect, Effect, Mode, Presence, Slot};
use types::Types;
use view::View;

/// Two views of one place, with what is needed to report on it.
pub(crate) struct Pair<'a> {
    context: Context,
    at: (At<'a>, At<'a>),
    sites: (Site, Site),
    base: View<'a>,
    revision: View<'a>,
}

impl<'a> Pair<'a> {
    fn found(&self, engine: &mut Engine<'a>, mut change: Change) {
        let subject = engine.base.subject(self.at.0);
        change.message = format!("{subject}: {}", change.message);
        engine.found(self.context, Some(self.at.0), Some(self.at.1), change);
    }
}

/// The kinds of values that a schema allows, as they matter to how a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is said of the values by itself"
)]
pub(crate) struct Kinds {
    pub(crate) scalar: bool,
    pub(crate) list: bool,
    pub(crate) object: bool,
    /// Whether any of them is, or may hold, a text.
    pub(crate) text: bool,
}

/// Returns the kinds of values that the schema of a parameter allows; of none, or of alternatives, all.
pub(crate) fn kinds<'a>(document: &mut Document<'a>, schema: Option<At<'a>>) -> Kinds {
    let types = schema.map_or(Types::ANY, |at| {
        let view = View::of(document, &[at]);
        if view.unions.is_empty() {
            view.types
        } else {
            Types::ANY
        }
    });
    let any_of = |of: Types| !types.and(of).is_empty();
    let (list, object) = (any_of(Types::ARRAY), any_of(Types::OBJECT));
    let text = any_of(Types::STRING);
    Kinds {
        scalar: text || any_of(Types::NUMBER) || any_of(Types::BOOLEAN),
        list,
        object,
        text: text || list || object,
    }
}

/// Compares two schemas, later: in their surroundings each pair is compared once.
pub(crate) fn compare<'a>(
    engine: &mut Engine<'a>,
    context: Context,
    base: Vec<At<'a>>,
    revision: Vec<At<'a>>,
    sites: (Site, Site),
) {
    engine.wait(Task {
        base,
        revision,
        context,
        sites,
    });
}

/// Compares all that waits, and what that meets.
pub(crate) fn run(engine: &mut Engine<'_>) {
    while let Some(task) = engine.next() {
        one(engine, task);
    }
}

fn one<'a>(engine: &mut Engine<'a>, task: Task<'a>) {
    let Some(task) = site::enter(engine, task) else {
        return;
    };
    let (Some(base_at), Some(revision_at)) = (task.base.first(), task.revision.first()) else {
        return;
    };
    let mut pair = Pair {
        context: task.context,
        at: (*base_at, *revision_at),
        sites: task.sites,
        base: View::of(&mut engine.base, &task.base),
        revision: View::of(&mut engine.revision, &task.revision),
    };
    notes::compare(engine, &pair);
    unresolved(engine, &pair);
    null(engine, &pair);
    if unions::compare(engine, &mut pair) {
        return;
    }
    if !type_of(engine, &pair) {
        return;
    }
    values::compare(engine, &pair);
    limits::compare(engine, &pair);
    let both = pair.base.types.and(pair.revision.types);
    if both.holds(Types::OBJECT) {
        objects::compare(engine, &pair);
    }
    if both.holds(Types::ARRAY) {
        arrays::compare(engine, &pair);
    }
    hidden::compare(engine, &pair);
}

/// Compares the types. Whether they have any value in common, so that it makes sense to go on.
fn type_of<'a>(engine: &mut Engine<'a>, pair: &Pair<'a>) -> bool {
    let (before, after) = (pair.base.types, pair.revision.types);
    if before == after {
        return true;
    }
    let effect = if after.holds(before) {
        Effect::Widened
    } else if before.holds(after) {
        Effect::Narrowed
    } else {
        Effect::Incomparable
    };
    let (before_text, after_text) = (before.to_string(), after.to_string());
    pair.found(
        engine,
        Change {
            rule: "type-changed".to_owned(),
            effect,
            aspect: Aspect::Type,
            message: format!("the type was {before_text} and is {after_text}"),
            base: Some(json!(before_text)),
            revision: Some(json!(after_text)),
        },
    );
    // Where anything was allowed, all that is said now is said by the type.
    let any = pair.base.is_any() || pair.revision.is_any();
    !any && !before.and(after).is_empty()
}

/// Compares whether null is allowed; of what allows anything, nobody says so.
fn null<'a>(engine: &mut Engine<'a>, pair: &Pair<'a>) {
    let (base, revision) = (&pair.base, &pair.revision);
    if base.is_any() || revision.is_any() {
        return;
    }
    let before = base.null || pair.sites.0.null;
    let after = revision.null || pair.sites.1.null;
    if before == after {
        return;
    }
    let collection = |view: &View<'_>| is_collection(view);
    let slot = |site: Site, nullable, view: &View<'_>| Slot {
        presence: if site.optional {
            Presence::Optional
        } else {
            Presence::Required
        },
        nullable,
        collection: collection(view),
        hidden: false,
    };
    let (rule, effect, message) = if after {
        ("became-nullable", Effect::Widened, "null is allowed now")
    } else {
        (
            "became-not-nullable",
            Effect::Narrowed,
            "null is no longer allowed",
        )
    };
    pair.found(
        engine,
        Change {
            rule: rule.to_owned(),
            effect,
            aspect: Aspect::Null(
                slot(pair.sites.0, before, base),
                slot(pair.sites.1, after, revision),
            ),
            base: Some(json!(before)),
            revision: Some(json!(after)),
            message: message.to_owned(),
        },
    );
}

/// Lists and maps are read as empty where they are left out.
fn is_collection(view: &View<'_>) -> bool {
    view.types == Types::ARRAY || (view.types == Types::OBJECT && view.properties.is_empty())
}

/// What it is that a reference leads to nobody knows; that both say the same is no change.
fn unresolved<'a>(engine: &mut Engine<'a>, pair: &Pair<'a>) {
    let (before, after) = (&pair.base.unresolved, &pair.revision.unresolved);
    if before == after {
        return;
    }
    pair.found(
        engine,
        Change {
            rule: "reference-unresolved".to_owned(),
            effect: Effect::Unknown,
            aspect: Aspect::Unknown,
            base: Some(json!(before)),
            revision: Some(json!(after)),
            message: "a reference leads nowhere, or out of the document, in one of the two"
                .to_owned(),
        },
    );
}

/// Whether a property is not part of what travels in this direction.
fn is_hidden(view: &View<'_>, mode: Mode) -> bool {
    match mode {
        Mode::Request => view.is_flagged("readOnly"),
        Mode::Success | Mode::Failure => view.is_flagged("writeOnly"),
        Mode::Neither => false,
    }
}

/// A schema in a few words, for a sentence and for the value of what was added or removed.
fn brief(view: &View<'_>) -> String {
    let null = if view.null { " or null" } else { "" };
    let format = view.found("format").and_then(Value::as_str);
    let format = format.map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{}{format}{null}", view.types)
}
