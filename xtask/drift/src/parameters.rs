//! Compares the parameters of an operation, matched by location and name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::model::{self, ParameterLocation};
use trackstar_openapi::{Kind, template};

use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::{At, Document};
use crate::operation::Operation;
use crate::schema::Kinds;
use crate::serialization::Serialization;
use crate::verdict::{Aspect, Effect, Mode, Slot};
use crate::{bodies, notes, schema};

/// The location and the name, or for a path parameter the location and its position.
type ParameterKey = (&'static str, String);

/// A parameter and its place.
#[derive(Clone, Copy)]
struct Parameter<'a> {
    model: &'a model::Parameter,
    at: At<'a>,
}

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let before = all(&mut cmp.base, base);
    let after = all(&mut cmp.revision, revision);
    let keys: BTreeSet<&ParameterKey> = before.keys().chain(after.keys()).collect();
    let reordered = reordered(cmp, base, revision);
    for key in keys {
        match (before.get(key), after.get(key)) {
            (Some(base), Some(revision)) => {
                both(cmp, (*base, *revision));
                if !reordered {
                    renamed(cmp, (*base, *revision));
                }
            }
            (base, revision) => one_sided(cmp, base.copied(), revision.copied()),
        }
    }
}

fn all<'a>(
    document: &mut Document<'a>,
    operation: Operation<'a>,
) -> BTreeMap<ParameterKey, Parameter<'a>> {
    let mut all = BTreeMap::new();
    for model in &operation.model.parameters {
        let Some(at) = document.at(&model.pointer) else {
            continue;
        };
        let name = match model.location {
            ParameterLocation::Header => model.name.to_ascii_lowercase(),
            ParameterLocation::Path => position(&operation.model.path, &model.name),
            ParameterLocation::Query | ParameterLocation::Cookie => model.name.clone(),
        };
        // The parameters of the operation come before those of the path, which they replace.
        let key = (model.location.name(), name);
        all.entry(key).or_insert(Parameter { model, at });
    }
    all
}

fn position(path: &str, name: &str) -> String {
    match template::names(path).position(|other| other == name) {
        Some(position) => format!("{{{position}}}"),
        None => name.to_owned(),
    }
}

fn slot(parameter: Option<Parameter<'_>>) -> Slot {
    Slot::of(parameter.map(|it| it.model.required))
}

fn label(parameter: Parameter<'_>) -> String {
    let model::Parameter { name, location, .. } = parameter.model;
    format!("`{name}` ({})", location.name())
}

fn one_sided<'a>(
    cmp: &mut Comparison<'a>,
    base: Option<Parameter<'a>>,
    revision: Option<Parameter<'a>>,
) {
    let at = (base.map(|it| it.at), revision.map(|it| it.at));
    let name = base.or(revision).map(label).unwrap_or_default();
    let slots = (slot(base), slot(revision));
    let what = format!("parameter {name}");
    let change = bodies::presence(at, slots, "parameter", &what, Some(&name));
    cmp.report(Context::new(Mode::Request), at.0, at.1, change);
}

type ParameterPair<'a> = (Parameter<'a>, Parameter<'a>);

fn both<'a>(cmp: &mut Comparison<'a>, pair: ParameterPair<'a>) {
    let context = Context::new(Mode::Request);
    let (base, revision) = pair;
    let at = (base.at, revision.at);
    notes::object(cmp, context, at, Kind::Parameter, &[]);
    let slots = (slot(Some(base)), slot(Some(revision)));
    bodies::requirement(cmp, at, slots, "parameter", &label(base));
    let sites = (Site::of(slots.0.presence), Site::of(slots.1.presence));
    let (before, after) = (
        cmp.base.get(at.0, "schema"),
        cmp.revision.get(at.1, "schema"),
    );
    match (before, after) {
        (Some(before), Some(after)) => {
            cmp.defer(context, vec![before], vec![after], sites);
        }
        (None, None) => {}
        // The parameter changed between a plain text and a document of a media type.
        (before, _) => encoding(cmp, pair, "content", before.is_none(), before.is_some()),
    }
    bodies::content(cmp, context, at);
    written(cmp, pair, (before, after));
    let keyword = "allowEmptyValue";
    let flag = |at: At<'a>| at.value.get(keyword) == Some(&Value::Bool(true));
    encoding(cmp, pair, keyword, flag(at.0), flag(at.1));
}

/// Compares the serialization of a parameter, and names the keyword that makes the difference.
fn written<'a>(
    cmp: &mut Comparison<'a>,
    pair: ParameterPair<'a>,
    schemas: (Option<At<'a>>, Option<At<'a>>),
) {
    let before = Serialization::of(pair.0.model);
    let after = Serialization::of(pair.1.model);
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
        encoding(cmp, pair, "style", before.style, after.style);
    } else if before.reserved == after.reserved {
        encoding(cmp, pair, "explode", before.explode, after.explode);
    } else {
        encoding(cmp, pair, "allowReserved", before.reserved, after.reserved);
    }
}

/// Reports path parameters in another order, and returns true if they are. They are arguments by position,
/// so code with arguments of one type compiles and passes the values to other parameters.
fn reordered<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) -> bool {
    let [before, after] = [base, revision]
        .map(|it| &it.model.path)
        .map(|path| template::names(path).collect::<Vec<_>>());
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
fn renamed<'a>(cmp: &mut Comparison<'a>, pair: ParameterPair<'a>) {
    let (before, after) = (&pair.0.model.name, &pair.1.model.name);
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
    let context = Context::new(Mode::Request);
    cmp.report(context, Some(pair.0.at), Some(pair.1.at), change);
}

fn encoding<'a, T: PartialEq + Into<Value>>(
    cmp: &mut Comparison<'a>,
    pair: ParameterPair<'a>,
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
        format!(
            "{} is written otherwise: `{keyword}` differs",
            label(pair.0)
        ),
    )
    .values(Some(before.into()), Some(after.into()));
    let context = Context::new(Mode::Request);
    cmp.report(context, Some(pair.0.at), Some(pair.1.at), change);
}
