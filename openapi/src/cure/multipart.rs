//! Bodies of `multipart/form-data`: the generator has no code for them, so what their parts are
//! stands on the operation, as `x-multipart`, for who writes the rest of the client.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::walk::Fuel;
use crate::media_type::essence;
use crate::reference::follow;

/// The extension that says what the parts of a body are.
pub(super) const KEY: &str = "x-multipart";

/// The media type that this is about, with whatever parameters.
pub(super) fn is(media_type: &str) -> bool {
    essence(media_type) == "multipart/form-data"
}

/// The names of the parts that an operation is given.
pub(super) fn names(operation: Option<&Value>) -> impl Iterator<Item = &str> {
    let parts = operation.and_then(|operation| operation.get(KEY)?.get("parts")?.as_array());
    let parts = parts.into_iter().flatten();
    parts.filter_map(|part| part.get("name")?.as_str())
}

/// What a part holds. Texts are written as they are, JSON is written as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Bytes,
    Text(&'static str),
    Json,
}

#[derive(Debug)]
struct Part {
    holds: Holds,
    /// Whether the part may be there several times.
    list: bool,
    /// Whether it is a text that nobody is to see.
    secret: bool,
    description: Option<String>,
}

/// The extension for a body, and notes on what it does not say; or why it cannot be given.
pub(super) fn parts(document: &Value, media: &Value) -> Result<(Value, Vec<String>), String> {
    let mut search = Search {
        document,
        fuel: Fuel::new(),
        object: false,
        required: BTreeSet::new(),
        parts: Vec::new(),
    };
    let schema = media.get("schema").ok_or("it has no schema")?;
    search.collect(schema, true)?;
    if !search.object {
        return Err("it is no object".to_owned());
    }
    if search.parts.is_empty() {
        return Err("it names none of its parts".to_owned());
    }
    let mut notes = Vec::new();
    let encodings = media.get("encoding").and_then(Value::as_object);
    let mut parts = Vec::new();
    for &(name, ref part) in &search.parts {
        let mut written = json!({
            "name": name,
            "binary": part.holds == Holds::Bytes,
            "list": part.list,
            "required": search.required.contains(name),
            "type": match part.holds {
                Holds::Bytes => "string",
                Holds::Text(kind) => kind,
                Holds::Json => "json",
            },
        });
        if part.secret {
            written["secret"] = json!(true);
        }
        if let Some(description) = &part.description {
            written["description"] = json!(description);
        }
        if let Some(encoding) = encodings.and_then(|all| all.get(name)?.as_object()) {
            encode(name, encoding, &mut written, &mut notes);
        }
        parts.push(written);
    }
    Ok((json!({ "parts": parts }), notes))
}

fn encode(name: &str, encoding: &Map<String, Value>, part: &mut Value, notes: &mut Vec<String>) {
    for (key, value) in encoding {
        match (key.as_str(), value) {
            ("contentType", Value::String(one)) if !one.contains([',', '*']) => {
                part["content_type"] = json!(one);
            }
            ("contentType", other) => notes.push(format!(
                "the part `{name}` may be {other}, and which of them is the server's to find out"
            )),
            // The styles are for the other form; in this one a list is a part for each item.
            _ => notes.push(format!(
                "`{key}` in the encoding of the part `{name}` is lost"
            )),
        }
    }
}

struct Search<'a> {
    document: &'a Value,
    fuel: Fuel,
    /// Whether the schema is an object at all.
    object: bool,
    /// Names that are required, wherever the properties of these names stand.
    required: BTreeSet<&'a str>,
    parts: Vec<(&'a str, Part)>,
}

