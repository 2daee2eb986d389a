//! Adapts parameters to the generator and to the path template.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::casing;
use super::hoist::ComponentNames;
use super::styles::{Outcome, outcome, refused};
use super::walk;
use crate::contents::{items, keys};
use crate::findings::Findings;
use crate::model::{self, Fact, Facts, Listed, key, listed};
use crate::pointer::below;
use crate::reference::follow;
use crate::rust_type;
use crate::template;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts, findings: &mut Findings) {
    let mut names = ComponentNames::of(document);
    let operations = listed(document);
    let paths: Vec<String> = keys(document.get("paths")).cloned().collect();
    for path in paths.iter().filter(|path| path.starts_with('/')) {
        list(document, facts, &mut names, (path, None), findings);
        for operation in operations.iter().filter(|it| it.path == *path) {
            let owner = (path.as_str(), Some(operation.method));
            list(document, facts, &mut names, owner, findings);
            complete(document, operation, findings);
            leave_out(document, operation, findings);
        }
    }
}

/// The owner of a list of parameters: a path, or one of its methods.
type Owner<'a> = (&'a str, Option<&'static str>);

fn pointer((path, method): Owner<'_>) -> String {
    let item = below("/paths", &[path]);
    below(&item, method.as_slice())
}

fn list(
    document: &mut Value,
    facts: &mut Facts,
    names: &mut ComponentNames,
    owner: Owner<'_>,
    findings: &mut Findings,
) {
    let pointer = below(&pointer(owner), &["parameters"]);
    let Some(Value::Array(parameters)) = document.pointer(&pointer).cloned() else {
        return;
    };
    let mut normalized: Vec<Value> = Vec::new();
    let mut all = BTreeMap::new();
    for (index, written) in parameters.iter().enumerate() {
        let outcome = follow(document, written)
            .and_then(Value::as_object)
            .map(|parameter| {
                // The set is computed on demand. Few parameters need it, and some operations have hundreds.
                let taken = || {
                    let others = parameters.iter().enumerate();
                    let others = others.filter(|(other, _)| *other != index);
                    let others = others.filter_map(|(_, other)| follow(document, other));
                    let others = others.chain(&normalized).filter_map(name);
                    let mut taken = arguments_elsewhere(document, facts, owner);
                    taken.extend(others.map(casing::snake));
                    taken
                };
                outcome(document, owner.0, parameter, &taken)
            });
        let Some(Outcome::Changed(instead, note)) = outcome else {
            let key = follow(document, written).and_then(key);
            all.extend(key.map(|key| (key, None)));
            normalized.push(written.clone());
            continue;
        };
        if let Some(note) = note {
            findings.note_on(&below(&pointer, &[&index.to_string()]), note);
        }
        for (mut parameter, written) in instead {
            if written.as_ref().is_some_and(|written| written.object) {
                hoist(document, names, owner, &mut parameter);
            }
            all.extend(key(&parameter).map(|key| (key, written)));
            normalized.push(parameter);
        }
    }
    facts.entry(self::pointer(owner)).or_default().written = all;
    if let Some(place) = document.pointer_mut(&pointer) {
        *place = Value::Array(normalized);
    }
}

fn name(parameter: &Value) -> Option<&str> {
    parameter.get("name")?.as_str()
}

/// Returns the names of the arguments outside a list of parameters: those of the body, and those of the
/// path or of its methods.
fn arguments_elsewhere(document: &Value, facts: &Facts, owner: Owner<'_>) -> BTreeSet<String> {
    let (path, method) = owner;
    let methods: Vec<&'static str> = match method {
        Some(method) => vec![method],
        None => crate::spec::methods().collect(),
    };
    let lists = match method {
        Some(_) => vec![(path, None)],
        None => methods.iter().map(|one| (path, Some(*one))).collect(),
    };
    let lists = lists.into_iter().filter_map(|owner| {
        let list = below(&pointer(owner), &["parameters"]);
        document.pointer(&list)?.as_array()
    });
    let parameters = lists.flatten().filter_map(|one| follow(document, one));
    let mut all: BTreeSet<String> = parameters.filter_map(name).map(casing::snake).collect();
    for method in methods {
        let operation = pointer((path, Some(method)));
        let parts = facts.get(&operation).into_iter();
        all.extend(parts.flat_map(Fact::part_names).map(casing::snake));
        let body = document.pointer(&below(&operation, &["requestBody"]));
        all.extend(body.map(|_| "body".to_owned()));
    }
    all
}

/// Wraps the types of objects that are single arguments. This is the last pass over them, because no other
/// pass inspects wrapped types.
pub(super) fn wrap(document: &mut Value, facts: &Facts) {
    let operations = model::prepared(document, facts);
    let parameters = operations.iter().flat_map(|one| &one.parameters);
    for parameter in parameters.filter(|one| one.object) {
        let schema = parameter.schema.as_deref();
        if let Some(schema) = schema.and_then(|at| document.pointer_mut(at))
            && schema.get("$ref").is_some()
        {
            *schema = rust_type::whole(schema.take());
        }
    }
}

/// Gives the type of an object that is a single argument a unique name.
fn hoist(
    document: &mut Value,
    names: &mut ComponentNames,
    owner: Owner<'_>,
    parameter: &mut Value,
) {
    let Some(schema) = parameter.get("schema") else {
        return;
    };
    let of_parts = ["properties", "allOf", "anyOf", "oneOf"];
    if !of_parts.iter().any(|key| schema.get(*key).is_some()) {
        return;
    }
    let id = document.pointer(&below(&pointer(owner), &["operationId"]));
    let id = id.and_then(Value::as_str).unwrap_or("parameter");
    let name = casing::pascal(&format!("{id} {}", name(parameter).unwrap_or_default()));
    let schema = schema.clone();
    if let Some(reference) = names.hoist(document, &name, schema) {
        parameter["schema"] = json!({ "$ref": reference });
    }
}

/// Removes an operation that requires an unsupported parameter, so that the rest of the API can be
/// generated.
fn leave_out(document: &mut Value, operation: &Listed, findings: &mut Findings) {
    let item = operation.item();
    let reason = [&operation.pointer, &item].into_iter().find_map(|owner| {
        let written = document
            .pointer(&below(owner, &["parameters"]))?
            .as_array()?;
        written.iter().find_map(|written| {
            let parameter = follow(document, written)?.as_object()?;
            let name = parameter.get("name")?.as_str()?;
            let reason = refused(document, parameter)?;
            Some(format!("it requires the parameter `{name}`, but {reason}"))
        })
    });
    if let Some(reason) = reason {
        walk::leave_out(document, operation, &reason, findings);
    }
}

/// Adds string parameters for the undeclared names of a path template.
fn complete(document: &mut Value, operation: &Listed, findings: &mut Findings) {
    let item = operation.item();
    let mut missing = Vec::new();
    for name in template::names(&operation.path) {
        let declared = [&item, &operation.pointer].iter().any(|owner| {
            let mut parameters = items(document.pointer(&below(owner, &["parameters"])));
            parameters.any(|written| {
                let parameter = follow(document, written).unwrap_or(written);
                parameter.get("name").is_some_and(|other| other == name)
                    && parameter.get("in").is_some_and(|place| place == "path")
            })
        });
        if !declared && !missing.contains(&name) {
            missing.push(name);
        }
    }
    let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer) else {
        return;
    };
    for name in missing {
        let parameters = fields.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": {"type": "string"}
            }));
            findings.note_on(
                &operation.pointer,
                format!("the path parameter `{name}` is not declared, so it is a string"),
            );
        }
    }
}
