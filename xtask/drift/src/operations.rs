//! Which operations there are in both documents, and what is said of each as a whole.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::{Value, json};
use trackstar_openapi::{Kind, methods};

use crate::document::{At, Document};
use crate::engine::{Change, Context, Engine};
use crate::verdict::{Aspect, Effect, Mode};
use crate::{Error, Scope, bodies, canonical, notes, parameters, responses, security};

/// An operation as one of the documents has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    /// What it shares with the other operations of its path.
    pub(crate) item: At<'a>,
    pub(crate) at: At<'a>,
}

impl<'a> Operation<'a> {
    fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// A path without the names of its parameters, which are no part of any URL.
    pub(crate) fn route(&self) -> (String, &'static str) {
        let mut route = String::new();
        for part in self.path.split_inclusive('}') {
            match part.split_once('{') {
                Some((before, _)) => {
                    route.push_str(before);
                    route.push_str("{}");
                }
                None => route.push_str(part),
            }
        }
        (route, self.method)
    }

    /// The URL of the operation at a server, without the names of parameters.
    pub(crate) fn url(&self, server: &Value) -> String {
        let server = server.get("url").and_then(Value::as_str).unwrap_or("/");
        format!("{}{}", server.trim_end_matches('/'), self.route().0)
    }

    /// The URLs at which the operation is served, which stand for one another.
    fn urls(self, document: &mut Document<'a>) -> Vec<String> {
        let servers = security::urls(document, self);
        servers.iter().map(|server| self.url(server)).collect()
    }
}

/// Compares all operations in the scope, but for the schemas, which wait. The number and the name of
/// each.
pub(crate) fn compare(
    engine: &mut Engine<'_>,
    scope: &Scope,
) -> Result<Vec<(usize, String)>, Error> {
    let base = all(&mut engine.base);
    let revision = all(&mut engine.revision);
    let names = base.iter().chain(&revision).map(Operation::name);
    let names: BTreeSet<String> = names.collect();
    if let Scope::Operations(wanted) = scope
        && let Some(missing) = wanted.iter().find(|name| !names.contains(*name))
    {
        return Err(Error::new(format!(
            "neither document has the operation {missing}; name it as METHOD /path, as one of them \
             has it"
        )));
    }
    let mut compared = Vec::new();
    for pair in pairs(engine, base, revision) {
        let held = [pair.0, pair.1].into_iter().flatten();
        if !held.into_iter().any(|it| scope.holds(&it.name())) {
            continue;
        }
        let number = engine.begin();
        match pair {
            (Some(base), Some(revision)) => both(engine, base, revision),
            (Some(base), None) => one_sided(engine, Some(base), None),
            (None, revision) => one_sided(engine, None, revision),
        }
        let name = pair.0.or(pair.1).map(|it| it.name());
        compared.extend(name.map(|name| (number, name)));
    }
    Ok(compared)
}

fn all<'a>(document: &mut Document<'a>) -> Vec<Operation<'a>> {
    let mut operations = Vec::new();
    let root = document.root();
    let Some(paths) = document.get(root, "paths") else {
        return operations;
    };
    for (path, item) in document.members(paths) {
        let Some(item) = document.follow(item).filter(|_| path.starts_with('/')) else {
            continue;
        };
        for method in methods() {
            if let Some(at) = document.get(item, method) {
                operations.push(Operation {
                    path,
                    method,
                    item,
                    at,
                });
            }
        }
    }
    operations
}

type Pairs<'a> = Vec<(Option<Operation<'a>>, Option<Operation<'a>>)>;

