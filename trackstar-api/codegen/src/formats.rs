//! Formats of texts: which of them are types of their own.

use progenitor::{GenerationSettings, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::Value;

const TEXT: &str = "::std::string::String";

/// The format of what nobody is to see, which is why its type has no `Display`.
const PASSWORD: &str = "password";

/// The formats that the generator has types for, and ours instead: an id is a name and not a number,
/// and what a server sends is not to fail on its spelling.
const FORMATS: [(&str, &str); 7] = [
    ("date-time", "crate::DateTime"),
    (PASSWORD, "crate::Sensitive"),
    ("date", TEXT),
    ("uuid", TEXT),
    ("ip", TEXT),
    ("ipv4", TEXT),
    ("ipv6", TEXT),
];

/// Names our types to the generator.
pub(crate) fn conversions(settings: &mut GenerationSettings) {
    for (format, name) in FORMATS {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        let shown = (format != PASSWORD).then_some(TypeImpl::Display);
        let impls = shown.into_iter().chain([TypeImpl::FromStr]);
        settings.with_conversion(schema, name, impls);
    }
}

/// Takes limits and extensions from beside these formats: the generator takes a conversion for
/// schemas that are the same to the letter, and for all others its own types, which are not there.
pub(crate) fn make_plain(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let format = fields.get("format").and_then(Value::as_str);
            let ours = format.is_some_and(|own| FORMATS.iter().any(|(format, _)| *format == own));
            let text = fields.get("type").is_some_and(|of| of == "string");
            if ours && text && !fields.contains_key("enum") {
                let limits = ["maxLength", "minLength", "pattern"];
                fields.retain(|key, _| !key.starts_with("x-") && !limits.contains(&key.as_str()));
            }
            fields.values_mut().for_each(make_plain);
        }
        Value::Array(items) => items.iter_mut().for_each(make_plain),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_stands_beside_a_format_that_is_a_type() {
        let mut document = json!({"properties": {
            "at": {"type": "string", "format": "date-time", "nullable": true, "x-any": 1, "maxLength": 9},
            "kind": {"type": "string", "format": "uuid", "enum": ["a"], "x-any": 1},
            "name": {"type": "string", "format": "name", "maxLength": 9},
        }});
        let mut expected = document.clone();
        make_plain(&mut document);
        expected["properties"]["at"] =
            json!({"type": "string", "format": "date-time", "nullable": true});
        assert_eq!(document, expected);
    }
}
