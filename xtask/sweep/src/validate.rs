//! Values against the schemas of the original document.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::pointer::reference;

/// The name that the document has among the validator's resources.
const BASE: &str = "json-schema:///document";

/// Validators for the schemas of one document, made when they are first needed.
pub(crate) struct Schemas {
    registry: Registry<'static>,
    made: RefCell<BTreeMap<String, Rc<Validator>>>,
}

impl Schemas {
    pub(crate) fn new(document: &Value) -> anyhow::Result<Self> {
        let registry = Registry::new().add(BASE, document.clone())?.prepare()?;
        Ok(Self {
            registry,
            made: RefCell::default(),
        })
    }

    /// What keeps the value from being an instance of the schema at the pointer: place and reason.
    pub(crate) fn errors(&self, pointer: &str, value: &Value) -> Vec<(String, String)> {
        let validator = match self.validator(pointer) {
            Ok(validator) => validator,
            Err(reason) => return vec![(String::new(), reason)],
        };
        let errors = validator.iter_errors(value);
        errors
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .collect()
    }

    fn validator(&self, pointer: &str) -> Result<Rc<Validator>, String> {
        if let Some(made) = self.made.borrow().get(pointer) {
            return Ok(Rc::clone(made));
        }
        let made = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({"$ref": reference(BASE, pointer)}))
            .map_err(|error| format!("the schema at {pointer} is none: {error}"))?;
        let made = Rc::new(made);
        self.made
            .borrow_mut()
            .insert(pointer.to_owned(), Rc::clone(&made));
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_held_against_the_schema_at_a_pointer() {
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