/// By path and method; what is left over by path without the names of parameters, and then by the
/// whole URL, of which a part may have moved between the path and the server.
fn pairs<'a>(
    engine: &mut Engine<'a>,
    base: Vec<Operation<'a>>,
    revision: Vec<Operation<'a>>,
) -> Pairs<'a> {
    let mut pairs = Pairs::new();
    let named = |it: &Operation<'a>| (it.path.to_owned(), it.method);
    let (base, revision) = match_by(base, revision, &mut pairs, named);
    let (base, mut revision) = match_by(base, revision, &mut pairs, Operation::route);
    for one in base {
        let urls = one.urls(&mut engine.base);
        let same = revision.iter().position(|other| {
            let others = other.urls(&mut engine.revision);
            other.method == one.method && others.iter().any(|url| urls.contains(url))
        });
        pairs.push((Some(one), same.map(|at| revision.remove(at))));
    }
    pairs.extend(revision.into_iter().map(|it| (None, Some(it))));
    pairs
}

fn match_by<'a, K: Ord>(
    base: Vec<Operation<'a>>,
    revision: Vec<Operation<'a>>,
    pairs: &mut Pairs<'a>,
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
    engine: &mut Engine<'a>,
    base: Option<Operation<'a>>,
    revision: Option<Operation<'a>>,
) {
    let (rule, effect, words) = if base.is_some() {
        ("operation-removed", Effect::Narrowed, "is gone")
    } else {
        ("operation-added", Effect::Widened, "is new")
    };
    let name = base.or(revision).map(|it| it.name()).unwrap_or_default();
    let change = Change {
        rule: rule.to_owned(),
        effect,
        aspect: Aspect::Operation,
        base: base.map(|it| json!(it.name())),
        revision: revision.map(|it| json!(it.name())),
        message: format!("the operation {name} {words}"),
    };
    let context = Context::new(Mode::Neither);
    engine.found(
        context,
        base.map(|it| it.at),
        revision.map(|it| it.at),
        change,
    );
}

fn both<'a>(engine: &mut Engine<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let context = Context::new(Mode::Neither);
    notes::object(
        engine,
        context,
        (base.item, revision.item),
        Kind::PathItem,
        &[],
    );
    notes::object(
        engine,
        context,
        (base.at, revision.at),
        Kind::Operation,
        &[],
    );
    operation_id(engine, base, revision);
    security::compare(engine, base, revision);
    parameters::compare(engine, base, revision);
    bodies::compare(engine, base.at, revision.at);
    responses::compare(engine, base.at, revision.at);
    opaque(
        engine,
        (base.at, revision.at),
        "callbacks",
        "callbacks-changed",
    );
}

/// The name of the method, as Rust has it.
fn operation_id<'a>(engine: &mut Engine<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let of = |it: Operation<'a>| it.at.value.get("operationId").and_then(Value::as_str);
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
    let change = Change {
        rule: "operation-id-changed".to_owned(),
        effect: Effect::Same,
        aspect,
        base: before.map(|it| json!(it)),
        revision: after.map(|it| json!(it)),
        message: format!("the operationId was {} and is {}", say(before), say(after)),
    };
    let context = Context::new(Mode::Neither);
    engine.found(context, Some(base.at), Some(revision.at), change);
}

/// A part for which no code is generated, as a whole.
pub(crate) fn opaque<'a>(engine: &mut Engine<'a>, at: (At<'a>, At<'a>), keyword: &str, rule: &str) {
    let message = format!("`{keyword}` is not as it was; no code is generated for it");
    whole(engine, at, keyword, rule, message);
}

/// A part that is compared as a whole.
pub(crate) fn whole<'a>(
    engine: &mut Engine<'a>,
    at: (At<'a>, At<'a>),
    keyword: &str,
    rule: &str,
    message: String,
) {
    let (before, after) = (at.0.value.get(keyword), at.1.value.get(keyword));
    let bare = |value: Option<&Value>| value.map(canonical::bare);
    if bare(before) == bare(after) {
        return;
    }
    let place = (
        engine.base.get(at.0, keyword),
        engine.revision.get(at.1, keyword),
    );
    let change = Change {
        rule: rule.to_owned(),
        effect: Effect::Unknown,
        aspect: Aspect::NoCode,
        base: bare(before),
        revision: bare(after),
        message,
    };
    engine.found(Context::new(Mode::Neither), place.0, place.1, change);
}
