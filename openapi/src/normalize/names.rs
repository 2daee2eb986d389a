//! Names operations. Names are unique in Rust, and missing names derive from method and path.
//!
//! Each operation has a ladder of names, from short to long. Operations with the same name all move one
//! step up, so a new operation never takes the name of an existing one.

mod verbs;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::casing::snake;
use super::walk::Fuel;
use crate::Merged;
use crate::contents::{items, members};
use crate::findings::Findings;
use crate::model::{Listed, listed_with_webhooks};
use crate::pointer::below;
use crate::reference::follow;

struct NamedOperation {
    operation: Listed,
    given: Option<String>,
    ladder: Vec<String>,
    step: usize,
    /// Whether other operations would have the first name of the ladder too.
    rivals: bool,
}

impl NamedOperation {
    fn name(&self) -> &str {
        &self.ladder[self.step]
    }

    /// Returns true if the current name comes from the document.
    fn is_given(&self) -> bool {
        self.given.as_deref() == Some(self.name())
    }
}

pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    for named in &named(document, listed_with_webhooks(document)) {
        // Later passes find the operation by its ID in the generator's case.
        let name = snake(named.name());
        if named.is_given() && name == named.name() {
            continue;
        }
        findings.note_on(&named.operation.pointer, note(named));
        if let Some(operation) = document.pointer_mut(&named.operation.pointer) {
            operation["operationId"] = name.into();
        }
    }
}

/// Returns the name of each operation, as the preparation gives it.
pub(crate) fn name_all(document: &Value, operations: &[Listed]) -> Vec<String> {
    let all = named(document, operations.to_vec());
    all.iter().map(|named| snake(named.name())).collect()
}

fn named(document: &Value, operations: Vec<Listed>) -> Vec<NamedOperation> {
    let operations = operations.into_iter();
    let mut all: Vec<NamedOperation> = operations
        .map(|operation| ladder(document, operation))
        .collect();
    while climb(&mut all) {}
    number(&mut all);
    all
}

fn note(named: &NamedOperation) -> String {
    let name = snake(named.name());
    if named.is_given() {
        return format!("the operationId `{}` is `{name}` in Rust", named.name());
    }
    let reason = match &named.given {
        None => "it has no operationId".to_owned(),
        Some(given) if named.step == 0 => {
            format!("its operationId `{given}` repeats the method")
        }
        Some(given) => format!("its operationId `{given}` is used more than once"),
    };
    let first = &named.ladder[0];
    if named.rivals && named.given.is_none() && *first != name {
        return format!("the operation is named `{name}` because {reason} and `{first}` is taken");
    }
    format!("the operation is named `{name}` because {reason}")
}

fn ladder(document: &Value, operation: Listed) -> NamedOperation {
    let given = operation.id.clone().filter(|given| !given.is_empty());
    let full = full(&operation);
    let ladder = if let Some(given) = &given {
        let short = without_method(given, operation.method);
        short.into_iter().chain([given.clone(), full]).collect()
    } else {
        let plain = plain(document, &operation);
        let parameters: Vec<String> = segments(&operation.path)
            .filter_map(|segment| parameter(segment).map(snake))
            .collect();
        let by = if parameters.is_empty() {
            plain.clone()
        } else {
            format!("{plain}_by_{}", parameters.join("_and_"))
        };
        vec![plain, by, full]
    };
    NamedOperation {
        operation,
        given,
        ladder,
        step: 0,
        rivals: false,
    }
}

/// Moves all operations with a shared name one step up. Returns true if any moved.
fn climb(all: &mut [NamedOperation]) -> bool {
    let mut moved = false;
    for group in groups(all) {
        let given: Vec<usize> = group
            .iter()
            .copied()
            .filter(|i| all[*i].is_given())
            .collect();
        for index in group {
            let named = &mut all[index];
            named.rivals = true;
            // A unique name from the document is not shared.
            if given != [index] && named.step + 1 < named.ladder.len() {
                named.step += 1;
                moved = true;
            }
        }
    }
    moved
}

/// Numbers names that are equal even with the whole path, as for `/a-b` and `/a_b`.
fn number(all: &mut [NamedOperation]) {
    let mut taken: BTreeSet<String> = all.iter().map(|named| snake(named.name())).collect();
    for group in groups(all) {
        // A name from the document does not get a number.
        let (mut order, others): (Vec<usize>, Vec<usize>) =
            group.into_iter().partition(|index| all[*index].is_given());
        order.extend(others);
        for (count, index) in order.into_iter().enumerate().skip(1) {
            let mut number = count + 1;
            let base = all[index].name().to_owned();
            let free = loop {
                let name = format!("{base}_{number}");
                if taken.insert(snake(&name)) {
                    break name;
                }
                number += 1;
            };
            all[index].ladder.push(free);
            all[index].step = all[index].ladder.len() - 1;
        }
    }
}

