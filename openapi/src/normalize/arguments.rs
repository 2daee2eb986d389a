//! Renames parameters whose names are equal in Rust.
//!
//! Examples are `id` in the path and in the query, `X-Id` and `x_id`, and `body` in an operation with a
//! request body. The generator gives both the same name. All but one get a new name, and the model keeps
//! the name on the wire. A path parameter has one name in all operations of its path, because the path
//! template contains the name. The last stage of the preparation renames it there ([`rename_in_templates`]).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::casing;
use crate::contents::keys;
use crate::findings::Findings;
use crate::model::{Fact, Facts, Listed, key, listed};
use crate::pointer::below;
use crate::template;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts, findings: &mut Findings) {
    let operations = listed(document);
    let mut by_path: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
    for operation in &operations {
        by_path.entry(&operation.path).or_default().push(operation);
    }
    let renames: BTreeMap<&str, BTreeMap<String, String>> = by_path
        .into_iter()
        .map(|(path, operations)| (path, path_names(document, facts, (path, &operations))))
        .collect();
    for operation in &operations {
        let renames = &renames[operation.path.as_str()];
        if let Some((parameters, notes)) = told_apart(document, facts, (operation, renames)) {
            take_over(document, &operation.path);
            if let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer) {
                fields.insert("parameters".to_owned(), Value::Array(parameters));
            }
            for note in notes {
                findings.note_on(&operation.pointer, note);
            }
        }
    }
}

/// Returns the arguments of an operation's body in snake case.
fn body_arguments(document: &Value, facts: &Facts, operation: &Listed) -> BTreeSet<String> {
    let parts = facts.get(&operation.pointer).into_iter();
    let parts = parts.flat_map(Fact::part_names);
    let mut taken: BTreeSet<String> = parts.map(casing::snake).collect();
    let body = below(&operation.pointer, &["requestBody"]);
    if document.pointer(&body).is_some() {
        taken.insert("body".to_owned());
    }
    taken
}

/// Returns the new names of the parameters in a path template that need one.
fn path_names(
    document: &Value,
    facts: &Facts,
    (path, operations): (&str, &[&Listed]),
) -> BTreeMap<String, String> {
    let bodies = operations.iter().copied();
    let bodies = bodies.flat_map(|operation| body_arguments(document, facts, operation));
    let mut taken: BTreeSet<String> = bodies.collect();
    // A new name must differ from the later names of this template, and must not make the template equal
    // to another one.
    let mut reserved = taken.clone();
    let alike = |other: &&String| template::unnamed(other) == template::unnamed(path);
    for other in keys(document.get("paths")).filter(alike) {
        reserved.extend(template::names(other).map(casing::snake));
    }
    let mut renames = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for name in template::names(path).filter(|name| seen.insert(*name)) {
        if !taken.insert(casing::snake(name)) {
            renames.insert(name.to_owned(), free(name, "path", &mut reserved));
        }
    }
    renames
}

/// Returns a name that is not taken, and reserves it.
fn free(name: &str, place: &str, taken: &mut BTreeSet<String>) -> String {
    let mut free = format!("{name}_{place}");
    while !taken.insert(casing::snake(&free)) {
        free.push_str("_2");
    }
    free
}

