//! A method of the client, as the generator makes it of a prepared operation.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::{Map, Value};
use trackstar_openapi::{methods, reference};

use super::grows::{Broken, Types};
use crate::canonical::name_of;

/// The scheme that stands for the access token, and its header, as the generator is told them.
const TOKEN: (&str, &str) = ("AccessToken", "x-trackstar-access-token");

/// An operation of a prepared document.
pub(super) struct Operation<'a> {
    /// `METHOD /path`.
    pub(super) name: String,
    pub(super) id: &'a str,
    /// The document that it is of, its path item, and itself.
    root: &'a Value,
    item: &'a Value,
    value: &'a Value,
}

/// What the body of a request is for the builder.
#[derive(PartialEq)]
enum Body<'a> {
    None,
    Text,
    Bytes,
    Parts(&'a Value),
    Typed(&'a Value),
}

/// What a call answers.
enum Success<'a> {
    None,
    Bytes,
    Typed(&'a Value),
}

pub(super) fn all(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        methods().filter_map(move |method| {
            let value = item.get(method)?;
            Some(Operation {
                name: format!("{} {path}", method.to_uppercase()),
                id: value["operationId"].as_str()?,
                root: document,
                item,
                value,
            })
        })
    });
    operations.collect()
}

impl<'a> Operation<'a> {
    fn resolved(&self, value: &'a Value) -> &'a Value {
        reference::follow(self.root, value).unwrap_or(value)
    }

    /// Whether it is a method of the connection; others are methods of the client.
    fn needs_token(&self) -> bool {
        let schemes = self.root.pointer("/components/securitySchemes");
        let schemes = schemes.and_then(Value::as_object).into_iter().flatten();
        let of_header = schemes.filter(|(_, scheme)| {
            let header = scheme["name"].as_str().unwrap_or_default();
            scheme["in"] == "header" && header.eq_ignore_ascii_case(TOKEN.1)
        });
        let names: Vec<&str> = of_header.map(|it| it.0.as_str()).chain([TOKEN.0]).collect();
        let said = self
            .value
            .get("security")
            .or_else(|| self.root.get("security"));
        let said = said.and_then(Value::as_array);
        said.is_some_and(|all| {
            let names_it = |one: &Value| names.iter().any(|name| one.get(*name).is_some());
            !all.is_empty() && all.iter().all(names_it)
        })
    }

    /// By the names of their setters: whether each is required, and its schema.
    fn parameters(&self) -> BTreeMap<String, (bool, &'a Value)> {
        static ANY: Value = Value::Null;
        let mut found: Vec<&Value> = Vec::new();
        for place in [self.value, self.item] {
            for one in place["parameters"].as_array().into_iter().flatten() {
                let one = self.resolved(one);
                let same = |it: &Value| it["name"] == one["name"] && it["in"] == one["in"];
                if !found.iter().any(|it| same(it)) {
                    found.push(one);
                }
            }
        }
        found.sort_by_cached_key(|it| (it["name"].to_string(), it["in"].to_string()));
        let mut named = BTreeMap::new();
        for one in found {
            let mut name = one["name"].as_str().unwrap_or_default().to_snake_case();
            while named.contains_key(&name) {
                name.push('_');
            }
            let required = one["required"] == true;
            named.insert(name, (required, one.get("schema").unwrap_or(&ANY)));
        }
        named
    }

    fn body(&self) -> (Body<'a>, bool) {
        if let Some(parts) = self.value.get("x-multipart") {
            return (Body::Parts(parts), parts["required"] == true);
        }
        let Some(body) = self.value.get("requestBody") else {
            return (Body::None, false);
        };
        let body = self.resolved(body);
        let content = body["content"].as_object().and_then(|it| it.iter().next());
        let kind = match content {
            None => Body::None,
            Some((name, _)) if name.starts_with("text/") => Body::Text,
            Some((name, media)) => match media.get("schema") {
                Some(schema)
                    if schema["format"] != "binary" || name.starts_with("application/json") =>
                {
                    Body::Typed(schema)
                }
                _ => Body::Bytes,
            },
        };
        (kind, body["required"] == true)
    }

    fn success(&self) -> Success<'a> {
        let mut success = Success::None;
        let responses = self.value["responses"].as_object();
        for (status, response) in responses.into_iter().flatten() {
            if !(status.starts_with('2') || status == "default") {
                continue;
            }
            let content = self.resolved(response)["content"].as_object();
            for (name, media) in content.into_iter().flatten() {
                match media
                    .get("schema")
                    .filter(|_| name.starts_with("application/json"))
                {
                    Some(schema) => return Success::Typed(schema),
                    None => success = Success::Bytes,
                }
            }
        }
        success
    }

