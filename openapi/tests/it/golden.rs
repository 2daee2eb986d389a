//! Tests of the prepared document in the repository.
#![cfg(feature = "vendored")]

use serde_json::Value;
use trackstar_openapi::Preparation;

use crate::files;

#[test]
fn stored_document_is_up_to_date() {
    let prepared = Preparation::vendored()
        .run()
        .expect("the carried document can be prepared");
    let wrong = files::compare(&files::path("prepared.json"), Some(&prepared.to_json()));
    assert_eq!(wrong, None);
}

#[test]
fn detects_every_changed_value() {
    let prepared = Preparation::vendored()
        .run()
        .expect("the carried document can be prepared");
    let kept: Value = serde_json::from_str(&files::read(&files::path("prepared.json")))
        .expect("the kept document is JSON");
    let mut places = Vec::new();
    scalars(&kept, String::new(), &mut places);
    assert!(places.len() > 30, "only {} values were found", places.len());
    for place in places {
        let mut mutant = kept.clone();
        let value = mutant.pointer_mut(&place).expect("the place is there");
        *value = match &*value {
            Value::Bool(value) => (!value).into(),
            Value::String(text) => format!("{text}?").into(),
            Value::Number(_) | Value::Null => "?".into(),
            Value::Array(_) => vec!["?"].into(),
            Value::Object(_) => serde_json::json!({"?": "?"}),
        };
        assert_ne!(
            format!("{mutant:#}\n"),
            prepared.to_json(),
            "{place} is not held"
        );
    }
}

/// Collects the locations of all scalars.
fn scalars(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                scalars(item, format!("{place}/{index}"), places);
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            for (key, field) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                scalars(field, format!("{place}/{key}"), places);
            }
        }
        _ => places.push(place),
    }
}
