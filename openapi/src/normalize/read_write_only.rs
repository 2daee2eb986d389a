//! Read-only and write-only properties.
//!
//! A read-only property is never in a request, and a write-only property is never in a response. For such
//! a property `required` applies only to the other direction.

use serde_json::{Value, json};

use super::direction::Directions;
use super::walk;
use crate::findings::Findings;
use crate::reference::follow;

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    let before = document.clone();
    walk::schemas_mut(document, &mut |schema, pointer| {
        let used = directions.at(pointer);
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        let properties = schema.get("properties").and_then(Value::as_object).cloned();
        let Some(Value::Array(required)) = schema.get_mut("required") else {
            return;
        };
        let mut absent = Vec::new();
        for (flag, way) in [("readOnly", used.sent), ("writeOnly", used.read)] {
            required.retain(|name| {
                let property = name
                    .as_str()
                    .and_then(|name| properties.as_ref()?.get(name))
                    .filter(|_| way);
                let marked = property.is_some_and(|property| {
                    let followed = follow(&before, property);
                    [Some(property), followed]
                        .into_iter()
                        .flatten()
                        .any(|it| it.get(flag) == Some(&json!(true)))
                });
                if marked {
                    absent.push(format!("{name} is `{flag}`"));
                }
                !marked
            });
        }
        if required.is_empty() {
            schema.remove("required");
        }
        if !absent.is_empty() {
            findings.note_on(
                pointer,
                format!("not required in both directions: {}", absent.join(", ")),
            );
        }
    });
}
