//! What the document says of its operations that progenitor does not carry over.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use trackstar_openapi::{methods, reference};

use crate::serialization::Serialization;
use crate::successes::Successes;
use crate::{Error, Settings, secrets};

/// One operation of the document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operation {
    /// Upper case, as on the wire.
    pub(crate) method: String,
    /// The path template, as in the document.
    pub(crate) path: String,
    /// What it is about, by the document's tags.
    pub(crate) tags: Vec<String>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: bool,
    /// Whether every alternative of the security requirement names the token scheme.
    pub(crate) needs_token: bool,
    pub(crate) parameters: Vec<Parameter>,
    /// The media type of the body and whether it must be there.
    pub(crate) body: Option<(String, bool)>,
    /// Whether the body is a text, whatever its media type.
    pub(crate) text: bool,
    /// The event of the webhook that it stands for; nobody calls it then.
    pub(crate) webhook: Option<String>,
    /// The media types of what is read, the first one first. The list is empty for JSON under its own
    /// name, and there is none if no success has a body.
    pub(crate) accept: Option<Vec<String>>,
    /// The parts of a body of several.
    pub(crate) parts: Vec<Part>,
    pub(crate) successes: Successes,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    /// The name on the wire.
    pub(crate) name: String,
    /// The name that the generator knows, where the preparation told two parameters apart.
    pub(crate) known_as: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) written: Serialization,
    /// Whether its value may hold a secret.
    pub(crate) secret: bool,
    pub(crate) description: Option<String>,
}

/// Where in a request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

impl Place {
    /// The name in a document, and of the variant in the generated code's crate.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Path => ("path", "Path"),
            Self::Query => ("query", "Query"),
            Self::Header => ("header", "Header"),
        }
    }

    fn read(name: &Value) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header]
            .into_iter()
            .find(|place| *name == place.names().0)
    }
}

/// One part of a multipart body, as the preparation writes it (`x-multipart`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is said of it by itself"
)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) binary: bool,
    #[serde(default)]
    pub(crate) list: bool,
    #[serde(default)]
    pub(crate) required: bool,
    /// `string`, `integer`, `number`, `boolean` or `json`.
    #[serde(default, rename = "type")]
    pub(crate) kind: String,
    /// Whether it holds a secret.
    #[serde(default)]
    pub(crate) secret: bool,
    #[serde(default)]
    pub(crate) description: Option<String>,
}

/// The operations by `operationId`.
#[derive(Debug)]
pub(crate) struct Operations(BTreeMap<String, Operation>);

impl Operations {
    pub(crate) fn read(document: &Value, settings: &Settings) -> Result<Self, Error> {
        let schemes = token_schemes(document, settings);
        let mut operations = BTreeMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in methods() {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let at = format!("{} {path}", method.to_uppercase());
                let Some(id) = operation["operationId"].as_str() else {
                    return Err(Error::new(
                        format!("{at} has no operationId"),
                        "give it one with an action in openapi/overlays/generator.yaml",
                    ));
                };
                let security = operation
                    .get("security")
                    .or_else(|| document.get("security"));
                let successes = Successes::read(document, operation);
                let entry = Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    tags: texts(&operation["tags"]),
                    summary: text(&operation["summary"]),
                    description: text(&operation["description"]),
                    deprecated: operation["deprecated"] == true,
                    needs_token: requires(security, &schemes),
                    parameters: parameters(document, item, operation),
                    text: body(document, operation)
                        .is_some_and(|(known, _)| known.starts_with("text/")),
                    body: sent_body(document, operation).or_else(|| body_of_parts(operation)),
                    webhook: text(&operation["x-webhook"]),
                    parts: parts(operation).map_err(|error| {
                        Error::new(
                            format!("the `x-multipart` of {at} cannot be read: {error}"),
                            "it is written by the preparation: use that of the same version",
                        )
                    })?,
                    accept: successes.are_read().then(|| texts(&operation["x-accept"])),
                    successes,
                };
                operations.insert(id.to_owned(), entry);
            }
        }
        Ok(Self(operations))
    }

    pub(crate) fn get(&self, id: &str) -> Result<&Operation, Error> {
        self.0
            .get(id)
            .ok_or_else(|| Error::unknown_output(format_args!("an operation named `{id}`")))
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

pub(crate) fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect()
}

/// Returns what a reference leads to; anything else is itself.
pub(crate) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    reference::follow(document, value).unwrap_or(value)
}

/// The parameters of an operation, those of its path among them; its own count.
fn parameters(document: &Value, item: &Value, operation: &Value) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    let places = [operation, item].into_iter();
    for one in places
        .filter_map(|place| place["parameters"].as_array())
        .flatten()
    {
        let one = resolve(document, one);
        let (Some(name), Some(place)) = (one["name"].as_str(), Place::read(&one["in"])) else {
            continue;
        };
        if found
            .iter()
            .any(|known| known.known_as == name && known.place == place)
        {
            continue;
        }
        found.push(Parameter {
            name: one["x-name"].as_str().unwrap_or(name).to_owned(),
            known_as: name.to_owned(),
            place,
            required: one["required"] == true,
            written: Serialization::read(one, place),
            secret: ["schema", "content"]
                .iter()
                .any(|key| secrets::within(&one[*key], document)),
            description: text(&one["description"]),
        });
    }
    found
}

