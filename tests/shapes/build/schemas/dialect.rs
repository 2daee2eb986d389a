//! Differences between OpenAPI 3.0 and 3.1.

use serde_json::{Value, json};

/// Makes a schema nullable, as OpenAPI 3.1 does.
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

/// Converts a schema from OpenAPI 3.1 to 3.0.
pub(super) fn downgrade(value: &mut Value, map: bool) {
    let Value::Object(fields) = value else {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| downgrade(item, false));
        }
        return;
    };
    for (key, field) in fields.iter_mut() {
        // A property may have the name of a keyword.
        if map || !["enum", "default", "const", "example", "required"].contains(&key.as_str()) {
            downgrade(field, !map && key == "properties");
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
