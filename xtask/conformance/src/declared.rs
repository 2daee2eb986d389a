//! Additional properties of examples.

use serde_json::Value;

/// Removes the properties from `value` that are not in `full`, which has all properties of the schema.
/// Maps have no declared properties and are not changed.
pub(crate) fn keep_declared(value: &mut Value, full: &Value) {
    match (value, full) {
        (Value::Object(value), Value::Object(full)) => {
            if value.keys().any(|name| full.contains_key(name)) {
                value.retain(|name, _| full.contains_key(name));
            }
            for (name, value) in value {
                if let Some(full) = full.get(name) {
                    keep_declared(value, full);
                }
            }
        }
        (Value::Array(items), Value::Array(full)) => {
            for item in items {
                if let Some(full) = full.first() {
                    keep_declared(item, full);
                }
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
    fn keeps_declared_properties_and_whole_maps() {
        let full = json!({"id": "", "lines": [{"sku": ""}], "map": {"key": 1}});
        let mut value = json!({"id": "1", "odd": 1, "lines": [{"sku": "s", "odd": 1}], "map": {"a": 1, "b": 2}});
        keep_declared(&mut value, &full);
        assert_eq!(
            value,
            json!({"id": "1", "lines": [{"sku": "s"}], "map": {"a": 1, "b": 2}})
        );
    }
}