fn body(document: &Value, operation: &Value) -> Option<(String, bool)> {
    let body = resolve(document, operation.get("requestBody")?);
    let (media_type, _) = body["content"].as_object()?.iter().next()?;
    Some((media_type.clone(), body["required"] == true))
}

/// The body under the media type that goes out, which progenitor need not know.
fn sent_body(document: &Value, operation: &Value) -> Option<(String, bool)> {
    let (known, required) = body(document, operation)?;
    let sent = text(&operation["x-body-media-type"]);
    Some((sent.unwrap_or(known), required))
}

fn body_of_parts(operation: &Value) -> Option<(String, bool)> {
    let parts = operation.get("x-multipart")?;
    let required = parts["required"] == Value::Bool(true);
    Some(("multipart/form-data".to_owned(), required))
}

fn parts(operation: &Value) -> serde_json::Result<Vec<Part>> {
    match operation.pointer("/x-multipart/parts") {
        Some(parts) => Vec::deserialize(parts),
        None => Ok(Vec::new()),
    }
}

/// The names of the schemes that stand for the access token: the one that the overlays add, and
/// whatever a document calls that header itself.
fn token_schemes<'a>(document: &'a Value, settings: &'a Settings) -> Vec<&'a str> {
    let schemes = document.pointer("/components/securitySchemes");
    let schemes = schemes.and_then(Value::as_object).into_iter().flatten();
    let of_header = schemes.filter(|(_, scheme)| {
        let header = scheme["name"].as_str().unwrap_or_default();
        scheme["in"] == "header" && header.eq_ignore_ascii_case(&settings.token_header)
    });
    let names = of_header.map(|(name, _)| name.as_str());
    names.chain([settings.token_scheme.as_str()]).collect()
}

/// A security requirement is a list of alternatives; the token is required when all name it.
fn requires(security: Option<&Value>, schemes: &[&str]) -> bool {
    let names_it = |one: &Value| schemes.iter().any(|scheme| one.get(scheme).is_some());
    security
        .and_then(Value::as_array)
        .is_some_and(|alternatives| !alternatives.is_empty() && alternatives.iter().all(names_it))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scheme_is_required_only_when_every_alternative_names_it() {
        let both = json!([{"Key": [], "Token": []}]);
        let either = json!([{"Key": []}, {"Token": []}]);
        assert!(requires(Some(&both), &["Token"]));
        assert!(!requires(Some(&either), &["Token"]));
        assert!(!requires(Some(&json!([])), &["Token"]));
        assert!(!requires(None, &["Token"]));
    }

    #[test]
    fn the_token_is_known_by_its_header_whatever_a_document_calls_it() {
        let header = |name| json!({"type": "apiKey", "in": "header", "name": name});
        let document = json!({
            "security": [{"key": [], "the token": []}],
            "paths": {"/a": {
                "get": {"operationId": "both", "responses": {}},
                "put": {"operationId": "key", "responses": {}, "security": [{"key": []}]},
            }},
            "components": {"securitySchemes": {
                "key": header("x-trackstar-api-key"),
                "the token": header("X-Trackstar-Access-Token"),
                "query": {"type": "apiKey", "in": "query", "name": "x-trackstar-access-token"},
            }},
        });
        let operations = Operations::read(&document, &Settings::default()).expect("readable");
        assert!(operations.get("both").expect("there").needs_token);
        assert!(!operations.get("key").expect("there").needs_token);
        let names = token_schemes(&document, &Settings::default()).len();
        assert_eq!(names, 2, "the header's and the overlays', not the query's");
    }

    #[test]
    fn the_operations_own_parameter_counts_before_that_of_its_path() {
        let document = json!({"components": {"parameters": {"A": {"in": "query", "name": "a"}}}});
        let item = json!({"parameters": [
            {"in": "query", "name": "b", "required": true},
            {"in": "path", "name": "b", "required": true, "description": "Which."},
        ]});
        let operation = json!({"parameters": [
            {"$ref": "#/components/parameters/A"},
            {"in": "query", "name": "b", "explode": false},
            {"in": "cookie", "name": "c"},
        ]});
        let found = parameters(&document, &item, &operation);
        let found: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.place,
                    one.required,
                    one.written.explode,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("a", Place::Query, false, true),
                ("b", Place::Query, false, false),
                ("b", Place::Path, true, false),
            ]
        );
    }

    #[test]
    fn an_operation_without_its_own_requirement_takes_the_documents() {
        let document = json!({
            "security": [{"Token": []}],
            "paths": {"/a": {
                "get": {"operationId": "a"},
                "put": {"operationId": "b", "security": []},
            }},
        });
        let settings = Settings {
            token_scheme: "Token".to_owned(),
            ..Settings::default()
        };
        let operations = Operations::read(&document, &settings).expect("readable");
        assert!(operations.get("a").expect("a").needs_token);
        assert!(!operations.get("b").expect("b").needs_token);
        assert!(operations.get("c").is_err());
    }
}
