//! An example of a rule: two parts of documents that differ in it.

use serde_json::{Map, Value, json};
use trackstar_openapi::{Source, parse};

use crate::{Finding, Scope, compare};

/// The part of a document that an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Fields of the document.
    Document,
    /// Fields of an operation.
    Operation,
    /// A schema of a request body and of a response body.
    Schema,
}

impl Place {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Document => "fields of the document",
            Self::Operation => "fields of an operation",
            Self::Schema => "a schema",
        }
    }
}

/// Two parts of documents, in YAML.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) place: Place,
    pub(super) before: String,
    pub(super) after: String,
}

impl Example {
    /// Returns the findings between the two documents, or none if they cannot be compared.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let (Some(before), Some(after)) = (self.document(&self.before), self.document(&self.after))
        else {
            return Vec::new();
        };
        compare(&before, &after, &Scope::All).unwrap_or_default()
    }

    /// Returns a document that contains the part.
    fn document(&self, part: &str) -> Option<Value> {
        // Text that begins with a brace would be read as JSON.
        let text = format!("---\n{part}\n");
        let source = Source {
            name: "example.yaml",
            text: &text,
        };
        let part = parse(source).ok()?;
        let mut operation = json!({
            "operationId": "make_thing",
            "responses": {"200": {"description": "Done"}},
        });
        match self.place {
            Place::Document => {}
            Place::Operation => extend(&mut operation, part.as_object()?),
            Place::Schema => {
                let content = json!({"application/json": {"schema": part}});
                operation["requestBody"] = json!({"required": true, "content": content});
                operation["responses"]["200"]["content"] = content;
            }
        }
        let component = json!({"type": "object", "properties": {"kind": {"type": "string"}}});
        let mut document = json!({
            "openapi": "3.1.0",
            "info": {"title": "Things", "version": "1"},
            "paths": {"/things": {"post": operation}},
            "components": {"schemas": {"Thing": component, "Item": component}},
        });
        if self.place == Place::Document {
            extend(&mut document, part.as_object()?);
        }
        Some(document)
    }
}

/// Sets fields of an object.
fn extend(object: &mut Value, fields: &Map<String, Value>) {
    for (key, value) in fields {
        object[key] = value.clone();
    }
}
