//! Replaces parameters by ones that the generator supports, and records their serialization.
//!
//! The generator supports one serialization for each location, and the client serializes all values
//! itself. Every other serialization is recorded in the model, from which the client's code is generated.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::query_objects::{self, QueryShape};
use super::{casing, serialized_parameters};
use crate::model::Written;
use crate::template;
use crate::{Serialization, headers};

/// The replacement of a parameter.
pub(super) enum Outcome {
    Kept,
    /// Parameters that replace it, with their serialization if the generator does not support it, and a
    /// note if the caller notices the change.
    Changed(Vec<(Value, Option<Written>)>, Option<String>),
}

/// Returns the replacement of a parameter. No property of an object becomes an argument with a name in
/// `taken`.
pub(super) fn outcome(
    document: &Value,
    path: &str,
    parameter: &Map<String, Value>,
    taken: &dyn Fn() -> BTreeSet<String>,
) -> Outcome {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str);
    let (Some(name), Some(place)) = (text("name"), text("in")) else {
        return Outcome::Kept;
    };
    let left_out = |why: &str| {
        let note = format!("the parameter `{name}` is omitted: {why}");
        Outcome::Changed(Vec::new(), Some(note))
    };
    let required = parameter.get("required") == Some(&json!(true));
    if place == "header" && headers::is_ignored(name) {
        return left_out("OpenAPI ignores header parameters of this name");
    }
    if place == "header" && headers::is_transport(name) {
        return left_out("the client sets it");
    }
    if let Some((text, note)) = serialized_parameters::as_text(parameter) {
        return Outcome::Changed(vec![(text, None)], Some(note));
    }
    if let Some(why) = refused(document, parameter) {
        // If it is required, its operation is removed instead.
        return if required || place == "path" {
            Outcome::Kept
        } else {
            left_out(why)
        };
    }
    if place == "path" && template::names(path).all(|it| it != name) {
        return left_out("the path does not contain it");
    }
    let mut notes = Vec::new();
    let mut changed = Value::Object(parameter.clone());
    if let Some((alike, note)) = serialized_parameters::alike(document, parameter) {
        changed = alike;
        notes.push(note);
    }
    if place == "path" && !required {
        changed["required"] = json!(true);
        notes.push("path parameters are always required".to_owned());
    }
    if place == "query"
        && let Some(split) = split(document, &changed, taken)
    {
        let names: Vec<&str> = split
            .iter()
            .filter_map(|(one, _)| one.get("name")?.as_str())
            .collect();
        let names = names.join(", ");
        notes.push(format!(
            "each property of the object `{name}` is a parameter: {names}"
        ));
        if query_objects::is_open(document, &changed["schema"]) {
            notes.push("the client does not send additional properties".to_owned());
        }
        return Outcome::Changed(split, Some(notes.join("; ")));
    }
    let written = written(document, &mut changed, &mut notes);
    if changed.as_object() == Some(parameter) && written.is_none() {
        return Outcome::Kept;
    }
    let note = (!notes.is_empty()).then(|| notes.join("; "));
    Outcome::Changed(vec![(changed, written)], note)
}

/// Returns one parameter for each property of an object, if the properties are separate in the query and
/// have unique argument names.
fn split(
    document: &Value,
    parameter: &Value,
    taken: &dyn Fn() -> BTreeSet<String>,
) -> Option<Vec<(Value, Option<Written>)>> {
    let Serialization { style, explode } = Serialization::of(parameter);
    if !explode && style != "deepObject" {
        return None;
    }
    let schema = parameter.get("schema")?;
    // An object that is one argument keeps additional properties. Its values cannot be objects.
    if query_objects::shape(document, schema) == QueryShape::Object
        && query_objects::is_open(document, schema)
        && !query_objects::holds_objects(document, schema)
    {
        return None;
    }
    let split = query_objects::split(document, parameter.as_object()?)?;
    let mut names = taken();
    let distinct = split.iter().all(|one| {
        let name = one.get("name").and_then(Value::as_str);
        name.is_some_and(|name| names.insert(casing::snake(name)))
    });
    if split.is_empty() || !distinct {
        return None;
    }
    let split = split.into_iter().map(|mut one| {
        let written = written(document, &mut one, &mut Vec::new());
        (one, written)
    });
    Some(split.collect())
}

/// Removes the serialization from a parameter, and returns it if it is not the default.
fn written(document: &Value, parameter: &mut Value, notes: &mut Vec<String>) -> Option<Written> {
    let place = parameter["in"].as_str().unwrap_or_default().to_owned();
    let name = parameter["name"].as_str().unwrap_or_default().to_owned();
    let shape = parameter.get("schema").map_or(QueryShape::Any, |schema| {
        query_objects::shape(document, schema)
    });
    let Serialization { style, explode } = Serialization::of(parameter);
    let (mut style, mut explode) = (style.to_owned(), explode);
    let delimited = ["spaceDelimited", "pipeDelimited"].contains(&style.as_str());
    let object = [QueryShape::Object, QueryShape::ObjectOrOne].contains(&shape);
    if style == "deepObject" && !object {
        notes.push("`deepObject` is ignored because it only applies to objects".to_owned());
        // `explode` comes from a correction, or is ignored.
        (style, explode) = ("form".to_owned(), parameter["explode"] != false);
    } else if delimited && explode {
        notes.push(format!(
            "the style of `{name}` has no effect because each item is a separate value"
        ));
        "form".clone_into(&mut style);
    }
    if let Some(Value::Object(schema)) = parameter.get_mut("schema")
        && (place == "query" || object || shape == QueryShape::List)
        && schema.remove("nullable") == Some(json!(true))
    {
        notes.push(format!("a {place} parameter cannot be null"));
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    }
    if let Some(fields) = parameter.as_object_mut() {
        fields.remove("style");
    }
    let usual = if place == "query" { "form" } else { "simple" };
    let plain = style == usual
        && match shape {
            QueryShape::One => true,
            QueryShape::List => explode || place != "query",
            QueryShape::Any => explode == (place == "query"),
            QueryShape::Object | QueryShape::ObjectOrOne => false,
        };
    if plain {
        return None;
    }
    if shape == QueryShape::List && style == "form" {
        notes.push("the client joins the items with commas".to_owned());
    }
    Some(Written {
        style,
        explode,
        object,
    })
}

/// Returns the reason why the generator does not support a parameter.
pub(super) fn refused(document: &Value, parameter: &Map<String, Value>) -> Option<&'static str> {
    let place = parameter.get("in")?.as_str()?;
    let style = parameter.get("style").and_then(Value::as_str);
    let styles: &[&str] = match place {
        "cookie" => return Some("the generator does not support cookies"),
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "path" => &["simple", "label", "matrix"],
        _ => &["simple"],
    };
    let Some(schema) = parameter.get("schema") else {
        return Some("the generator does not support parameters with a media type");
    };
    if style.is_some_and(|style| !styles.contains(&style)) {
        return Some("OpenAPI does not allow its style in this location");
    }
    let either = query_objects::shape(document, schema) == QueryShape::Any;
    if place != "query" && either && query_objects::can_be_object(document, schema) {
        return Some(
            "the generator does not support a choice between objects and other types in this location",
        );
    }
    None
}
