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
        let Some(required) = schema.get("required").and_then(Value::as_array) else {
            return;
        };
        let properties = schema.get("properties");
        let flag = |name: &Value| {
            let property = properties?.get(name.as_str()?)?;
            let followed = follow(&before, property);
            let marked = |flag: &str| {
                let mut all = [Some(property), followed].into_iter().flatten();
                all.any(|it| it.get(flag) == Some(&json!(true)))
            };
            let flags = [("readOnly", used.sent), ("writeOnly", used.read)];
            let mut flags = flags.into_iter().filter(|(_, way)| *way);
            flags.find(|(flag, _)| marked(flag)).map(|(flag, _)| flag)
        };
        let (mut absent, mut rest) = (Vec::new(), Vec::new());
        for name in required {
            match flag(name) {
                Some(flag) => absent.push((flag, format!("{name} is `{flag}`"))),
                None => rest.push(name.clone()),
            }
        }
        if rest.is_empty() {
            schema.remove("required");
        } else if !absent.is_empty() {
            schema.insert("required".to_owned(), Value::Array(rest));
        }
        if !absent.is_empty() {
            absent.sort_by_key(|(flag, _)| *flag);
            let texts: Vec<String> = absent.into_iter().map(|(_, text)| text).collect();
            findings.note_on(
                pointer,
                format!(
                    "some properties are required in one direction only: {}",
                    texts.join(", ")
                ),
            );
        }
    });
}
