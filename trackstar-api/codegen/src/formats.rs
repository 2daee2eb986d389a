//! Formats of texts: which of them are types of their own.

use progenitor::{GenerationSettings, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value};

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
/// What is no text is no password, and loses that format: it is given to properties by their names,
/// whatever they turn out to be. References lead into `root`.
pub(crate) fn make_plain(value: &mut Value, root: &Value) {
    match value {
        Value::Object(fields) => {
            let format = fields.get("format").and_then(Value::as_str);
            let secret = format == Some(PASSWORD);
            let ours = format.is_some_and(|own| FORMATS.iter().any(|(format, _)| *format == own));
            let text = fields.get("type").is_some_and(|of| of == "string");
            let no_secret = secret && !is_text(fields, root, DEEPEST);
            if ours && text && !fields.contains_key("enum") {
                let limits = ["maxLength", "minLength", "pattern"];
                fields.retain(|key, _| !key.starts_with("x-") && !limits.contains(&key.as_str()));
            }
            if no_secret {
                fields.remove("format");
            } else if secret && !text {
                // The generator sees no format beside what a text is made of.
                let made_of = ["$ref", "allOf", "anyOf", "oneOf"];
                fields.retain(|key, _| !made_of.contains(&key.as_str()));
                fields.insert("type".to_owned(), "string".into());
            }
            let fields = fields.values_mut();
            fields.for_each(|value| make_plain(value, root));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| make_plain(item, root)),
        _ => {}
    }
}

/// References are followed this far.
const DEEPEST: usize = 8;

/// Whether the schema is of a text, itself or by what it is made of.
fn is_text(schema: &Map<String, Value>, root: &Value, depth: usize) -> bool {
    if let Some(kind) = schema.get("type") {
        return kind == "string";
    }
    let reference = schema.get("$ref").and_then(Value::as_str);
    let referred = reference.and_then(|of| root.pointer(of.strip_prefix('#')?));
    let lists = ["allOf", "anyOf", "oneOf"].map(|key| schema.get(key).and_then(Value::as_array));
    let made_of: Vec<&Value> = referred
        .into_iter()
        .chain(lists.into_iter().flatten().flatten())
        .collect();
    let is_text = |one: &&Value| {
        one.as_object()
            .is_some_and(|it| is_text(it, root, depth - 1))
    };
    depth > 0 && !made_of.is_empty() && made_of.iter().all(is_text)
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
            "secret": {"type": "boolean", "format": "password"},
            "format": {"type": "string"},
            "text": {"format": "password", "allOf": [{"$ref": "#/texts"}]},
            "object": {"format": "password", "allOf": [{"$ref": "#/objects"}]},
        }, "texts": {"type": "string"}, "objects": {"type": "object"}});
        let mut expected = document.clone();
        make_plain(&mut document, &expected);
        expected["properties"]["at"] =
            json!({"type": "string", "format": "date-time", "nullable": true});
        expected["properties"]["secret"] = json!({"type": "boolean"});
        expected["properties"]["text"] = json!({"type": "string", "format": "password"});
        expected["properties"]["object"] = json!({"allOf": [{"$ref": "#/objects"}]});
        assert_eq!(document, expected);
    }
}
