//! Compares the parameters of an operation, matched by location and name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::{Kind, headers, template};

use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::{At, Document};
use crate::operation::Operation;
use crate::schema::Kinds;
use crate::serialization::Serialization;
use crate::verdict::{Aspect, Effect, Mode, Presence, Slot};
use crate::{bodies, notes, schema};

/// The location and the name, or for a path parameter the location and its position.
type Key = (String, String);

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let before = all(&mut cmp.base, base);
    let after = all(&mut cmp.revision, revision);
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let reordered = reordered(cmp, base, revision);
    for key in keys {
        match (before.get(key), after.get(key)) {
            (Some(base), Some(revision)) => {
                both(cmp, *base, *revision);
                if !reordered {
                    renamed(cmp, (*base, *revision));
                }
            }
            (base, revision) => one_sided(cmp, base.copied(), revision.copied()),
        }
    }
}

fn all<'a>(document: &mut Document<'a>, operation: Operation<'a>) -> BTreeMap<Key, At<'a>> {
    let mut all = BTreeMap::new();
    // Parameters of the operation replace those of the path.
    for holder in [operation.item, operation.at] {
        let Some(list) = document.get(holder, "parameters") else {
            continue;
        };
        for written in document.items(list) {
            let at = document.follow(written).unwrap_or(written);
            let text = |key: &str| at.value.get(key).and_then(Value::as_str);
            let (place, name) = (text("in"), text("name"));
            let key = match (place, name) {
                (Some("header"), Some(name)) => {
                    if headers::is_ignored(name) {
                        continue;
                    }
                    ("header".to_owned(), name.to_ascii_lowercase())
                }
                (Some("path"), Some(name)) => ("path".to_owned(), position(operation.path, name)),
                (Some(place), Some(name)) => (place.to_owned(), name.to_owned()),
                // An unresolved or invalid parameter is compared as it is written.
                _ => ("?".to_owned(), at.value.to_string()),
            };
            all.insert(key, at);
        }
    }
    all
}

fn position(path: &str, name: &str) -> String {
    match template::names(path).position(|other| other == name) {
        Some(position) => format!("{{{position}}}"),
        None => name.to_owned(),
    }
}

fn presence(at: Option<At<'_>>) -> Presence {
    let is = |key: &str, value: &Value| at.is_some_and(|at| at.value.get(key) == Some(value));
    if at.is_none() {
        Presence::Absent
    } else if is("required", &Value::Bool(true)) || is("in", &json!("path")) {
        Presence::Required
    } else {
        Presence::Optional
    }
}

fn slot(at: Option<At<'_>>) -> Slot {
    Slot {
        presence: presence(at),
        nullable: false,
        collection: false,
        hidden: false,
    }
}

fn label(at: At<'_>) -> String {
    let text = |key: &str| at.value.get(key).and_then(Value::as_str).unwrap_or("?");
    format!("`{}` ({})", text("name"), text("in"))
}

fn one_sided<'a>(cmp: &mut Comparison<'a>, base: Option<At<'a>>, revision: Option<At<'a>>) {
    let kind = match presence(base.or(revision)) {
        Presence::Required => "required",
        _ => "optional",
    };
    let name = base.or(revision).map(label).unwrap_or_default();
    let (rule, message) = if base.is_some() {
        (
            format!("{kind}-parameter-removed"),
            format!("the {kind} parameter {name} is gone"),
        )
    } else {
        (
            format!("{kind}-parameter-added"),
            format!("the {kind} parameter {name} is new"),
        )
    };
    let effect = match (kind, base) {
        ("required", _) => Effect::Incomparable,
        (_, Some(_)) => Effect::Narrowed,
        (_, None) => Effect::Widened,
    };
    let value = |at: Option<At<'a>>| at.map(|at| json!(label(at)));
    let change = Change::new(
        rule,
        effect,
        Aspect::Field(slot(base), slot(revision)),
        message,
    )
    .values(value(base), value(revision));
    cmp.report(Context::new(Mode::Request), base, revision, change);
}

