//! Relaxes response schemas so that the document's own examples can be decoded.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::direction::Directions;
use super::instance::{Give, gaps};
use crate::contents::{keys, members};
use crate::findings::Findings;
use crate::model::read_bodies;
use crate::pointer::{below, get};
use crate::reference;

/// An example with its location and the location of its schema.
struct Example {
    place: String,
    schema: String,
    value: Value,
}

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    let mut all = of_answers(document);
    for pointer in directions.read() {
        let example = get(document, pointer).and_then(|schema| schema.get("example"));
        all.extend(example.map(|example| Example {
            place: below(pointer, &["example"]),
            schema: pointer.to_owned(),
            value: example.clone(),
        }));
    }
    // The note names the first example that requires the change.
    let mut gives: BTreeMap<Give, BTreeMap<String, String>> = BTreeMap::new();
    for example in all {
        for (place, give) in gaps(document, &example.schema, &example.value) {
            let places = gives.entry(give).or_default();
            places.entry(place).or_insert_with(|| example.place.clone());
        }
    }
    for (give, places) in gives {
        // The deepest locations are first, so each gets a note even if its parent becomes untyped.
        for (place, example) in places.into_iter().rev() {
            let Some(Value::Object(schema)) = document.pointer_mut(&place) else {
                continue;
            };
            if let Some(change) = apply(&give, schema) {
                findings.note_on(
                    &place,
                    format!("{change} to match the example at {example}"),
                );
            }
        }
    }
}

/// Returns the examples next to the schemas of responses and of webhooks.
fn of_answers(document: &Value) -> Vec<Example> {
    let mut all = Vec::new();
    for pointer in read_bodies(document) {
        let Some((body, value)) = reference::resolve(document, &pointer) else {
            continue;
        };
        for (name, media) in members(value.get("content")) {
            if !name.contains("json") || media.get("schema").is_none() {
                continue;
            }
            let media_type = below(&body, &["content", name]);
            let schema = below(&media_type, &["schema"]);
            if let Some(example) = media.get("example") {
                all.push(Example {
                    place: below(&media_type, &["example"]),
                    schema: schema.clone(),
                    value: example.clone(),
                });
            }
            for name in keys(media.get("examples")) {
                let place = below(&media_type, &["examples", name]);
                let example = reference::resolve(document, &place);
                if let Some(value) = example.and_then(|(_, example)| example.get("value")) {
                    all.push(Example {
                        place,
                        schema: schema.clone(),
                        value: value.clone(),
                    });
                }
            }
        }
    }
    all
}

/// Relaxes a schema. Returns a description of the change, if the schema changed.
fn apply(give: &Give, schema: &mut Map<String, Value>) -> Option<String> {
    match give {
        Give::Optional(name) => {
            let required = schema.get_mut("required")?.as_array_mut()?;
            let all = required.len();
            required.retain(|other| other != name);
            if required.len() == all {
                return None;
            }
            if required.is_empty() {
                schema.remove("required");
            }
            Some(format!("the property `{name}` is optional"))
        }
        Give::Nullable => {
            // Siblings of a reference are ignored, so the reference is moved to an `allOf`.
            if let Some(reference) = schema.remove("$ref") {
                schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            }
            schema.insert("nullable".to_owned(), json!(true));
            if let Some(Value::Array(values)) = schema.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
            Some("the value is nullable".to_owned())
        }
        Give::Fraction => {
            schema.remove("format");
            schema.insert("type".to_owned(), json!("number"));
            Some("the type is `number` instead of `integer`".to_owned())
        }
        Give::Untyped => {
            schema.retain(|key, _| key == "description" || key.starts_with("x-"));
            Some("any value is accepted".to_owned())
        }
    }
}
