//! The parts of `multipart/form-data` bodies, which the generator does not support.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::Fuel;
use crate::contents::items;
use crate::media_type::essence;
use crate::model::{Part, PartType};
use crate::reference::follow;
use crate::secret::is_marked;

/// Returns true for `multipart/form-data`, with any parameters.
pub(super) fn is(media_type: &str) -> bool {
    essence(media_type) == "multipart/form-data"
}

/// Returns the parts of a body with notes on lost details, or the reason why it is not supported.
pub(super) fn parts(document: &Value, media: &Value) -> Result<(Vec<Part>, Vec<String>), String> {
    let mut search = MultipartSearch {
        document,
        fuel: Fuel::new(),
        object: false,
        required: BTreeSet::new(),
        parts: Vec::new(),
    };
    let schema = media.get("schema").ok_or("has no schema")?;
    search.collect(schema, true)?;
    if !search.object {
        return Err("has a schema that is not an object".to_owned());
    }
    if search.parts.is_empty() {
        return Err("has a schema without properties".to_owned());
    }
    let mut notes = Vec::new();
    let encodings = media.get("encoding").and_then(Value::as_object);
    for part in &mut search.parts {
        part.required = search.required.contains(part.name.as_str());
        let encoding = encodings.and_then(|all| all.get(&part.name)?.as_object());
        notes.extend(
            encoding
                .into_iter()
                .flatten()
                .filter_map(|(key, value)| lost(&part.name, key, value)),
        );
    }
    Ok((search.parts, notes))
}

/// Returns a note if a field of a part's encoding is dropped.
fn lost(name: &str, key: &str, value: &Value) -> Option<String> {
    match (key, value) {
        ("contentType", Value::String(one)) if !one.contains([',', '*']) => None,
        ("contentType", other) => Some(format!(
            "the part `{name}` can have the media types {other}, and the server has to detect which"
        )),
        // Styles are for URL-encoded forms. In a multipart body each item of a list is a separate part.
        _ => Some(format!(
            "the client ignores `{key}` in the encoding of the part `{name}`"
        )),
    }
}

struct MultipartSearch<'a> {
    document: &'a Value,
    fuel: Fuel,
    /// Whether the schema is an object.
    object: bool,
    /// Names of required properties, regardless of the schema that declares the property.
    required: BTreeSet<&'a str>,
    parts: Vec<Part>,
}

impl<'a> MultipartSearch<'a> {
    /// Collects the properties of a schema and of all its members.
    fn collect(&mut self, schema: &'a Value, needed: bool) -> Result<(), String> {
        let (Some(_step), Some(schema)) = (self.fuel.step(), follow(self.document, schema)) else {
            return Ok(());
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        let kind = schema.get("type");
        self.object |= properties.is_some() || kind.is_some_and(|kind| kind == "object");
        for (name, property) in properties.into_iter().flatten() {
            let resolved = follow(self.document, property);
            let answered = resolved.and_then(|it| it.get("readOnly")?.as_bool());
            if answered != Some(true) {
                self.add(name, property)?;
            }
        }
        if needed {
            let required = items(schema.get("required"));
            self.required.extend(required.filter_map(Value::as_str));
        }
        for kind in ["allOf", "anyOf", "oneOf"] {
            for part in items(schema.get(kind)) {
                self.collect(part, needed && kind == "allOf")?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, schema: &Value) -> Result<(), String> {
        let (holds, list) = self.holds(schema);
        let part = Part {
            name: name.to_owned(),
            holds,
            list,
            required: false,
            secret: self.is_secret(schema),
            description: description(self.document, schema),
        };
        match self.parts.iter_mut().find(|other| other.name == name) {
            None => self.parts.push(part),
            Some(other) if (other.holds, other.list) == (holds, list) => {
                other.secret |= part.secret;
                other.description = other.description.take().or(part.description);
            }
            Some(_) => return Err(format!("has a part `{name}` with two different types")),
        }
        Ok(())
    }

    /// Returns true if the value, or each value of a list, is secret.
    ///
    /// A mark in one of several members or alternatives applies to all of them.
    fn is_secret(&self, schema: &Value) -> bool {
        let (Some(_step), Some(schema)) = (self.fuel.step(), follow(self.document, schema)) else {
            return true;
        };
        let marked = schema.as_object().is_some_and(is_marked);
        let of = |key: &str| {
            let mut parts = items(schema.get(key));
            parts.any(|part| self.is_secret(part))
        };
        marked
            || schema.get("items").is_some_and(|it| self.is_secret(it))
            || ["allOf", "anyOf", "oneOf"].into_iter().any(of)
    }

    /// Returns the type of a part, and whether there is a part for each item of a list.
    fn holds(&self, schema: &Value) -> (PartType, bool) {
        let items = follow(self.document, schema).filter(|schema| {
            let kind = schema.get("type");
            kind.is_some_and(|kind| kind == "array")
        });
        match items {
            Some(list) => {
                let items = list
                    .get("items")
                    .map_or(PartType::Json, |items| self.one(items));
                (items, true)
            }
            None => (self.one(schema), false),
        }
    }

    fn one(&self, schema: &Value) -> PartType {
        let (Some(_step), Some(schema)) = (self.fuel.step(), follow(self.document, schema)) else {
            return PartType::Json;
        };
        let kind = schema.get("type").and_then(Value::as_str);
        let binary = schema
            .get("format")
            .is_some_and(|format| format == "binary");
        match kind {
            Some("string") if binary => return PartType::Bytes,
            Some("string") => return PartType::String,
            Some("integer") => return PartType::Integer,
            Some("number") => return PartType::Number,
            Some("boolean") => return PartType::Boolean,
            Some(_) => return PartType::Json,
            None => {}
        }
        let of = |kind: &str| -> Vec<PartType> {
            let parts = items(schema.get(kind));
            parts.map(|part| self.one(part)).collect()
        };
        // One member of an `allOf` determines the type, while any alternative is possible.
        let all = of("allOf").into_iter().find(|one| *one != PartType::Json);
        let either = [of("anyOf"), of("oneOf")].concat();
        all.or_else(|| either.into_iter().reduce(wider))
            .unwrap_or_else(|| {
                let texts = schema.get("enum").and_then(Value::as_array);
                if texts.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string)) {
                    PartType::String
                } else {
                    PartType::Json
                }
            })
    }
}

/// Returns a type for both. Bytes include text, and text includes numbers.
fn wider(one: PartType, other: PartType) -> PartType {
    match (one, other) {
        (one, other) if one == other => one,
        (PartType::Json, _) | (_, PartType::Json) => PartType::Json,
        (PartType::Bytes, _) | (_, PartType::Bytes) => PartType::Bytes,
        (PartType::Integer | PartType::Number, PartType::Integer | PartType::Number) => {
            PartType::Number
        }
        _ => PartType::String,
    }
}

fn description(document: &Value, schema: &Value) -> Option<String> {
    let resolved = follow(document, schema);
    let described = [Some(schema), resolved].into_iter().flatten();
    described
        .filter_map(|schema| schema.get("description")?.as_str())
        .find(|text| !text.is_empty())
        .map(str::to_owned)
}
