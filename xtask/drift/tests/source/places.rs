//! The places of a document by kind.

use serde_json::{Map, Value};

/// The kinds of places that a mutation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Root,
    Operation,
    Parameter,
    Body,
    Response,
    Media,
    Schema,
    Scheme,
}

/// Lists the places of a document, each with its JSON pointer.
pub(crate) fn all(document: &Value) -> Vec<(Kind, String)> {
    let mut places = vec![(Kind::Root, String::new())];
    let mut walk = Walk(&mut places);
    for (path, item) in fields(&document["paths"]) {
        walk.item(&format!("/paths/{}", escaped(path)), item);
    }
    for (event, item) in fields(&document["webhooks"]) {
        walk.item(&format!("/webhooks/{}", escaped(event)), item);
    }
    let components = &document["components"];
    for (name, schema) in fields(&components["schemas"]) {
        walk.schema(&format!("/components/schemas/{}", escaped(name)), schema);
    }
    for (name, parameter) in fields(&components["parameters"]) {
        walk.parameter(
            &format!("/components/parameters/{}", escaped(name)),
            parameter,
        );
    }
    for (name, body) in fields(&components["requestBodies"]) {
        walk.body(
            &format!("/components/requestBodies/{}", escaped(name)),
            body,
        );
    }
    for (name, response) in fields(&components["responses"]) {
        walk.response(
            &format!("/components/responses/{}", escaped(name)),
            response,
        );
    }
    for (name, _) in fields(&components["securitySchemes"]) {
        let pointer = format!("/components/securitySchemes/{}", escaped(name));
        places.push((Kind::Scheme, pointer));
    }
    places
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> impl Iterator<Item = (usize, &Value)> {
    value.as_array().into_iter().flatten().enumerate()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

struct Walk<'a>(&'a mut Vec<(Kind, String)>);

impl Walk<'_> {
    /// Records a place whose value is written there and not referred to.
    fn here(&mut self, kind: Kind, at: &str, value: &Value) {
        if value.is_object() && (kind == Kind::Schema || value.get("$ref").is_none()) {
            self.0.push((kind, at.to_owned()));
        }
    }

    fn item(&mut self, at: &str, item: &Value) {
        for (index, parameter) in items(&item["parameters"]) {
            self.parameter(&format!("{at}/parameters/{index}"), parameter);
        }
        for method in ["get", "put", "post", "delete", "patch"] {
            if let Some(operation) = item.get(method) {
                self.operation(&format!("{at}/{method}"), operation);
            }
        }
    }

    fn operation(&mut self, at: &str, operation: &Value) {
        self.here(Kind::Operation, at, operation);
        for (index, parameter) in items(&operation["parameters"]) {
            self.parameter(&format!("{at}/parameters/{index}"), parameter);
        }
        if let Some(body) = operation.get("requestBody") {
            self.body(&format!("{at}/requestBody"), body);
        }
        for (status, response) in fields(&operation["responses"]) {
            self.response(&format!("{at}/responses/{status}"), response);
        }
    }

    fn parameter(&mut self, at: &str, parameter: &Value) {
        self.here(Kind::Parameter, at, parameter);
        if let Some(schema) = parameter.get("schema") {
            self.schema(&format!("{at}/schema"), schema);
        }
        self.content(at, parameter);
    }

    fn body(&mut self, at: &str, body: &Value) {
        self.here(Kind::Body, at, body);
        self.content(at, body);
    }

    fn response(&mut self, at: &str, response: &Value) {
        self.here(Kind::Response, at, response);
        self.content(at, response);
    }

    fn content(&mut self, at: &str, holder: &Value) {
        for (name, media) in fields(&holder["content"]) {
            let at = format!("{at}/content/{}", escaped(name));
            self.here(Kind::Media, &at, media);
            if let Some(schema) = media.get("schema") {
                self.schema(&format!("{at}/schema"), schema);
            }
        }
    }

    fn schema(&mut self, at: &str, schema: &Value) {
        self.here(Kind::Schema, at, schema);
        for (name, property) in fields(&schema["properties"]) {
            self.schema(&format!("{at}/properties/{}", escaped(name)), property);
        }
        for keyword in ["items", "additionalProperties", "not"] {
            if let Some(below) = schema.get(keyword) {
                self.schema(&format!("{at}/{keyword}"), below);
            }
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for (index, below) in items(&schema[keyword]) {
                self.schema(&format!("{at}/{keyword}/{index}"), below);
            }
        }
    }
}
