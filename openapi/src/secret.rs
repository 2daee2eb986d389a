//! Secrets in a document: values with `format: password`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{holds_names, reference};

/// Format of secrets.
pub const FORMAT: &str = "password";

/// Keywords that contain values instead of schemas.
const VALUES: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Returns true if a schema marks its values as secret.
///
/// ```
/// let schema = serde_json::json!({"type": "string", "format": "password"});
/// assert!(trackstar_openapi::secret::is_marked(schema.as_object().unwrap()));
/// ```
#[must_use]
pub fn is_marked(schema: &Map<String, Value>) -> bool {
    schema.get("format").is_some_and(|format| format == FORMAT)
}

/// Returns true if a value of a schema or of a parameter may contain a secret at any depth. References are
/// resolved in the document.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::secret::may_hold;
///
/// let document = json!({"pin": {"format": "password"}});
/// assert!(may_hold(&document, &json!({"properties": {"default": {"$ref": "#/pin"}}})));
/// assert!(!may_hold(&document, &json!({"default": {"format": "password"}})));
/// ```
#[must_use]
pub fn may_hold(document: &Value, schema: &Value) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Array(items) => {
                waiting.extend(items);
                continue;
            }
            _ => continue,
        };
        if is_marked(fields) {
            return true;
        }
        if let Some(reference) = reference::of(value)
            && seen.insert(reference)
        {
            waiting.extend(reference::target(reference).and_then(|at| document.pointer(&at)));
        }
        for (key, value) in fields
            .iter()
            .filter(|(key, _)| !VALUES.contains(&key.as_str()))
        {
            match value {
                Value::Object(named) if holds_names(key) => waiting.extend(named.values()),
                value => waiting.push(value),
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_secrets_at_any_depth_except_in_examples() {
        let root = json!({
            "a": {"properties": {"b": {"items": {"$ref": "#/b"}}}},
            "b": {"oneOf": [{"$ref": "#/a"}, {"additionalProperties": {"format": "password"}}]},
            "c": {"properties": {"c": {"$ref": "#/c"}}, "example": {"format": "password"}},
            "d": {"properties": {"example": {"format": "password"}}},
            "e": {"properties": {"format": {"enum": ["password"]}}},
        });
        for (name, expected) in [
            ("a", true),
            ("b", true),
            ("c", false),
            ("d", true),
            ("e", false),
        ] {
            let schema = json!({"$ref": format!("#/{name}")});
            assert_eq!(may_hold(&root, &schema), expected, "{name}");
        }
    }
}
