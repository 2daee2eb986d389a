//! Parameters: in the shape that the generator takes, and as the path has them.

use serde_json::{Map, Value, json};

use super::walk::{self, below, follow};
use super::{filters, texts};
use crate::findings::Findings;

pub(super) fn cure(document: &mut Value, findings: &mut Findings) {
    let paths = document.get("paths").and_then(Value::as_object);
    let paths: Vec<String> = paths
        .into_iter()
        .flat_map(Map::keys)
        .filter(|path| path.starts_with('/'))
        .cloned()
        .collect();
    for path in paths {
        let item = below("/paths", &[&path]);
        list(document, &path, &below(&item, &["parameters"]), findings);
        for method in crate::spec::methods() {
            let operation = below(&item, &[method]);
            if document.pointer(&operation).is_some() {
                let parameters = below(&operation, &["parameters"]);
                list(document, &path, &parameters, findings);
                complete(document, &path, &item, &operation, findings);
                leave_out(document, &path, method, findings);
            }
        }
    }
}

/// The names between braces.
pub(super) fn template(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

fn list(document: &mut Value, path: &str, pointer: &str, findings: &mut Findings) {
    let Some(Value::Array(parameters)) = document.pointer(pointer) else {
        return;
    };
    let mut cured = Vec::new();
    for (index, written) in parameters.iter().enumerate() {
        let place = below(pointer, &[&index.to_string()]);
        let parameter = follow(document, written).and_then(Value::as_object);
        let outcome = parameter.and_then(|parameter| one(document, path, parameter));
        match outcome {
            None => cured.push(written.clone()),
            Some((instead, note)) => {
                findings.note_on(&place, note);
                cured.extend(instead);
            }
        }
    }
    if let Some(place) = document.pointer_mut(pointer) {
        *place = Value::Array(cured);
    }
}

/// Headers that OpenAPI takes from elsewhere in the document, whatever a parameter says.
const RESERVED: [&str; 3] = ["accept", "authorization", "content-type"];

/// What stands instead of a parameter, and why; `None` where it stays as it is.
fn one(
    document: &Value,
    path: &str,
    parameter: &Map<String, Value>,
) -> Option<(Vec<Value>, String)> {
    let name = parameter.get("name")?.as_str()?;
    let required = parameter.get("required") == Some(&json!(true));
    let place = parameter.get("in")?.as_str()?;
    if place == "header" && RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        let reason = format!("the parameter `{name}` is left out: OpenAPI says it elsewhere");
        return Some((Vec::new(), reason));
    }
    if let Some((mut text, reason)) = texts::as_text(document, parameter) {
        if place == "path" {
            text["required"] = json!(true);
        }
        return Some((vec![text], reason));
    }
    if let Some((alike, reason)) = texts::alike(document, parameter) {
        return Some((vec![alike], reason));
    }
    if let Some(reason) = refused(document, parameter) {
        // One that is needed leaves its operation out.
        let reason = format!("the parameter `{name}` is left out: {reason}");
        return (!required && place != "path").then_some((Vec::new(), reason));
    }
    if place == "path" && !template(path).contains(&name) {
        let reason = format!("the parameter `{name}` is left out: the path has no such place");
        return Some((Vec::new(), reason));
    }
    if place == "path" && !required {
        let mut parameter = parameter.clone();
        parameter.insert("required".to_owned(), json!(true));
        let reason = "what is in the path is always required".to_owned();
        return Some((vec![Value::Object(parameter)], reason));
    }
    if place != "query" {
        return None;
    }
    if let Some(split) = filters::split(document, parameter) {
        let names: Vec<&str> = split
            .iter()
            .filter_map(|one| one.get("name")?.as_str())
            .collect();
        let reason = if names.is_empty() {
            format!("the parameter `{name}` is left out: it is an object of any names")
        } else {
            format!(
                "the object `{name}` is given as one parameter a property: {}",
                names.join(", ")
            )
        };
        let split = split
            .into_iter()
            .map(|one| mark(document, &one).unwrap_or(one));
        return Some((split.collect(), reason));
    }
    let mut parameter = parameter.clone();
    let mut reasons = Vec::new();
    if parameter
        .get("style")
        .is_some_and(|style| style == "deepObject")
    {
        parameter.remove("style");
        reasons.push("`deepObject` is for objects");
    }
    if let Some(Value::Object(schema)) = parameter.get_mut("schema")
        && schema.remove("nullable") == Some(json!(true))
    {
        reasons.push("there is no null in a query");
    }
    let mut parameter = Value::Object(parameter);
    if let Some(marked) = mark(document, &parameter) {
        parameter = marked;
        reasons.push("the items go into one value, parted by commas");
    }
    (!reasons.is_empty()).then(|| (vec![parameter], reasons.join("; ")))
}

