//! The document's own examples decode: where a schema and an example of an answer part, the schema
//! gives way.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::direction::Directions;
use super::instance::{Give, gaps};
use crate::findings::Findings;
use crate::model::listed;
use crate::pointer::below;
use crate::reference;

/// An example: its own place, the schema that it is of, and itself.
struct Example {
    place: String,
    schema: String,
    value: Value,
}

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    let mut all = of_answers(document);
    for pointer in directions.read() {
        let example = document
            .pointer(pointer)
            .and_then(|schema| schema.get("example"));
        all.extend(example.map(|example| Example {
            place: below(pointer, &["example"]),
            schema: pointer.to_owned(),
            value: example.clone(),
        }));
    }
    // The first example that asks for it is named.
    let mut gives: BTreeMap<Give, BTreeMap<String, String>> = BTreeMap::new();
    for example in all {
        for (place, give) in gaps(document, &example.schema, &example.value) {
            let places = gives.entry(give).or_default();
            places.entry(place).or_insert_with(|| example.place.clone());
        }
    }
    for (give, places) in gives {
        // The deepest first: what is below a place that becomes anything is noted as well.
        for (place, example) in places.into_iter().rev() {
            let Some(Value::Object(schema)) = document.pointer_mut(&place) else {
                continue;
            };
            if let Some(change) = apply(&give, schema) {
                findings.note_on(
                    &place,
                    format!("{change}, as the example at {example} has it"),
                );
            }
        }
    }
}

/// The examples that stand beside the schemas of answers.
fn of_answers(document: &Value) -> Vec<Example> {
    let mut all = Vec::new();
    for operation in listed(document) {
        let responses = below(&operation.pointer, &["responses"]);
        let statuses = document.pointer(&responses).and_then(Value::as_object);
        for status in statuses.into_iter().flat_map(Map::keys) {
            let Some((response, value)) =
                reference::resolve(document, &below(&responses, &[status]))
            else {
                continue;
            };
            let content = value.get("content").and_then(Value::as_object);
            for (name, media) in content.into_iter().flatten() {
                if !name.contains("json") || media.get("schema").is_none() {
                    continue;
                }
                let media_type = below(&response, &["content", name]);
                let schema = below(&media_type, &["schema"]);
                if let Some(example) = media.get("example") {
                    all.push(Example {
                        place: below(&media_type, &["example"]),
                        schema: schema.clone(),
                        value: example.clone(),
                    });
                }
                let named = media.get("examples").and_then(Value::as_object);
                for name in named.into_iter().flat_map(Map::keys) {
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
    }
    all
}

/// Lets a schema give way; what has become of it, if anything has.
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
            Some(format!("the property `{name}` need not be there"))
        }
        Give::Nullable => {
            // Beside a reference nothing counts, so the reference goes where it does.
            if let Some(reference) = schema.remove("$ref") {
                schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            }
            schema.insert("nullable".to_owned(), json!(true));
            if let Some(Value::Array(values)) = schema.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
            Some("the value may be null".to_owned())
        }
        Give::Fraction => {
            schema.remove("format");
            schema.insert("type".to_owned(), json!("number"));
            Some("the number need not be whole".to_owned())
        }
        Give::Untyped => {
            schema.retain(|key, _| key == "description" || key.starts_with("x-"));
            Some("the value may be anything".to_owned())
        }
    }
}
