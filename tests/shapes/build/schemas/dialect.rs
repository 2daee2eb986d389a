//! The ways of 3.0 and of 3.1 to say the same.

use serde_json::{Value, json};

/// Lets a schema be null, in one of the ways of 3.1.
pub(super) fn null(mut schema: Value) -> Value {
    if let Some(Value::String(kind)) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        return schema;
    }
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// Says a schema of 3.1 in the words of 3.0.
pub(super) fn lower(value: &mut Value, map: bool) {
    let Value::Object(fields) = value else {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| lower(item, false));
        }
        return;
    };
    for (key, field) in fields.iter_mut() {
        // A property may be called like a keyword.
        if map || !["enum", "default", "const", "example", "required"].contains(&key.as_str()) {
            lower(field, !map && key == "properties");
        }
    }
    if map {
        return;
    }
    if let Some(Value::Array(types)) = fields.get("type").cloned() {
        fields.insert("type".to_owned(), types[0].clone());
        fields.insert("nullable".to_owned(), json!(true));
    }
    if let Some(value) = fields.remove("const") {
        fields.insert("enum".to_owned(), json!([value]));
    }
    if let Some(Value::Array(branches)) = fields.get_mut("anyOf") {
        let before = branches.len();
        branches.retain(|branch| *branch != json!({"type": "null"}));
        if branches.len() < before {
            fields.insert("nullable".to_owned(), json!(true));
        }
    }
}
