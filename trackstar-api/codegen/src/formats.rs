//! String formats and their Rust types.

use progenitor::{GenerationSettings, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value};

use crate::Settings;
use trackstar_openapi::secret::FORMAT;

use crate::secrets;
use crate::types::DECIMAL_TYPE;

/// Formats with a built-in type in the generator, and the types that replace them.
const FORMATS: [(&str, &str); 1] = [("date-time", "__rt::DateTime")];

/// Formats with a built-in type in the generator that remain strings. An ID is a name rather than a number, and
/// an unusual spelling in a response must not be an error. The formats are removed because the generator
/// distinguishes a string with a conversion from any other string. For a union of both, it would emit
/// conflicting conversions.
const TEXTS: [&str; 5] = ["date", "uuid", "ip", "ipv4", "ipv6"];

/// Format of numbers that become `rust_decimal::Decimal`, if [`Settings::decimal`] is set.
const DECIMAL: &str = "decimal";

/// Types of secrets by their type in the document.
const SECRETS: [(Option<InstanceType>, &str); 4] = [
    (Some(InstanceType::String), "__rt::Sensitive"),
    (Some(InstanceType::Integer), "__rt::Sensitive<i64>"),
    (Some(InstanceType::Number), "__rt::Sensitive<f64>"),
    (None, "__rt::Sensitive<__rt::serde_json::Value>"),
];

/// Registers the replacement types with the generator.
pub(crate) fn conversions(generation: &mut GenerationSettings, settings: &Settings) {
    let schema = |of: Option<InstanceType>, format: &str| SchemaObject {
        instance_type: of.map(Into::into),
        format: Some(format.to_owned()),
        ..SchemaObject::default()
    };
    let text = || [TypeImpl::Display, TypeImpl::FromStr].into_iter();
    for (format, name) in FORMATS {
        generation.with_conversion(schema(Some(InstanceType::String), format), name, text());
    }
    if settings.decimal {
        let number = schema(Some(InstanceType::Number), DECIMAL);
        generation.with_conversion(number, DECIMAL_TYPE, text());
    }
    for (of, name) in SECRETS {
        // `Sensitive` does not implement `Display`.
        let read = of.is_some().then_some(TypeImpl::FromStr);
        generation.with_conversion(schema(of, FORMAT), name, read.into_iter());
    }
}

/// Removes limits and extensions from schemas with these formats, and simplifies the schemas of secrets.
/// References are resolved in `root`.
///
/// The generator applies a conversion only to schemas that are exactly equal. For any other schema, it would
/// use its own types, whose crates are not dependencies.
pub(crate) fn make_plain(value: &mut Value, root: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(marked) = secrets::marked(fields, root) {
                *value = marked;
                if let Value::Object(fields) = value {
                    // For a list or a map, the values now have the format.
                    let fields = fields.iter_mut();
                    let inner = fields.filter(|(key, _)| *key != "format");
                    inner.for_each(|(_, value)| make_plain(value, root));
                }
                return;
            }
            let format = fields.get("format").and_then(Value::as_str);
            let secret = format == Some(FORMAT);
            let format_is_decimal = format == Some(DECIMAL);
            let plain = format.is_some_and(|own| TEXTS.contains(&own));
            let typed = format.is_some_and(|own| FORMATS.iter().any(|(format, _)| *format == own));
            let ours = plain || typed;
            let text = fields.get("type").is_some_and(|of| of == "string");
            if ours && text && !fields.contains_key("enum") {
                without_limits(fields, &["maxLength", "minLength", "pattern"]);
            }
            let number = fields.get("type").is_some_and(|of| of == "number");
            if number && format_is_decimal && !fields.contains_key("enum") {
                without_limits(fields, &NUMBER_LIMITS);
            }
            if secret || plain && text {
                // Either the schema cannot be a secret, or it is an ordinary string.
                fields.remove("format");
            }
            let fields = fields.values_mut();
            fields.for_each(|value| make_plain(value, root));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| make_plain(item, root)),
        _ => {}
    }
}

/// Keywords that restrict numbers.
const NUMBER_LIMITS: [&str; 5] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "minimum",
    "multipleOf",
];

fn without_limits(fields: &mut Map<String, Value>, limits: &[&str]) {
    fields.retain(|key, _| !key.starts_with("x-") && !limits.contains(&key.as_str()));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn drops_keywords_next_to_typed_formats() {
        let mut document = json!({"properties": {
            "at": {"type": "string", "format": "date-time", "nullable": true, "x-any": 1, "maxLength": 9},
            "kind": {"type": "string", "format": "uuid", "enum": ["a"], "x-any": 1},
            "day": {"type": "string", "format": "date", "pattern": "^2"},
            "name": {"type": "string", "format": "name", "maxLength": 9},
            "price": {"type": "number", "format": "decimal", "minimum": 0, "default": 1, "x-any": 1},
            "rates": {"type": "number", "format": "decimal", "enum": [1, 2], "x-any": 1},
            "secret": {"type": "boolean", "format": "password"},
            "format": {"type": "string"},
            "text": {"format": "password", "allOf": [{"$ref": "#/texts"}]},
            "object": {"format": "password", "allOf": [{"$ref": "#/objects"}]},
            "lists": {"type": "array", "format": "password", "items": {
                "type": "array", "items": {"type": "string", "maxLength": 9},
            }},
        }, "texts": {"type": "string"}, "objects": {"type": "object", "properties": {"a": {}}}});
        let mut expected = document.clone();
        make_plain(&mut document, &expected);
        expected["properties"]["at"] =
            json!({"type": "string", "format": "date-time", "nullable": true});
        expected["properties"]["kind"] = json!({"type": "string", "enum": ["a"], "x-any": 1});
        expected["properties"]["price"] =
            json!({"type": "number", "format": "decimal", "default": 1});
        expected["properties"]["day"] = json!({"type": "string"});
        expected["properties"]["secret"] = json!({"type": "boolean"});
        expected["properties"]["text"] = json!({"type": "string", "format": "password"});
        expected["properties"]["object"] = json!({"allOf": [{"$ref": "#/objects"}]});
        expected["properties"]["lists"] = json!({"type": "array", "items": {
            "type": "array", "items": {"type": "string", "format": "password"},
        }});
        assert_eq!(document, expected);
    }
}