/// Returns the operations with the same Rust name.
fn groups(all: &[NamedOperation]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, named) in all.iter().enumerate() {
        groups.entry(snake(named.name())).or_default().push(index);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

/// Removes a repeated method: `delete_delete_order` becomes `delete_order`, and `post_create_order` becomes
/// `create_order`.
fn without_method(given: &str, method: &str) -> Option<String> {
    let cased = snake(given);
    let rest = cased.strip_prefix(method)?.strip_prefix('_')?;
    let (verb, object) = rest.split_once('_')?;
    let verbs: &[&str] = match method {
        "get" => &["get", "list", "fetch", "find", "retrieve", "search"],
        "post" => &["post", "create", "add"],
        "put" => &["put", "update", "replace", "set"],
        "patch" => &["patch", "update"],
        "delete" => &["delete", "remove"],
        _ => return None,
    };
    (verbs.contains(&verb) && !object.is_empty()).then(|| rest.to_owned())
}

fn full(operation: &Listed) -> String {
    let segments = segments(&operation.path).map(|segment| parameter(segment).unwrap_or(segment));
    let verb = if operation.webhook {
        "webhook"
    } else {
        operation.method
    };
    join(verb, segments.map(snake))
}

fn join(verb: &str, words: impl Iterator<Item = String>) -> String {
    let mut name = verb.to_owned();
    for word in words {
        name.push('_');
        name.push_str(word.trim_end_matches('_'));
    }
    if name == verb {
        name.push_str("_root");
    }
    name
}

fn segments(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Returns the name of the parameter in a segment.
fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Returns the verb and the nouns of the path, with the noun of a single item in the singular.
fn plain(document: &Value, operation: &Listed) -> String {
    let all: Vec<&str> = segments(&operation.path).collect();
    let last = all.last().copied().unwrap_or_default();
    let one = match all.as_slice() {
        [.., things, last] => parameter(last).is_some_and(|last| {
            let things = snake(things);
            one_of(&things, &snake(last)) != things
        }),
        _ => false,
    };
    if let Some(action) = verbs::action(operation.method, &all) {
        let objects = things(&all[..action.objects], false);
        return join(&action.verb, objects.into_iter().chain(action.tail));
    }
    let verb = match operation.method {
        // `/orders/{order_id}` returns one of `/orders`, regardless of lists in its response.
        "get" if !one && lists(document, operation, last) => "list",
        "post" => "create",
        "put" | "patch" => "update",
        method => method,
    };
    join(verb, things(&all, verb == "create").into_iter())
}

/// Returns the nouns of a path. A noun of a single item is singular, and so is the last one if `one` is
/// created.
fn things(all: &[&str], one: bool) -> Vec<String> {
    let words = all.iter().enumerate().filter_map(|(index, segment)| {
        if parameter(segment).is_some() {
            return None;
        }
        let word = snake(segment);
        match all.get(index + 1).and_then(|next| parameter(next)) {
            Some(next) => Some(one_of(&word, &snake(next))),
            None if one && index + 1 == all.len() => Some(singular(&word)),
            None => Some(word),
        }
    });
    words.collect()
}

/// Returns the singular of `word` if the next parameter confirms it.
fn one_of(word: &str, parameter: &str) -> String {
    let stem = parameter.strip_suffix("_id").unwrap_or(parameter);
    let plurals = [
        format!("{stem}s"),
        format!("{stem}es"),
        format!("{}ies", stem.strip_suffix('y').unwrap_or("?")),
    ];
    if parameter == "id" {
        singular(word)
    } else if plurals.iter().any(|plural| plural == word) {
        stem.to_owned()
    } else {
        word.to_owned()
    }
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for end in ["ches", "shes", "sses", "xes"] {
        if word.ends_with(end) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Returns true if an operation returns a list: an array, a page with a reference to the next one, or an
/// object that contains an array.
fn lists(document: &Value, operation: &Listed, last: &str) -> bool {
    let responses = document.pointer(&below(&operation.pointer, &["responses"]));
    members(responses)
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| {
            let content = follow(document, response)?.get("content")?.as_object()?;
            let json = content.iter().find(|(name, _)| name.contains("json"))?;
            json.1.get("schema")
        })
        .any(|schema| {
            let fuel = Fuel::new();
            if kind(document, schema, &fuel) == Some("array") {
                return true;
            }
            let merged = Merged::of(document, [schema]);
            let properties = merged.each("properties").flat_map(|own| members(Some(own)));
            let properties: BTreeMap<&String, &Value> = properties.collect();
            let alone = properties.len() == 1;
            properties.into_iter().any(|(name, schema)| {
                let usual = ["data", "items", "results", "values", "records", "entries"];
                let about = alone || usual.contains(&name.as_str()) || (name == last);
                let array = kind(document, schema, &fuel) == Some("array");
                is_next_page(name) || (about && array)
            })
        })
}

fn is_next_page(name: &str) -> bool {
    let name = snake(name);
    name.contains("next")
        && ["token", "cursor", "page"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn kind<'a>(document: &'a Value, schema: &'a Value, fuel: &Fuel) -> Option<&'a str> {
    let _step = fuel.step()?;
    let schema = follow(document, schema)?;
    let own = schema.get("type").and_then(|stated| match stated {
        // The form of nullable values in OpenAPI 3.1.
        Value::Array(names) => names
            .iter()
            .find_map(|it| it.as_str().filter(|it| *it != "null")),
        name => name.as_str(),
    });
    own.or_else(|| {
        let mut parts = items(schema.get("allOf"));
        parts.find_map(|part| kind(document, part, fuel))
    })
    .or_else(|| {
        let all = ["anyOf", "oneOf"]
            .into_iter()
            .find_map(|key| schema.get(key)?.as_array())?;
        let is_null = |schema: &Value| schema.get("type").is_some_and(|it| it == "null");
        match all.as_slice() {
            [null, other] | [other, null] if is_null(null) => kind(document, other, fuel),
            _ => None,
        }
    })
}
