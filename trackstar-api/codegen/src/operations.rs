//! What the document says of its operations that progenitor does not carry over.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Error;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Upper case, as on the wire.
    pub(crate) method: String,
    /// The path template, as in the document.
    pub(crate) path: String,
    /// Whether every alternative of the security requirement names the token scheme.
    pub(crate) needs_token: bool,
    /// Query parameters whose lists are written with commas instead of once a value.
    pub(crate) comma_separated: BTreeSet<String>,
}

/// The operations by `operationId`.
#[derive(Debug)]
pub(crate) struct Operations(BTreeMap<String, Operation>);

impl Operations {
    pub(crate) fn read(document: &Value, token_scheme: &str) -> Result<Self, Error> {
        let mut operations = BTreeMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let Some(id) = operation["operationId"].as_str() else {
                    return Err(Error::new(
                        format!("{} {path} has no operationId", method.to_uppercase()),
                        "give it one with an action in openapi/overlays/generator.yaml",
                    ));
                };
                let security = operation
                    .get("security")
                    .or_else(|| document.get("security"));
                let entry = Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    needs_token: requires(security, token_scheme),
                    comma_separated: [item, operation]
                        .into_iter()
                        .filter_map(|place| place["parameters"].as_array())
                        .flatten()
                        .map(|parameter| resolve(document, parameter))
                        .filter(|parameter| parameter["in"] == "query" && is_one_text(parameter))
                        .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
                        .collect(),
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

/// What a reference to a component of the document names; anything else is itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

/// Whether the values of a list are one text (`style: form, explode: false`).
fn is_one_text(parameter: &Value) -> bool {
    parameter["explode"] == false || parameter["x-comma-separated"] == true
}

/// A security requirement is a list of alternatives; a scheme is required when all name it.
fn requires(security: Option<&Value>, scheme: &str) -> bool {
    security
        .and_then(Value::as_array)
        .is_some_and(|alternatives| {
            !alternatives.is_empty() && alternatives.iter().all(|one| one.get(scheme).is_some())
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scheme_is_required_only_when_every_alternative_names_it() {
        let both = json!([{"Key": [], "Token": []}]);
        let either = json!([{"Key": []}, {"Token": []}]);
        assert!(requires(Some(&both), "Token"));
        assert!(!requires(Some(&either), "Token"));
        assert!(!requires(Some(&json!([])), "Token"));
        assert!(!requires(None, "Token"));
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
        let operations = Operations::read(&document, "Token").expect("readable");
        assert!(operations.get("a").expect("a").needs_token);
        assert!(!operations.get("b").expect("b").needs_token);
        assert!(operations.get("c").is_err());
    }
}
