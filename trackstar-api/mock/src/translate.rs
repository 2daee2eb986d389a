//! Converts schemas to JSON Schema 2020-12 so that they can be used for validation.
//!
//! We start from the published document. The only code shared with the preparation for the build is
//! the traversal of schemas, since otherwise both could end up with the same bug.

use serde_json::{Map, Value, json};
use trackstar_openapi::rewrite_schemas;

/// Converts all schemas of the document in place.
pub(crate) fn translate(document: &mut Value) {
    let version = document.get("openapi").and_then(Value::as_str);
    let old = version.is_some_and(|version| version.starts_with("3.0"));
    rewrite_schemas(document, &mut |schema| rewrite(schema, old));
}

/// Converts a schema. OpenAPI 3.0 has its own dialect, for which `old` is true.
fn rewrite(value: &mut Value, old: bool) {
    let Some(schema) = value.as_object_mut() else {
        return;
    };
    if old && schema.contains_key("$ref") {
        // OpenAPI 3.0 ignores anything next to a reference. We do need the marker for secrets,
        // though, which is added by the overlays.
        schema.retain(|key, value| key == "$ref" || (key == "format" && value == "password"));
        return;
    }
    if schema.get("required").is_some_and(|it| !it.is_array()) {
        // This is left over from an older draft of JSON Schema, where properties had `required:
        // true`.
        schema.remove("required");
    }
    object(schema);
    if schema.get("enum") == Some(&json!([])) {
        // An empty enum wouldn't match anything. It just means that the author didn't know the
        // values.
        schema.remove("enum");
    }
    open_shell(schema);
    one_is_any(schema);
    bound(schema, "exclusiveMinimum", "minimum");
    bound(schema, "exclusiveMaximum", "maximum");
    // This only exists in OpenAPI 3.0, but some 3.1 documents use it too.
    if schema.remove("nullable") == Some(json!(true)) {
        allow_null(value);
    }
}

/// In JSON Schema, `properties` doesn't imply that the value is an object, so we add that.
fn object(schema: &mut Map<String, Value>) {
    let says = [
        "type", "enum", "const", "allOf", "anyOf", "oneOf", "$ref", "if", "not",
    ];
    if schema.contains_key("properties") && !says.iter().any(|key| schema.contains_key(*key)) {
        schema.insert("type".to_owned(), json!("object"));
    }
}

/// Removes an object that doesn't have properties and forbids additional ones, if there are
/// alternatives that do have properties.
///
/// Nothing could match both of them. Trackstar's documents have such schemas for some bodies, and
/// the API accepts the alternatives.
fn open_shell(schema: &mut Map<String, Value>) {
    let alternatives = ["oneOf", "anyOf"].iter().any(|key| {
        schema
            .get(*key)
            .and_then(Value::as_array)
            .is_some_and(|it| !it.is_empty())
    });
    let empty = schema.get("properties").is_none_or(|it| it == &json!({}));
    let shut = schema.get("additionalProperties") == Some(&json!(false));
    if alternatives && empty && shut {
        schema.remove("properties");
        schema.remove("additionalProperties");
    }
}

/// Replaces `oneOf` with `anyOf`. Trackstar's alternatives are almost identical, so it's common for
/// a value to match several of them.
fn one_is_any(schema: &mut Map<String, Value>) {
    let Some(one) = schema.remove("oneOf") else {
        return;
    };
    if !schema.contains_key("anyOf") {
        schema.insert("anyOf".to_owned(), one);
    } else if let Value::Array(all) = schema.entry("allOf").or_insert_with(|| json!([])) {
        all.push(json!({"anyOf": one}));
    }
}

/// Converts a boolean bound of OpenAPI 3.0 to a number.
fn bound(schema: &mut Map<String, Value>, flag: &str, limit: &str) {
    if schema.get(flag).is_some_and(Value::is_boolean) {
        let exclusive = schema.remove(flag) == Some(json!(true));
        if exclusive && let Some(value) = schema.remove(limit) {
            schema.insert(flag.to_owned(), value);
        }
    }
}

fn allow_null(value: &mut Value) {
    let typed = value.get("type").is_some();
    let composed = ["$ref", "allOf", "anyOf", "oneOf", "const"]
        .iter()
        .any(|key| value.get(*key).is_some());
    if composed || !typed {
        let schema = value.take();
        *value = json!({"anyOf": [schema, {"type": "null"}]});
        return;
    }
    match value.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push(json!("null")),
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => {}
    }
    if let Some(Value::Array(kinds)) = value.get_mut("type") {
        kinds.dedup();
    }
    if let Some(Value::Array(values)) = value.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_pass_by_value, reason = "callers pass literals")]
    fn of(version: &str, schema: Value) -> Value {
        let mut document = json!({"openapi": version, "components": {"schemas": {"S": schema}}});
        translate(&mut document);
        document["components"]["schemas"]["S"].take()
    }

    #[test]
    fn translates_openapi_3_0_keywords() {
        assert_eq!(
            of(
                "3.0.3",
                json!({"type": "string", "nullable": true, "enum": ["a"]})
            ),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
        assert_eq!(
            of(
                "3.0.3",
                json!({"nullable": true, "allOf": [{"$ref": "#/x", "type": "string"}]})
            ),
            json!({"anyOf": [{"allOf": [{"$ref": "#/x"}]}, {"type": "null"}]})
        );
        assert_eq!(
            of(
                "3.0.3",
                json!({"minimum": 1, "exclusiveMinimum": true, "maximum": 2, "exclusiveMaximum": false})
            ),
            json!({"exclusiveMinimum": 1, "maximum": 2})
        );
        assert_eq!(
            of("3.1.0", json!({"$ref": "#/x", "type": "string"}))["type"],
            "string"
        );
    }

    #[test]
    fn opens_closed_objects_only_next_to_alternatives() {
        let shell = json!({
            "type": "object", "properties": {}, "additionalProperties": false,
            "oneOf": [{"type": "object", "properties": {"oneOf": {"type": "string"}}}],
        });
        assert_eq!(
            of("3.1.0", shell),
            json!({"type": "object", "anyOf": [
                {"type": "object", "properties": {"oneOf": {"type": "string"}}},
            ]})
        );
        let closed = json!({"type": "object", "properties": {}, "additionalProperties": false});
        assert_eq!(of("3.1.0", closed.clone()), closed);
    }

    #[test]
    fn translates_schemas_in_operations() {
        let mut document = json!({"openapi": "3.0.0", "paths": {"/x": {"put": {
            "parameters": [{"schema": {"type": "integer", "nullable": true}}],
            "requestBody": {"content": {"a/b": {"schema": {"oneOf": []}}}},
            "responses": {"200": {"content": {"a/b": {"schema": {"oneOf": []}}}}},
        }}}});
        translate(&mut document);
        let put = &document["paths"]["/x"]["put"];
        assert_eq!(
            put["parameters"][0]["schema"]["type"],
            json!(["integer", "null"])
        );
        assert_eq!(
            put["requestBody"]["content"]["a/b"]["schema"],
            json!({"anyOf": []})
        );
        assert_eq!(
            put["responses"]["200"]["content"]["a/b"]["schema"],
            json!({"anyOf": []})
        );
    }
}