fn both<'a>(cmp: &mut Comparison<'a>, base: At<'a>, revision: At<'a>) {
    let context = Context::new(Mode::Request);
    let at = (base, revision);
    notes::object(cmp, context, at, Kind::Parameter, &[]);
    let slots = (slot(Some(base)), slot(Some(revision)));
    bodies::requirement(cmp, at, slots, "parameter", &label(base));
    let sites = (Site::of(slots.0.presence), Site::of(slots.1.presence));
    let (before, after) = (
        cmp.base.get(base, "schema"),
        cmp.revision.get(revision, "schema"),
    );
    match (before, after) {
        (Some(before), Some(after)) => {
            schema::defer(cmp, context, vec![before], vec![after], sites);
        }
        (None, None) => {}
        // The parameter changed between a plain text and a document of a media type.
        (before, _) => encoding(cmp, at, "content", before.is_none(), before.is_some()),
    }
    bodies::content(cmp, context, at);
    written(cmp, at, (before, after));
    let keyword = "allowEmptyValue";
    let flag = |at: At<'a>| at.value.get(keyword) == Some(&Value::Bool(true));
    encoding(cmp, at, keyword, flag(base), flag(revision));
}

/// Compares the serialization of a parameter, and names the keyword that makes the difference.
fn written<'a>(
    cmp: &mut Comparison<'a>,
    at: (At<'a>, At<'a>),
    schemas: (Option<At<'a>>, Option<At<'a>>),
) {
    let before = Serialization::of(at.0.value);
    let after = Serialization::of(at.1.value);
    let kinds = (
        schema::kinds(&mut cmp.base, schemas.0),
        schema::kinds(&mut cmp.revision, schemas.1),
    );
    // Only values that both documents allow can be serialized differently. Other values are another
    // change.
    let both = Kinds {
        scalar: kinds.0.scalar && kinds.1.scalar,
        list: kinds.0.list && kinds.1.list,
        object: kinds.0.object && kinds.1.object,
        text: kinds.0.text && kinds.1.text,
    };
    if before.written(both) == after.written(both) {
        return;
    }
    if before.style != after.style {
        encoding(cmp, at, "style", before.style, after.style);
    } else if before.reserved == after.reserved {
        encoding(cmp, at, "explode", before.explode, after.explode);
    } else {
        encoding(cmp, at, "allowReserved", before.reserved, after.reserved);
    }
}

/// Reports path parameters in another order, and returns true if they are. They are arguments by position,
/// so code with arguments of one type compiles and passes the values to other parameters.
fn reordered<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) -> bool {
    let [before, after] =
        [base.path, revision.path].map(|path| template::names(path).collect::<Vec<_>>());
    let is_same_set = before.len() == after.len() && before.iter().all(|it| after.contains(it));
    if before == after || !is_same_set {
        return false;
    }
    let change = Change::new(
        "path-parameters-reordered",
        Effect::Unknown,
        Aspect::ArgumentOrder,
        format!(
            "the parameters of the path were in the order {} and are in the order {}",
            before.join(", "),
            after.join(", ")
        ),
    )
    .values(Some(json!(before)), Some(json!(after)));
    let context = Context::new(Mode::Request);
    cmp.report(context, Some(base.at), Some(revision.at), change);
    true
}

/// Reports a new name. Only a path parameter can be the same under another name.
fn renamed<'a>(cmp: &mut Comparison<'a>, at: (At<'a>, At<'a>)) {
    let name = |at: At<'a>| {
        at.value
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (before, after) = (name(at.0), name(at.1));
    // Header names are case-insensitive, and their casing in Rust is the same.
    if before.eq_ignore_ascii_case(after) {
        return;
    }
    let change = Change::new(
        "path-parameter-renamed",
        Effect::Same,
        Aspect::Name,
        format!("the parameter `{before}` of the path is called `{after}`"),
    )
    .values(Some(json!(before)), Some(json!(after)));
    cmp.report(Context::new(Mode::Request), Some(at.0), Some(at.1), change);
}

fn encoding<'a, T: PartialEq + Into<Value>>(
    cmp: &mut Comparison<'a>,
    at: (At<'a>, At<'a>),
    keyword: &str,
    before: T,
    after: T,
) {
    if before == after {
        return;
    }
    let change = Change::new(
        format!("parameter-{}-changed", notes::kebab(keyword)),
        Effect::Incomparable,
        Aspect::Encoding,
        format!("{} is written otherwise: `{keyword}` differs", label(at.0)),
    )
    .values(Some(before.into()), Some(after.into()));
    cmp.report(Context::new(Mode::Request), Some(at.0), Some(at.1), change);
}