    /// The components that requests are made of, those that its body names.
    pub(super) fn sends(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if let Body::Typed(schema) = self.body().0 {
            references(schema, &mut names);
        }
        for (_, schema) in self.parameters().values() {
            references(schema, &mut names);
        }
        names
    }

    /// Why code that makes the call no longer does after a change of document.
    pub(super) fn broken_by(&self, now: &Self, types: &mut Types<'_>) -> Result<(), Broken> {
        if self.value.get("x-webhook") != now.value.get("x-webhook") {
            return Err("it is another event".to_owned());
        }
        match (self.needs_token(), now.needs_token()) {
            (true, false) => return Err("it is a method of `Client` now".to_owned()),
            (false, true) => return Err("it is a method of `Connection` now".to_owned()),
            _ => {}
        }
        self.parameters_broken_by(now, types)?;
        self.body_broken_by(now, types)?;
        match (self.success(), now.success()) {
            (Success::None, Success::None) | (Success::Bytes, Success::Bytes) => Ok(()),
            (Success::Typed(before), Success::Typed(after)) => types
                .compare(before, after, false)
                .map_err(|why| format!("what it answers: {why}")),
            _ => Err("what it answers is of another kind".to_owned()),
        }
    }

    fn parameters_broken_by(&self, now: &Self, types: &mut Types<'_>) -> Result<(), Broken> {
        let (before, after) = (self.parameters(), now.parameters());
        for (name, (_, schema)) in &before {
            let Some((_, now)) = after.get(name) else {
                return Err(format!("the setter `{name}` is gone"));
            };
            let compared = types.compare(schema, now, true);
            compared.map_err(|why| format!("the setter `{name}`: {why}"))?;
        }
        for (name, (required, _)) in &after {
            let was = before.get(name).is_some_and(|(required, _)| *required);
            if *required && !was {
                return Err(format!("`{name}` has to be set"));
            }
        }
        Ok(())
    }

    fn body_broken_by(&self, now: &Self, types: &mut Types<'_>) -> Result<(), Broken> {
        let ((before, was_required), (after, is_required)) = (self.body(), now.body());
        if is_required && !was_required {
            return Err("a body has to be given".to_owned());
        }
        match (before, after) {
            (Body::Typed(before), Body::Typed(after)) => types
                .compare(before, after, true)
                .map_err(|why| format!("the body: {why}")),
            (Body::None, Body::Typed(_) | Body::Text) => Ok(()),
            (Body::Parts(before), Body::Parts(after)) => parts(before, after),
            (before, after) if before == after => Ok(()),
            _ => Err("the body is given otherwise".to_owned()),
        }
    }
}

/// Compares the parts of two multipart bodies, each of which has a setter.
fn parts(before: &Value, after: &Value) -> Result<(), Broken> {
    let all = |parts: &Value| -> BTreeMap<String, Value> {
        let parts = parts["parts"].as_array().cloned().unwrap_or_default();
        let name = |it: &Value| it["name"].as_str().unwrap_or_default().to_owned();
        parts.into_iter().map(|it| (name(&it), it)).collect()
    };
    let (before, after) = (all(before), all(after));
    for (name, part) in &before {
        let Some(now) = after.get(name) else {
            return Err(format!("the setter `{name}` is gone"));
        };
        for key in ["binary", "type", "secret"] {
            if part.get(key) != now.get(key) {
                return Err(format!("the setter `{name}` takes something else"));
            }
        }
    }
    Ok(())
}

/// The components that a schema names.
pub(super) fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                names.insert(name_of(reference).to_owned());
            }
            let below = |fields: &Map<String, Value>, names: &mut BTreeSet<String>| {
                fields.values().for_each(|value| references(value, names));
            };
            below(fields, names);
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}
