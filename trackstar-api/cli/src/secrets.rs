//! Finds and redacts secrets in a request. The document marks them with `format: password`.

use serde_json::Value;

use super::operation::Operation;

pub(super) const REDACTED: &str = "<redacted>";

/// Redacts the secrets in a body and returns them.
pub(super) fn hide(operation: &Operation, body: &mut Value) -> Vec<String> {
    operation
        .contract
        .hide(&operation.known, &operation.media_type, body)
}

/// Returns all strings and numbers in a secret value.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// Redacts the secrets in a form.
pub(super) fn pairs(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let pairs = text.split('&').map(|pair| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = name.replace('+', " ");
        let plain = percent_encoding::percent_decode_str(&plain).decode_utf8_lossy();
        if is_secret(&plain) {
            format!("{name}={REDACTED}")
        } else {
            pair.to_owned()
        }
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacts_secret_form_fields() {
        let shown = pairs("a=1&b%5Bc%5D=s3cret&d+e=2", |name| name == "b[c]");
        assert_eq!(shown, "a=1&b%5Bc%5D=<redacted>&d+e=2");
    }
}
