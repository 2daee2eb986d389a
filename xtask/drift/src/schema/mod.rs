//! Compares two schemas as sets of values. Each file below compares one family of keywords.

mod arrays;
mod hidden;
mod limits;
mod notes;
mod objects;
mod pair;
mod site;
mod types;
mod unions;
mod values;
mod view;

use serde_json::json;

use crate::comparison::{Change, Comparison, Site, Task};
use crate::document::{At, Document};
use crate::verdict::{Aspect, Effect, Slot};
use pair::{Pair, is_collection};
use types::Types;
use view::View;

/// The kinds of values that a schema allows, as far as they affect the serialization of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the kinds are independent")]
pub(crate) struct Kinds {
    pub(crate) scalar: bool,
    pub(crate) list: bool,
    pub(crate) object: bool,
    /// Whether a value is or may contain a string.
    pub(crate) text: bool,
}

/// Returns the kinds of values that the schema of a parameter allows. Without a schema or with
/// alternatives, returns all kinds.
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

/// Compares two schemas.
pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, task: Task<'a>) {
    let Some(task) = site::enter(cmp, task) else {
        return;
    };
    let (Some(base_at), Some(revision_at)) = (task.base.first(), task.revision.first()) else {
        return;
    };
    let mut pair = Pair {
        context: task.context,
        at: (*base_at, *revision_at),
        sites: task.sites,
        base: View::of(&mut cmp.base, &task.base),
        revision: View::of(&mut cmp.revision, &task.revision),
    };
    notes::compare(cmp, &pair);
    unresolved(cmp, &pair);
    null(cmp, &pair);
    if unions::compare(cmp, &mut pair) {
        return;
    }
    if !type_of(cmp, &pair) {
        return;
    }
    values::compare(cmp, &pair);
    limits::compare(cmp, &pair);
    let both = pair.base.types.and(pair.revision.types);
    if both.holds(Types::OBJECT) {
        objects::compare(cmp, &pair);
    }
    if both.holds(Types::ARRAY) {
        arrays::compare(cmp, &pair);
    }
    hidden::compare(cmp, &pair);
}

/// Compares the types. Returns true if the schemas share values that are worth comparing.
fn type_of<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) -> bool {
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
    pair.report(
        cmp,
        Change::new(
            "type-changed",
            effect,
            Aspect::Type,
            format!("the type was {before_text} and is {after_text}"),
        )
        .values(Some(json!(before_text)), Some(json!(after_text))),
    );
    // If one schema allows any value, the change of the type covers all differences.
    let any = pair.base.is_any() || pair.revision.is_any();
    !any && !before.and(after).is_empty()
}

/// Compares whether null is allowed. A schema that allows any value does not state it.
fn null<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (base, revision) = (&pair.base, &pair.revision);
    if base.is_any() || revision.is_any() {
        return;
    }
    let before = base.null || pair.sites.0.null;
    let after = revision.null || pair.sites.1.null;
    if before == after {
        return;
    }
    let slot = |site: Site, nullable, view: &View<'_>| Slot {
        nullable,
        collection: is_collection(view),
        ..Slot::of(Some(!site.optional))
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
    pair.report(
        cmp,
        Change::new(
            rule,
            effect,
            Aspect::Null(
                slot(pair.sites.0, before, base),
                slot(pair.sites.1, after, revision),
            ),
            message,
        )
        .values(Some(json!(before)), Some(json!(after))),
    );
}

/// Compares the references without a target. If both schemas have the same ones, there is no change.
fn unresolved<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (before, after) = (&pair.base.unresolved, &pair.revision.unresolved);
    if before == after {
        return;
    }
    pair.report(
        cmp,
        Change::new(
            "reference-unresolved",
            Effect::Unknown,
            Aspect::Unknown,
            "a reference leads nowhere, or out of the document, in one of the two",
        )
        .values(Some(json!(before)), Some(json!(after))),
    );
}
