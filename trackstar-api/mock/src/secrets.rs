//! What is not shown of a request.

use serde_json::{Value, json};

use crate::contract::Contract;
use crate::flat::Flat;
use crate::operation::{ACCESS_TOKEN, API_KEY, Operation, matches};
use crate::request::{REDACTED, Request};

/// A shorter text cannot be told from an ordinary word. In bytes, as in the client.
const SHORTEST: usize = 8;

/// What is deeper in a body is not shown.
const DEEPEST: usize = 64;
/// What has more alternatives is not shown.
const MOST: usize = 1000;

/// Whether a header of this name holds what nobody is to see, by its name or by the document.
pub(crate) fn is_credential(operation: Option<&Operation>, name: &str) -> bool {
    let all = [
        API_KEY,
        ACCESS_TOKEN,
        "authorization",
        "proxy-authorization",
    ];
    all.contains(&name) || operation.is_some_and(|it| it.secured.iter().any(|own| own == name))
}

/// Takes secrets out of a body that is text.
pub(crate) fn without(body: Vec<u8>, secrets: &[&str]) -> Vec<u8> {
    let mut text = match String::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return error.into_bytes(),
    };
    for secret in secrets.iter().filter(|it| it.len() >= SHORTEST) {
        let quoted = json!(secret).to_string();
        let written = &quoted[1..quoted.len() - 1];
        text = text.replace(written, REDACTED).replace(secret, REDACTED);
    }
    text.into_bytes()
}

/// The JSON body of a request, passwords of the document redacted; `None` where it is no JSON.
pub(crate) fn shown(
    contract: &Contract,
    operation: Option<&Operation>,
    request: &Request,
) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(&request.body).ok()?;
    let kind = request.get("content-type").unwrap_or_default();
    let media = operation.and_then(|it| it.body.as_ref()).and_then(|body| {
        let mut all = body.media.iter();
        all.find(|it| matches(&it.name, kind))
    });
    let Some(schema) = media.and_then(|it| it.schema.as_deref()) else {
        // Nothing is known of it, so nothing is shown of it.
        return Some(json!(REDACTED));
    };
    let schemas: Vec<&Value> = contract.value().pointer(schema).into_iter().collect();
    redact(contract.value(), &schemas, &mut value, 0);
    Some(value)
}

fn redact(document: &Value, schemas: &[&Value], value: &mut Value, depth: usize) {
    let mut schemas = schemas.to_vec();
    // All alternatives count: which one it is meant to be is not known.
    let mut index = 0;
    while index < schemas.len() && schemas.len() < MOST {
        let flat = Flat::of(document, &[schemas[index]]);
        schemas.extend(
            flat.alternatives
                .iter()
                .flat_map(|it| it.all.iter().copied()),
        );
        index += 1;
    }
    let flats: Vec<Flat<'_>> = schemas.iter().map(|it| Flat::of(document, &[it])).collect();
    let secret = |flat: &Flat<'_>| flat.limits.get("format").is_some_and(|it| it == "password");
    // What is too deep, or has more alternatives than are looked at, may be one as well.
    let unknown = depth > DEEPEST || index < schemas.len();
    if unknown || flats.iter().any(secret) {
        *value = json!(REDACTED);
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let mut inner: Vec<&Value> = Vec::new();
                for flat in &flats {
                    match flat.properties.get(name.as_str()) {
                        Some(own) => inner.extend(own),
                        None => inner.extend(flat.rest),
                    }
                }
                redact(document, &inner, value, depth + 1);
            }
        }
        Value::Array(items) => {
            let inner: Vec<&Value> = flats
                .iter()
                .flat_map(|it| it.items.iter().copied())
                .collect();
            for item in items {
                redact(document, &inner, item, depth + 1);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Redacts a body of so many objects within each other, with the fields in the innermost.
    fn nested(levels: usize, fields: &Value) -> Value {
        let document = json!({"a": {
            "properties": {"in": {"$ref": "#/a"}, "key": {"format": "password"}},
        }});
        let mut value = (0..levels).fold(fields.clone(), |value, _| json!({"in": value}));
        redact(&document, &[&document["a"]], &mut value, 0);
        value
    }

    #[test]
    fn shows_64_levels_and_redacts_what_is_deeper() {
        // No schema calls the word a secret. It is hidden because that is not known at this depth.
        for (levels, word) in [(0, "open"), (63, "open"), (64, "<redacted>")] {
            let expected = format!(
                r#"{}{{"word":"{word}"}}{}"#,
                r#"{"in":"#.repeat(levels),
                "}".repeat(levels)
            );
            let shown = nested(levels, &json!({"word": "open"})).to_string();
            assert_eq!(shown, expected, "{levels} levels");
        }
        // The innermost object is itself too deep.
        let shown = nested(65, &json!({"word": "open"})).to_string();
        let expected = format!(
            r#"{}"<redacted>"{}"#,
            r#"{"in":"#.repeat(65),
            "}".repeat(65)
        );
        assert_eq!(shown, expected);
        // Nor does a list lead deeper.
        let lists = (0..66).fold(json!("open"), |inner, _| json!([inner]));
        let mut value = lists;
        redact(&json!({"a": {}}), &[&json!({})], &mut value, 0);
        let expected = format!(r#"{}"<redacted>"{}"#, "[".repeat(65), "]".repeat(65));
        assert_eq!(value.to_string(), expected);
    }

    #[test]
    fn redacts_passwords_at_any_depth() {
        for levels in [0, 3, 63, 64, 73] {
            let shown = nested(levels, &json!({"key": "s3cr3t"})).to_string();
            assert!(!shown.contains("s3cr3t"), "{shown}");
            assert!(shown.contains("<redacted>"), "{shown}");
        }
    }

    #[test]
    fn a_secret_is_found_as_json_writes_it_and_the_rest_stays_json() {
        let body = br#"{"error":"no \"secret-1\" here"}"#.to_vec();
        let found = without(body, &["\"secret-1\"", "here"]);
        assert_eq!(found, br#"{"error":"no <redacted> here"}"#);
    }
}
