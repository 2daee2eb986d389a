//! Validates values against the schemas of the original document.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use trackstar_openapi::reference;

use crate::Error;

/// The URI of the document, as far as the validator is concerned.
const BASE: &str = "json-schema:///document";

/// Validators for the schemas of a document. They are created when first needed.
pub struct Schemas {
    registry: Registry<'static>,
    made: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl Schemas {
    /// Creates validators for a document whose schemas have been converted to JSON Schema 2020-12.
    ///
    /// # Errors
    ///
    /// This returns an error if a reference can't be resolved.
    pub fn new(document: &Value) -> Result<Self, Error> {
        let wrong = |error: jsonschema::ReferencingError| {
            Error::new(format!("the schemas of the document are invalid: {error}"))
        };
        let registry = Registry::new().add(BASE, document.clone()).map_err(wrong)?;
        Ok(Self {
            registry: registry.prepare().map_err(wrong)?,
            made: Mutex::default(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Validator>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Validates a value against the schema at `pointer`. For each error, this returns where it is
    /// and what is wrong.
    #[must_use]
    pub fn errors(&self, pointer: &str, value: &Value) -> Vec<(String, String)> {
        let validator = match self.validator(pointer) {
            Ok(validator) => validator,
            Err(reason) => return vec![(String::new(), reason)],
        };
        let errors = validator.iter_errors(value);
        errors
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .collect()
    }

    pub(crate) fn validator(&self, pointer: &str) -> Result<Arc<Validator>, String> {
        if let Some(made) = self.lock().get(pointer) {
            return Ok(Arc::clone(made));
        }
        let made = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({"$ref": format!("{BASE}{}", reference::to(pointer))}))
            .map_err(|error| format!("{pointer} is not a valid schema: {error}"))?;
        let made = Arc::new(made);
        self.lock().insert(pointer.to_owned(), Arc::clone(&made));
        Ok(made)
    }
}

impl fmt::Debug for Schemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schemas")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validates_values_against_the_schema_at_a_pointer() {
        let document = json!({
            "paths": {"/a b/{ü}": {"schema": {"$ref": "#/components/schemas/S"}}},
            "components": {"schemas": {"S": {
                "type": "object", "properties": {"$ref": {"type": "string", "format": "date"}},
                "additionalProperties": {"$ref": "#/components/schemas/S"},
            }}},
        });
        let schemas = Schemas::new(&document).expect("a document");
        let at = "/paths/~1a b~1{ü}/schema";
        assert_eq!(
            schemas.errors(at, &json!({"x": {"$ref": "2024-01-01"}})),
            []
        );
        let errors = schemas.errors(at, &json!({"x": {"$ref": "soon"}}));
        assert_eq!(errors[0].0, "/x/$ref");
        assert!(
            schemas.errors("/nowhere", &json!(1))[0]
                .1
                .contains("/nowhere")
        );
    }
}
