//! Parses the values of flags.

use serde_json::Value;
use trackstar_api::DateTime;
use trackstar_openapi::is_a;

use super::flag::{Kind, Shape};

/// Parses a value. The error says what was expected, but doesn't quote the text, since it might be
/// a secret.
pub(super) fn parse(shape: &Shape, text: &str) -> Result<Value, String> {
    if shape.null && text == "null" {
        return Ok(Value::Null);
    }
    let json = || serde_json::from_str::<Value>(text).ok();
    let found = match shape.kind {
        Kind::Text => Some(text.into()),
        Kind::Date => text.parse::<DateTime>().ok().map(|_| text.into()),
        Kind::Integer => json().filter(|it| is_a("integer", it)),
        Kind::Number => json().filter(Value::is_number),
        Kind::Boolean => json().filter(Value::is_boolean),
        Kind::Json => any(shape, json(), text),
    };
    found.ok_or_else(|| {
        let expected = match shape.kind {
            Kind::Text => "a string",
            Kind::Date => "a date and time, such as 2026-01-31T12:00:00Z",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::Boolean => "true or false",
            Kind::Json => "JSON",
        };
        format!("expected {expected}")
    })
}

/// Parses a value that can have more than one type. If JSON of that type is allowed, we use that,
/// and otherwise it's a string. The shell has already removed any quotation marks, so a quoted
/// string isn't treated as JSON.
fn any(shape: &Shape, json: Option<Value>, text: &str) -> Option<Value> {
    let allows =
        |value: &Value| shape.types.is_empty() || shape.types.iter().any(|it| is_a(it, value));
    let json = json.filter(|value| !value.is_string() && allows(value));
    let plain = Value::from(text);
    json.or_else(|| allows(&plain).then_some(plain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(schema: &Value, text: &str) -> Result<Value, String> {
        parse(&Shape::of(&Value::Null, vec![schema]), text)
    }

    #[test]
    fn converts_text_to_the_type_of_the_schema() {
        for (schema, text, value) in [
            (json!({"type": "integer"}), "5", json!(5)),
            (json!({"type": "string"}), "5", json!("5")),
            (json!({"type": "string"}), "null", json!("null")),
            (json!({"type": "string"}), "\"a\"", json!("\"a\"")),
            (json!({"type": ["string", "null"]}), "null", json!(null)),
            (json!({"type": ["number", "null"]}), "1.5", json!(1.5)),
            (json!({}), "{\"a\": 1}", json!({"a": 1})),
            (json!({}), "[a]", json!("[a]")),
            (json!({"type": ["string", "object"]}), "5", json!("5")),
            (json!({"type": "boolean"}), "true", json!(true)),
        ] {
            assert_eq!(read(&schema, text), Ok(value), "{text}");
        }
    }

    #[test]
    fn errors_name_the_type_without_quoting_the_text() {
        for (schema, expected) in [
            (json!({"type": "integer"}), "expected an integer"),
            (json!({"type": "object"}), "expected JSON"),
            (
                json!({"type": "string", "format": "date-time"}),
                "expected a date and time",
            ),
        ] {
            let error = read(&schema, "s3cret").expect_err(expected);
            assert!(
                error.starts_with(expected) && !error.contains("s3cret"),
                "{error}"
            );
        }
    }
}
