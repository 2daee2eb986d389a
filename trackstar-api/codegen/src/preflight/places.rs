//! Lookup of the location in the document that a generated type comes from.

use std::collections::BTreeMap;

use serde_json::Value;
use trackstar_openapi::pointer::{JsonPointer, below};

use crate::names;

/// The locations in the document that give names to types.
pub(super) struct Places {
    /// Names and pointers of components and operations.
    named: Vec<(String, String)>,
    /// Titles and pointers of schemas without a name.
    titled: Vec<(String, String)>,
}

impl Places {
    /// Collects the locations. `origins` maps the schemas of components to the locations that the preparation
    /// moved them from.
    pub(super) fn of(document: &Value, origins: &BTreeMap<String, String>) -> Self {
        let mut named = Vec::new();
        let schemas = document.pointer("/components/schemas");
        for (name, _) in schemas.and_then(Value::as_object).into_iter().flatten() {
            let pointer = below("/components/schemas", &[name]);
            let origin = origins.get(&pointer).cloned();
            named.push((names::pascal(name).to_string(), origin.unwrap_or(pointer)));
        }
        let paths = document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
                    let pointer = below("/paths", &[path, method]);
                    named.push((names::pascal(id).to_string(), pointer.clone()));
                    named.push((names::snake(id).to_string(), pointer));
                }
            }
        }
        let mut titled = Vec::new();
        titles(document, &mut JsonPointer::default(), &mut titled);
        Self { named, titled }
    }

    /// Returns the pointer of the schema or operation with the longest name that is a prefix of `name`.
    pub(super) fn of_type(&self, name: &str) -> &str {
        let longest = |all: &'_ [(String, String)]| {
            let starts = all.iter().enumerate();
            let starts = starts.filter(|(_, (start, _))| name.starts_with(start.as_str()));
            starts
                .max_by_key(|(_, (start, _))| start.len())
                .map(|(index, _)| index)
        };
        let named = longest(&self.named).map(|index| &self.named[index]);
        let found = named.or_else(|| Some(&self.titled[longest(&self.titled)?]));
        found.map_or("/", |(_, pointer)| pointer)
    }
}

/// Adds the titles of schemas and their pointers to `titled`.
fn titles(value: &Value, pointer: &mut JsonPointer, titled: &mut Vec<(String, String)>) {
    if let Some(title) = value.get("title").and_then(Value::as_str) {
        titled.push((
            names::pascal(title).to_string(),
            pointer.as_str().to_owned(),
        ));
    }
    let mut within = |key: &str, value: &Value| {
        pointer.push(key);
        titles(value, pointer, titled);
        pointer.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| within(key, value)),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| within(&index.to_string(), value));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_schema_of_a_type_by_its_name() {
        let document = json!({
            "paths": {"/a/{id}": {"get": {"operationId": "listOrders"}}},
            "components": {"schemas": {
                "order": {"oneOf": [{"title": "Gift card"}]}, "order/line": {},
                "order/lineInner": {},
            }},
        });
        let line = |name: &str| format!("/components/schemas/order~1line{name}");
        let origins = BTreeMap::from([(line("Inner"), line(""))]);
        let places = Places::of(&document, &origins);
        for (name, place) in [
            ("OrderStatus", "/components/schemas/order"),
            ("OrderLineItem", "/components/schemas/order~1line"),
            ("OrderLineInner", "/components/schemas/order~1line"),
            ("GiftCardCode", "/components/schemas/order/oneOf/0"),
            ("ListOrdersResponse", "/paths/~1a~1{id}/get"),
            ("list_orders", "/paths/~1a~1{id}/get"),
            ("Other", "/"),
        ] {
            assert_eq!(places.of_type(name), place, "{name}");
        }
    }
}
