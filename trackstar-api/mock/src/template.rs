//! Templates for request bodies.

use serde_json::Value;
use trackstar_openapi::Merged;
use trackstar_openapi::model::Operation;
use trackstar_openapi::reference::follow;

use crate::Error;
use crate::contract::Contract;
use crate::instance::{Mode, instance};
use crate::secrets::media;

/// Schemas can contain themselves, so we don't go any deeper than this.
const DEEPEST: usize = 8;

/// Returns a body that matches the operation's schema.
pub(crate) fn of(contract: &Contract, operation: &Operation, kind: &str) -> Result<Value, Error> {
    let wrong = |reason: &str| {
        Error::new(format!(
            "failed to generate a body for {} from its schema ({reason}): write one based on \
             Trackstar's documentation",
            operation.name()
        ))
    };
    let media =
        media(contract, Some(operation), kind).ok_or_else(|| wrong("there is no such body"))?;
    let schema = media
        .schema
        .as_deref()
        .ok_or_else(|| wrong("there is no schema"))?;
    let document = contract.value();
    let own = document.pointer(schema);
    let examples = contract.document().examples(media);
    let examples = examples
        .chain(own.and_then(|it| it.get("example")))
        .cloned();
    let made = [Mode::Full, Mode::Minimal].map(|mode| instance(document, schema, mode, 0));
    let reason = made[0].as_ref().err().cloned();
    let made = made.into_iter().flatten().map(|made| made.value);
    let writable = made.flat_map(|value| {
        let mut part = value.clone();
        leave_out(document, own.into_iter().collect(), &mut part, 0);
        [part, value]
    });
    let mut fitting = examples
        .chain(writable)
        .filter(|it| contract.fits(schema, it));
    let none = || {
        wrong(
            reason
                .as_deref()
                .unwrap_or("the generated value does not match"),
        )
    };
    fitting.next().ok_or_else(none)
}

/// Removes properties that only occur in responses.
fn leave_out(document: &Value, schemas: Vec<&Value>, value: &mut Value, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let mut merged = Merged::of(document, schemas);
    while let Some(alternatives) = merged.alternatives.pop() {
        for one in alternatives.all {
            merged.add(one);
        }
    }
    match value {
        Value::Object(fields) => {
            let is_read_only = |schema: &&Value| {
                follow(document, schema).is_some_and(|schema| schema["readOnly"] == true)
            };
            fields.retain(|name, _| !merged.property(name).iter().any(is_read_only));
            for (name, value) in fields {
                leave_out(document, merged.property(name), value, depth + 1);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                leave_out(document, merged.item(index), item, depth + 1);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn template_is_valid_without_read_only_properties() {
        let schema = json!({
            "type": "object", "required": ["sku"], "additionalProperties": false,
            "properties": {
                "sku": {"type": "string", "example": "s-1"},
                "id": {"type": "string", "readOnly": true},
                "lines": {"type": "array", "items": {"type": "object", "properties": {
                    "count": {"type": "integer", "minimum": 5}, "total": {"type": "number", "readOnly": true},
                }}},
            },
        });
        let contract = Contract::new(json!({"openapi": "3.1.0", "paths": {"/a": {"put": {
            "operationId": "put_a", "responses": {},
            "requestBody": {"content": {"application/json": {"schema": schema}}},
        }}}}))
        .expect("a document");
        let operation = contract.operation("put_a").expect("it is there");
        let template = contract.template(operation, "application/json");
        assert_eq!(
            template.expect("there is one"),
            json!({"sku": "s-1", "lines": [{"count": 5}]})
        );
        assert!(contract.template(operation, "text/csv").is_err());
    }
}
