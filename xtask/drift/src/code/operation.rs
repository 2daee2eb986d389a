//! A method of the client, as the generator derives it from a prepared operation.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::Value;
use trackstar_openapi::model::{self, Content, ParameterLocation, Part, Scheme};
use trackstar_openapi::pointer::get;
use trackstar_openapi::{Prepared, reference, template};

use super::grows::GrowingTypes;
use super::schema::Reason;
use crate::canonical::name_of;
use crate::webhooks;

/// The scheme of the access token and its header, as in the generator.
const TOKEN: (&str, &str) = ("AccessToken", "x-trackstar-access-token");

/// An operation of a prepared document.
pub(super) struct GeneratedOperation<'a> {
    /// `METHOD /path`, or the name of a webhook.
    pub(super) name: String,
    pub(super) id: &'a str,
    /// The document of the operation.
    root: &'a Value,
    kind: Caller<'a>,
}

/// The origin of an operation.
#[derive(Clone, Copy)]
enum Caller<'a> {
    Call(&'a model::Operation),
    Event(&'a model::Webhook),
}

/// The request body as the builder accepts it.
#[derive(PartialEq)]
enum Body<'a> {
    None,
    Text,
    Bytes,
    Parts(&'a [Part]),
    Typed(&'a Value),
}

/// The result of a call.
enum Success<'a> {
    None,
    Bytes,
    Typed(&'a Value),
}

pub(super) fn all(prepared: &Prepared) -> Vec<GeneratedOperation<'_>> {
    let root = prepared.document();
    let operations = prepared
        .operations()
        .iter()
        .map(|model| GeneratedOperation {
            name: model.name(),
            id: &model.id,
            root,
            kind: Caller::Call(model),
        });
    let webhooks = prepared.webhooks().iter().map(|model| GeneratedOperation {
        name: webhooks::name(&model.event),
        id: &model.id,
        root,
        kind: Caller::Event(model),
    });
    operations.chain(webhooks).collect()
}

impl<'a> GeneratedOperation<'a> {
    fn call(&self) -> Option<&'a model::Operation> {
        match self.kind {
            Caller::Call(model) => Some(model),
            Caller::Event(_) => None,
        }
    }

    pub(super) fn event(&self) -> Option<&'a str> {
        match self.kind {
            Caller::Call(_) => None,
            Caller::Event(model) => Some(&model.event),
        }
    }

    /// Returns true if the operation is a method of the connection. Other operations are methods of the
    /// client.
    fn needs_token(&self) -> bool {
        let is_token = |scheme: &Scheme| scheme.name == TOKEN.0 || scheme.is_header(TOKEN.1);
        let alternatives = self.call().map_or(&[][..], |call| &call.security);
        !alternatives.is_empty()
            && alternatives
                .iter()
                .all(|one| one.schemes.iter().any(is_token))
    }

    /// Returns the names of the path parameters, in the order of the template.
    fn path_parameters(&self) -> Vec<&'a str> {
        template::names(self.call().map_or("", |call| &call.path)).collect()
    }

    /// Returns whether each parameter is required, and its schema, by the name of its setter. The name of a path
    /// parameter is its place in the template, because it is an argument of the method.
    fn parameters(&self) -> BTreeMap<String, (bool, &'a Value)> {
        static ANY: Value = Value::Null;
        let call = self.call().into_iter();
        let mut found: Vec<_> = call.flat_map(|call| &call.parameters).collect();
        found.sort_by_key(|it| (it.argument.as_str(), it.location.name()));
        let path = self.path_parameters();
        let mut named = BTreeMap::new();
        for one in found {
            let mut name = match path.iter().position(|name| *name == one.name) {
                Some(index) if one.location == ParameterLocation::Path => format!("{{{index}}}"),
                _ => one.argument.to_snake_case(),
            };
            while named.contains_key(&name) {
                name.push('_');
            }
            let schema = one.schema.as_deref();
            let schema = schema.and_then(|pointer| get(self.root, pointer));
            named.insert(name, (one.required, schema.unwrap_or(&ANY)));
        }
        named
    }

    fn body(&self) -> (Body<'a>, bool) {
        let Some(body) = self.call().and_then(|call| call.body.as_ref()) else {
            return (Body::None, false);
        };
        let kind = match &body.content {
            Content::Typed(schema) => get(self.root, schema).map_or(Body::None, Body::Typed),
            Content::Text => Body::Text,
            Content::Bytes => Body::Bytes,
            Content::Parts(parts) => Body::Parts(parts),
        };
        (kind, body.required)
    }

    fn success(&self) -> Success<'a> {
        let call = match self.kind {
            Caller::Call(call) => call,
            Caller::Event(webhook) => return Success::Typed(&webhook.schema),
        };
        let mut success = Success::None;
        for media in call.successes().flat_map(|response| &response.media) {
            let is_json = media.name.starts_with("application/json");
            let schema = media.schema.as_deref().filter(|_| is_json);
            match schema.and_then(|pointer| get(self.root, pointer)) {
                Some(schema) => return Success::Typed(schema),
                None => success = Success::Bytes,
            }
        }
        success
    }

    /// Returns the components that the body and the parameters name.
    pub(super) fn sends(&self) -> BTreeSet<&'a str> {
        let body = match self.body().0 {
            Body::Typed(schema) => Some(schema),
            _ => None,
        };
        let parameters = self.parameters();
        let schemas = parameters.values().map(|(_, schema)| *schema).chain(body);
        schemas.flat_map(references).map(name_of).collect()
    }

    /// Returns an error with the reason if code that makes the call no longer compiles.
    pub(super) fn broken_by(&self, now: &Self, types: &mut GrowingTypes<'_>) -> Result<(), Reason> {
        if self.event() != now.event() {
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
                .map_err(|why| format!("the response: {why}")),
            _ => Err("the response is of another kind".to_owned()),
        }
    }

    fn parameters_broken_by(&self, now: &Self, types: &mut GrowingTypes<'_>) -> Result<(), Reason> {
        let names = [self.path_parameters(), now.path_parameters()];
        let sets = names
            .each_ref()
            .map(|names| names.iter().collect::<BTreeSet<_>>());
        if sets[0] == sets[1] && names[0] != names[1] {
            return Err("the arguments of the method are in another order".to_owned());
        }
        let (before, after) = (self.parameters(), now.parameters());
        for (name, (_, schema)) in &before {
            let Some((_, now)) = after.get(name) else {
                return Err(match name.strip_prefix('{') {
                    Some(_) => "an argument of the method is gone".to_owned(),
                    None => format!("the setter `{name}` is gone"),
                });
            };
            let compared = types.compare(schema, now, true);
            compared.map_err(|why| format!("the setter `{name}`: {why}"))?;
        }
        for (name, (required, _)) in &after {
            let was = before.get(name).is_some_and(|(required, _)| *required);
            if *required && !was {
                return Err(match name.strip_prefix('{') {
                    Some(_) => "the method has a new argument".to_owned(),
                    None => format!("`{name}` has to be set"),
                });
            }
        }
        Ok(())
    }

    fn body_broken_by(&self, now: &Self, types: &mut GrowingTypes<'_>) -> Result<(), Reason> {
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

/// Compares the parts of two multipart bodies. Each part has a setter.
fn parts(before: &[Part], after: &[Part]) -> Result<(), Reason> {
    for part in before {
        let name = &part.name;
        let Some(now) = after.iter().find(|now| now.name == *name) else {
            return Err(format!("the setter `{name}` is gone"));
        };
        if (part.holds, part.secret) != (now.holds, now.secret) {
            return Err(format!("the setter `{name}` accepts another type"));
        }
    }
    Ok(())
}

/// Returns the references in a value.
pub(super) fn references(value: &Value) -> impl Iterator<Item = &str> {
    let mut todo = vec![value];
    let next = move || {
        let value = todo.pop()?;
        match value {
            Value::Object(fields) => todo.extend(fields.values()),
            Value::Array(items) => todo.extend(items),
            _ => {}
        }
        Some(reference::of(value))
    };
    std::iter::from_fn(next).flatten()
}