/// Marks a list whose items are one value, for the client to join.
fn mark(document: &Value, parameter: &Value) -> Option<Value> {
    let schema = follow(document, parameter.get("schema")?)?;
    let form = parameter.get("style").is_none_or(|style| style == "form");
    let joined = parameter.get("explode") == Some(&json!(false));
    if parameter.get("x-comma-separated").is_some() {
        return None;
    }
    if !(form && joined && schema.get("type").is_some_and(|kind| kind == "array")) {
        return None;
    }
    let mut parameter = parameter.clone();
    parameter["x-comma-separated"] = json!(true);
    Some(parameter)
}

/// Why the generator has no code for a parameter.
fn refused(document: &Value, parameter: &Map<String, Value>) -> Option<&'static str> {
    let place = parameter.get("in")?.as_str()?;
    let style = parameter.get("style").and_then(Value::as_str);
    let schema = parameter.get("schema");
    let one_text = || schema.is_none_or(|schema| filters::is_one_text(document, schema));
    match place {
        "cookie" => Some("the generator has no code for cookies"),
        _ if schema.is_none() => Some("the generator has no code for parameters of a media type"),
        "header" if !one_text() => {
            Some("the generator has no code for lists and objects in headers")
        }
        "path" if !one_text() => Some("the generator has no code for lists and objects in paths"),
        "path" if style.is_some_and(|style| style != "simple") => {
            Some("the generator has no code for its style")
        }
        "query" if style.is_some_and(|style| !matches!(style, "form" | "deepObject")) => {
            Some("the generator has no code for its style")
        }
        _ => None,
    }
}

/// An operation that needs a parameter which the generator has no code for is left out, so that the
/// rest of the API has a client at all.
fn leave_out(document: &mut Value, path: &str, method: &'static str, findings: &mut Findings) {
    let item = below("/paths", &[path]);
    let pointer = below(&item, &[method]);
    let reason = [&pointer, &item].into_iter().find_map(|owner| {
        let written = document
            .pointer(&below(owner, &["parameters"]))?
            .as_array()?;
        written.iter().find_map(|written| {
            let parameter = follow(document, written)?.as_object()?;
            let name = parameter.get("name")?.as_str()?;
            let reason = refused(document, parameter)?;
            Some(format!("it needs the parameter `{name}`, and {reason}"))
        })
    });
    if let Some(reason) = reason {
        let operation = walk::Operation {
            path: path.to_owned(),
            method,
            pointer,
        };
        walk::leave_out(document, &operation, &reason, findings);
    }
}

/// A place in the path that no parameter is for is a text.
fn complete(
    document: &mut Value,
    path: &str,
    item: &str,
    operation: &str,
    findings: &mut Findings,
) {
    let mut missing = Vec::new();
    for name in template(path) {
        let declared = [item, operation].iter().any(|owner| {
            let parameters = document.pointer(&below(owner, &["parameters"]));
            let parameters = parameters.and_then(Value::as_array);
            parameters.into_iter().flatten().any(|written| {
                let parameter = follow(document, written).unwrap_or(written);
                parameter.get("name").is_some_and(|other| other == name)
                    && parameter.get("in").is_some_and(|place| place == "path")
            })
        });
        if !declared && !missing.contains(&name) {
            missing.push(name);
        }
    }
    let Some(Value::Object(fields)) = document.pointer_mut(operation) else {
        return;
    };
    for name in missing {
        let parameters = fields.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": {"type": "string"}
            }));
            findings.note_on(
                operation,
                format!("the path has `{{{name}}}`, and no parameter says what it is: a text"),
            );
        }
    }
}