impl<'a> Search<'a> {
    /// Collects the properties of a schema and of all that it is made of.
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
            let required = schema.get("required").and_then(Value::as_array);
            let names = required.into_iter().flatten().filter_map(Value::as_str);
            self.required.extend(names);
        }
        for kind in ["allOf", "anyOf", "oneOf"] {
            let parts = schema.get(kind).and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                self.collect(part, needed && kind == "allOf")?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &'a str, schema: &'a Value) -> Result<(), String> {
        let (holds, list) = self.holds(schema);
        let part = Part {
            holds,
            list,
            secret: self.is_secret(schema),
            description: description(self.document, schema),
        };
        match self.parts.iter_mut().find(|(other, _)| *other == name) {
            None => self.parts.push((name, part)),
            Some((_, other)) if (other.holds, other.list) == (holds, list) => {
                other.secret |= part.secret;
                other.description = other.description.take().or(part.description);
            }
            Some(_) => return Err(format!("its part `{name}` is two different things")),
        }
        Ok(())
    }

    /// Whether nobody is to see the value, or the values of the list. One of several parts or
    /// alternatives that is marked marks all.
    fn is_secret(&self, schema: &Value) -> bool {
        let (Some(_step), Some(schema)) = (self.fuel.step(), follow(self.document, schema)) else {
            return true;
        };
        let marked = schema.get("format").is_some_and(|it| it == "password");
        let of = |key: &str| {
            let parts = schema.get(key).and_then(Value::as_array);
            let mut parts = parts.into_iter().flatten();
            parts.any(|part| self.is_secret(part))
        };
        marked
            || schema.get("items").is_some_and(|it| self.is_secret(it))
            || ["allOf", "anyOf", "oneOf"].into_iter().any(of)
    }

    /// What a part holds, and whether it is a list of that: a part for each item.
    fn holds(&self, schema: &Value) -> (Holds, bool) {
        let items = follow(self.document, schema).filter(|schema| {
            let kind = schema.get("type");
            kind.is_some_and(|kind| kind == "array")
        });
        match items {
            Some(list) => {
                let items = list
                    .get("items")
                    .map_or(Holds::Json, |items| self.one(items));
                (items, true)
            }
            None => (self.one(schema), false),
        }
    }

    fn one(&self, schema: &Value) -> Holds {
        let (Some(_step), Some(schema)) = (self.fuel.step(), follow(self.document, schema)) else {
            return Holds::Json;
        };
        let kind = schema.get("type").and_then(Value::as_str);
        let binary = schema
            .get("format")
            .is_some_and(|format| format == "binary");
        match kind {
            Some("string") if binary => return Holds::Bytes,
            Some("string") => return Holds::Text("string"),
            Some("integer") => return Holds::Text("integer"),
            Some("number") => return Holds::Text("number"),
            Some("boolean") => return Holds::Text("boolean"),
            Some(_) => return Holds::Json,
            None => {}
        }
        let of = |kind: &str| -> Vec<Holds> {
            let parts = schema.get(kind).and_then(Value::as_array);
            parts
                .into_iter()
                .flatten()
                .map(|part| self.one(part))
                .collect()
        };
        // Of all that holds at once one part says what it is, of alternatives each does.
        let all = of("allOf").into_iter().find(|one| *one != Holds::Json);
        let either = [of("anyOf"), of("oneOf")].concat();
        all.or_else(|| either.into_iter().reduce(wider))
            .unwrap_or_else(|| {
                let texts = schema.get("enum").and_then(Value::as_array);
                if texts.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string)) {
                    Holds::Text("string")
                } else {
                    Holds::Json
                }
            })
    }
}

/// What holds either: bytes can be any text, and any text can be the one of a number.
fn wider(one: Holds, other: Holds) -> Holds {
    match (one, other) {
        (one, other) if one == other => one,
        (Holds::Json, _) | (_, Holds::Json) => Holds::Json,
        (Holds::Bytes, _) | (_, Holds::Bytes) => Holds::Bytes,
        (Holds::Text("integer" | "number"), Holds::Text("integer" | "number")) => {
            Holds::Text("number")
        }
        (Holds::Text(_), Holds::Text(_)) => Holds::Text("string"),
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
