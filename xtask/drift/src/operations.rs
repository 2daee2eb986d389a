//! Matches the operations of two documents, and compares each pair as a whole.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::json;
use trackstar_openapi::Kind;

use crate::comparison::{Change, Comparison, Context};
use crate::operation::{Operation, all};
use crate::verdict::{Aspect, Effect, Mode};
use crate::{Error, Scope, bodies, notes, parameters, responses, security};

/// An operation in both documents, or in one of them.
pub(crate) type OperationPair<'a> = (Option<Operation<'a>>, Option<Operation<'a>>);

/// Returns the pairs of operations in the scope.
pub(crate) fn pairs<'a>(
    cmp: &mut Comparison<'a>,
    scope: &Scope,
) -> Result<Vec<OperationPair<'a>>, Error> {
    let base = all(&mut cmp.base);
    let revision = all(&mut cmp.revision);
    let names = base.iter().chain(&revision).map(|it| it.model.name());
    let names: BTreeSet<String> = names.collect();
    if let Scope::Operations(wanted) = scope
        && let Some(missing) = wanted.iter().find(|name| !names.contains(*name))
    {
        return Err(Error::new(format!(
            "neither document has the operation {missing}; write METHOD /path as one of the documents \
             has it"
        )));
    }
    let mut pairs = matched(base, revision);
    pairs.retain(|pair| {
        let mut operations = [pair.0, pair.1].into_iter().flatten();
        operations.any(|it| scope.contains(&it.model.name()))
    });
    Ok(pairs)
}

/// Returns the name of the operation in the first document that has it.
pub(crate) fn name(pair: OperationPair<'_>) -> String {
    let either = pair.0.or(pair.1);
    either.map(|it| it.model.name()).unwrap_or_default()
}

/// Compares two operations without their schemas.
pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, pair: OperationPair<'a>) {
    match pair {
        (Some(base), Some(revision)) => both(cmp, base, revision),
        (base, revision) => one_sided(cmp, base, revision),
    }
}

/// Matches operations by path and method, then by path without the names of parameters, and then by the
/// whole URL, since a part of it can move between the path and the server.
fn matched<'a>(base: Vec<Operation<'a>>, revision: Vec<Operation<'a>>) -> Vec<OperationPair<'a>> {
    let mut pairs = Vec::new();
    let named = |it: &Operation<'a>| (&it.model.path, &it.model.method);
    let (base, revision) = match_by(base, revision, &mut pairs, named);
    let (base, mut revision) = match_by(base, revision, &mut pairs, Operation::route);
    for one in base {
        let urls = one.urls();
        let same = revision.iter().position(|other| {
            let mut others = other.urls().into_iter();
            other.model.method == one.model.method && others.any(|url| urls.contains(&url))
        });
        pairs.push((Some(one), same.map(|at| revision.remove(at))));
    }
    pairs.extend(revision.into_iter().map(|it| (None, Some(it))));
    pairs
}

fn match_by<'a, K: Ord>(
    base: Vec<Operation<'a>>,
    revision: Vec<Operation<'a>>,
    pairs: &mut Vec<OperationPair<'a>>,
    key: impl Fn(&Operation<'a>) -> K,
) -> (Vec<Operation<'a>>, Vec<Operation<'a>>) {
    let mut candidates: BTreeMap<K, Vec<Operation<'a>>> = BTreeMap::new();
    for operation in revision {
        candidates
            .entry(key(&operation))
            .or_default()
            .push(operation);
    }
    let mut left = Vec::new();
    for operation in base {
        match candidates.get_mut(&key(&operation)).and_then(Vec::pop) {
            Some(partner) => pairs.push((Some(operation), Some(partner))),
            None => left.push(operation),
        }
    }
    (left, candidates.into_values().flatten().collect())
}

fn one_sided<'a>(
    cmp: &mut Comparison<'a>,
    base: Option<Operation<'a>>,
    revision: Option<Operation<'a>>,
) {
    let at = (base.map(|it| it.at), revision.map(|it| it.at));
    let name = name((base, revision));
    let what = format!("the operation {name}");
    let change = Change::one_sided(at, "operation", &what, Some(&name), Aspect::Operation);
    cmp.report(Context::new(Mode::Neither), at.0, at.1, change);
}

fn both<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let context = Context::new(Mode::Neither);
    notes::object(
        cmp,
        context,
        (base.item, revision.item),
        Kind::PathItem,
        &[],
    );
    notes::object(cmp, context, (base.at, revision.at), Kind::Operation, &[]);
    operation_id(cmp, base, revision);
    security::compare(cmp, base, revision);
    parameters::compare(cmp, base, revision);
    bodies::compare(cmp, base.at, revision.at);
    responses::compare(cmp, base.at, revision.at);
    notes::opaque(
        cmp,
        (base.at, revision.at),
        "callbacks",
        "callbacks-changed",
    );
}

/// Compares the `operationId`, in the casing of Rust methods.
fn operation_id<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let of = |it: Operation<'a>| Some(it.model.id.as_str()).filter(|id| !id.is_empty());
    let (before, after) = (of(base), of(revision));
    if before == after {
        return;
    }
    let snake = |id: Option<&str>| id.map(str::to_snake_case);
    let aspect = if snake(before) == snake(after) {
        Aspect::Documentation
    } else {
        Aspect::Name
    };
    let say = |id: Option<&str>| id.map_or("nothing".to_owned(), |id| format!("`{id}`"));
    let change = Change::new(
        "operation-id-changed",
        Effect::Same,
        aspect,
        format!("the operationId was {} and is {}", say(before), say(after)),
    )
    .values(before.map(|it| json!(it)), after.map(|it| json!(it)));
    let context = Context::new(Mode::Neither);
    cmp.report(context, Some(base.at), Some(revision.at), change);
}