/// Renames parameters in the path templates of a document, and in the pointers of the facts.
///
/// The model keeps the original templates, so that spans and messages have the paths of the API.
pub(crate) fn rename_in_templates(document: &mut Value, facts: &mut Facts) {
    let mut renamed = BTreeMap::new();
    for operation in listed(document) {
        let wire = facts.get(&operation.pointer).map(|fact| &fact.wire);
        let names = wire.into_iter().flatten();
        let names: BTreeMap<&str, &str> = names
            .filter(|((place, _), _)| place == "path")
            .map(|((_, argument), name)| (name.as_str(), argument.as_str()))
            .collect();
        let template = template::renamed(&operation.path, |name| names.get(name).copied());
        if template != operation.path {
            renamed.insert(operation.path, template);
        }
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, template) in renamed {
        if let Some(item) = paths.remove(&path) {
            paths.insert(template.clone(), item);
        }
        let [old, new] = [path, template].map(|path| below("/paths", &[&path]));
        let is_in = |pointer: &&String| {
            let rest = pointer.strip_prefix(old.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let moved: Vec<String> = facts.keys().filter(is_in).cloned().collect();
        for pointer in moved {
            if let Some(fact) = facts.remove(&pointer) {
                facts.insert(format!("{new}{}", &pointer[old.len()..]), fact);
            }
        }
    }
}

/// Returns the parameters of an operation with unique names and notes on the changes, or `None` if the
/// names are already unique.
fn told_apart(
    document: &Value,
    facts: &mut Facts,
    (operation, path_names): (&Listed, &BTreeMap<String, String>),
) -> Option<(Vec<Value>, Vec<String>)> {
    let parameters = operation.parameters(document);
    let mut taken = body_arguments(document, facts, operation);
    let mut renamed = Vec::new();
    for place in ["path", "query", "header"] {
        for (index, (_, parameter)) in parameters.iter().enumerate() {
            let name = parameter["name"].as_str();
            let Some(name) = name.filter(|_| parameter["in"] == place) else {
                continue;
            };
            if place == "path" {
                let new = path_names.get(name);
                taken.insert(casing::snake(new.map_or(name, String::as_str)));
                renamed.extend(new.map(|new| (index, new.clone())));
            } else if !taken.insert(casing::snake(name)) {
                renamed.push((index, free(name, place, &mut taken)));
            }
        }
    }
    if renamed.is_empty() {
        return None;
    }
    let parameters = parameters.into_iter().map(|(_, one)| one.clone());
    let mut parameters: Vec<Value> = parameters.collect();
    let mut notes = Vec::new();
    for (index, free) in renamed {
        let parameter = &mut parameters[index];
        let Some((place, name)) = key(parameter) else {
            continue;
        };
        notes.push(format!(
            "the {place} parameter `{name}` is renamed to `{}` because its name is taken",
            casing::snake(&free)
        ));
        parameter["name"] = json!(free);
        let fact = facts.entry(operation.pointer.clone()).or_default();
        fact.wire.insert((place, free), name);
    }
    Some((parameters, notes))
}

/// Moves the parameters of a path to its operations, so that one operation can rename them.
fn take_over(document: &mut Value, path: &str) {
    let operations = listed(document).into_iter();
    for operation in operations.filter(|operation| operation.path == path) {
        let parameters = operation.parameters(document).into_iter();
        let parameters: Vec<Value> = parameters.map(|(_, one)| one.clone()).collect();
        if let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer)
            && !parameters.is_empty()
        {
            fields.insert("parameters".to_owned(), Value::Array(parameters));
        }
    }
    let item = document.pointer_mut(&below("/paths", &[path]));
    if let Some(fields) = item.and_then(Value::as_object_mut) {
        fields.remove("parameters");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(place: &str, name: &str) -> Value {
        json!({"in": place, "name": name, "schema": {"type": "string"}})
    }

    #[test]
    fn parameters_with_equal_names_are_renamed() {
        let mut document = json!({"paths": {"/c/{id}": {
            "parameters": [of("path", "id"), {"$ref": "#/components/parameters/Id"}],
            "get": {"parameters": [of("header", "ID"), of("query", "id_query"), of("query", "body")]},
            "put": {"parameters": [of("query", "body")], "requestBody": {}},
        }}, "components": {"parameters": {"Id": of("query", "id")}}});
        let mut findings = Findings::new("test");
        let mut facts = Facts::new();
        normalize(&mut document, &mut facts, &mut findings);
        let item = &document["paths"]["/c/{id}"];
        assert_eq!(item.get("parameters"), None);
        assert_eq!(
            item["get"]["parameters"],
            json!([
                of("header", "ID_header"),
                of("query", "id_query"),
                of("query", "body"),
                of("path", "id"),
                of("query", "id_query_2"),
            ])
        );
        assert_eq!(
            item["put"]["parameters"],
            json!([
                of("query", "body_query"),
                of("path", "id"),
                of("query", "id_query"),
            ])
        );
        let names = |method: &str| -> Vec<(&str, &str)> {
            let fact = &facts[&format!("/paths/~1c~1{{id}}/{method}")];
            let names = fact.wire.iter();
            names
                .map(|((_, name), wire)| (name.as_str(), wire.as_str()))
                .collect()
        };
        assert_eq!(names("get"), [("ID_header", "ID"), ("id_query_2", "id")]);
        assert_eq!(names("put"), [("body_query", "body"), ("id_query", "id")]);
        let notes = findings.into_notes();
        let texts: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
        assert!(
            texts.contains(
                &"the query parameter `body` is renamed to `body_query` because its name is taken"
            ),
            "{texts:?}"
        );
        let before = document.clone();
        let mut findings = Findings::new("test");
        normalize(&mut document, &mut Facts::new(), &mut findings);
        assert_eq!(document, before);
    }

    #[test]
    fn parameters_with_unique_names_are_not_changed() {
        let mut document = json!({"paths": {"/c/{id}": {
            "parameters": [of("path", "id")],
            "get": {"parameters": [of("query", "tag")]},
        }}});
        let before = document.clone();
        normalize(&mut document, &mut Facts::new(), &mut Findings::new("test"));
        assert_eq!(document, before);
    }
}
