//! What of a request is not shown: the values of the places that the document calls secret
//! (`format: password`), whatever their names and however short they are.

use serde_json::Value;
use trackstar_mock::Contract;
use trackstar_mock::document;

use super::program;
use crate::operation::{Operation, Parameter, Place};

pub(super) const REDACTED: &str = "<redacted>";

/// Takes the secrets out of a body, and returns them. If the document does not know the body, nothing of
/// it is left.
pub(super) fn hide(operation: &Operation, body: &mut Value) -> Vec<String> {
    let media_type = operation.body.as_ref().map_or("", |it| it.media_type);
    let known = with_document(operation, |contract, known| {
        contract.hide(known, media_type, body)
    });
    known.unwrap_or_else(|| {
        let found = texts(body);
        *body = REDACTED.into();
        found
    })
}

/// Returns true if the field of a form or the part of a body of several may hold a secret.
pub(super) fn is_secret_field(operation: &Operation, name: &str) -> bool {
    let media_type = operation.body.as_ref().map_or("", |it| it.media_type);
    let known = with_document(operation, |contract, known| {
        contract.is_secret_field(known, media_type, name)
    });
    known.unwrap_or(true)
}

fn with_document<T>(
    operation: &Operation,
    ask: impl FnOnce(&Contract, &document::Operation) -> T,
) -> Option<T> {
    let contract = program().document.contract().ok()?;
    let known = contract.operation(operation.id).ok()?;
    Some(ask(&contract, known))
}

/// Returns all texts and numbers of a value that is secret as a whole.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// Returns true if the parameter may hold a secret.
pub(super) fn is_secret(operation: &Operation, place: Place, name: &str) -> bool {
    let mut of_place = operation.parameters.iter().filter(|it| it.place == place);
    let own = |it: &&Parameter| {
        let rest = name.strip_prefix(it.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    match of_place.clone().find(own) {
        Some(parameter) => parameter.secret,
        // It may be a property of an object that stands in the query by its properties.
        None => of_place.any(|it| it.secret),
    }
}

/// Returns the URL of a request without the values of secret parameters.
pub(super) fn url(operation: &Operation, url: &str) -> String {
    let (before, query) = match url.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (url, None),
    };
    // The template stands behind whatever path the base URL has.
    let (wanted, mut given): (Vec<&str>, Vec<&str>) = (
        operation.path.split('/').collect(),
        before.split('/').collect(),
    );
    let first = given.len().saturating_sub(wanted.len());
    for (at, wanted) in wanted.iter().enumerate() {
        let mut names = wanted.split('{').skip(1);
        let secret = names.any(|rest| {
            let name = rest.split('}').next().unwrap_or_default();
            is_secret(operation, Place::Path, name)
        });
        if secret && let Some(segment) = given.get_mut(first + at) {
            *segment = REDACTED;
        }
    }
    let path = given.join("/");
    match query {
        Some(query) => format!(
            "{path}?{}",
            pairs(query, |name| is_secret(operation, Place::Query, name))
        ),
        None => path,
    }
}

/// Returns the pairs of a query or a form without the values of those that are secret.
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
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const fn parameter(name: &'static str, place: Place, secret: bool) -> Parameter {
        Parameter {
            name,
            setter: name,
            place,
            secret,
            ..Parameter::BLANK
        }
    }

    const OPERATION: Operation = Operation {
        path: "/things/{pin}/of/{id}",
        parameters: &[
            parameter("pin", Place::Path, true),
            parameter("id", Place::Path, false),
            parameter("filter", Place::Query, true),
            parameter("limit", Place::Query, false),
        ],
        ..Operation::BLANK
    };

    #[test]
    fn secrets_are_taken_out_of_a_url_by_their_places() {
        for (given, expected) in [
            (
                "https://h/things/p/of/p?limit=p&filter=p&filter%5Ba%5D=p",
                "https://h/things/<redacted>/of/p?limit=p&filter=<redacted>&filter%5Ba%5D=<redacted>",
            ),
            (
                "https://h/proxy/things/p%2Fq/of/1?a=p",
                "https://h/proxy/things/<redacted>/of/1?a=<redacted>",
            ),
            (
                "https://h/things/p/of/p",
                "https://h/things/<redacted>/of/p",
            ),
        ] {
            assert_eq!(url(&OPERATION, given), expected);
        }
    }

    #[test]
    fn nothing_is_shown_of_what_the_document_does_not_know() {
        let mut body = json!({"a": ["s-1", 471_147, true], "b": null});
        assert_eq!(hide(&OPERATION, &mut body), ["s-1", "471147"]);
        assert_eq!(body, json!(REDACTED));
        assert!(is_secret_field(&OPERATION, "a"));
    }

    /// What stands around a secret: the schema and the value around those within.
    #[allow(clippy::needless_pass_by_value, reason = "each stands in another once")]
    fn around(kind: usize, schema: Value, value: &Value) -> (Value, Value) {
        match kind {
            0 => (
                json!({"type": "array", "items": schema}),
                json!([value, value]),
            ),
            1 => (
                json!({"type": "object", "additionalProperties": schema}),
                json!({"any": value, "other": value}),
            ),
            2 => (
                json!({"type": "object", "properties": {"own": schema, "open": {"type": "string"}}}),
                json!({"own": value, "open": "seen"}),
            ),
            3 => (
                json!({"oneOf": [{"type": "boolean"}, schema]}),
                value.clone(),
            ),
            4 => (
                json!({"allOf": [{"description": "d"}, schema]}),
                value.clone(),
            ),
            5 => (
                json!({"anyOf": [{"properties": {"own": {"type": "string"}}}, {"properties": {"own": schema}}]}),
                json!({"own": value}),
            ),
            6 => (
                json!({"patternProperties": {"^o": schema}}),
                json!({"own": value}),
            ),
            7 => (
                json!({"type": "array", "prefixItems": [{"type": "string"}, schema]}),
                json!(["seen", value]),
            ),
            _ => (
                json!({"if": {"required": ["own"]}, "then": {"properties": {"own": schema}}}),
                json!({"own": value}),
            ),
        }
    }

    proptest! {
        #[test]
        fn a_secret_at_any_place_of_a_body_is_hidden_and_found(
            all in proptest::collection::vec(0_usize..9, 0..7),
            secret in prop_oneof![
                "[a-z]{1,9}".prop_map(|it| json!(format!("s3cret-{it}"))),
                (10_000_000_i64..).prop_map(|it| json!(it)),
            ],
            referred in any::<bool>(),
        ) {
            let leaf = json!({"type": ["string", "integer"], "format": "password"});
            let (mut schema, mut value) = (leaf, secret.clone());
            for kind in all {
                (schema, value) = around(kind, schema, &value);
            }
            let mut components = serde_json::Map::new();
            if referred {
                components.insert("Body".to_owned(), schema);
                schema = json!({"$ref": "#/components/schemas/Body"});
            }
            let contract = Contract::new(json!({
                "openapi": "3.1.0",
                "components": {"schemas": components},
                "paths": {"/a": {"put": {
                    "operationId": "put_a", "responses": {},
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                }}},
            })).expect("a document");
            let operation = contract.operation("put_a").expect("it is there");
            let found = contract.hide(operation, "application/json", &mut value);
            let text = secret.as_str().map_or_else(|| secret.to_string(), str::to_owned);
            prop_assert!(!value.to_string().contains(&text), "{}", value);
            // What could be at that place is hidden, too.
            prop_assert!(found.contains(&text), "{:?}", found);
        }

        #[test]
        fn a_secret_parameter_of_any_length_is_hidden_in_any_url(
            pin in "[a-z0-9%]{1,4}",
            other in "[A-Z]{1,4}",
            base in prop_oneof![Just("https://h"), Just("https://h/a/b"), Just("http://127.0.0.1:8080")],
        ) {
            let segment = |text: &str| text.replace('%', "%25");
            let (pin, other) = (segment(&pin), segment(&other));
            let given = format!("{base}/things/{pin}/of/{other}?filter={pin}&limit={other}&filter[x]={pin}");
            prop_assert_eq!(
                url(&OPERATION, &given),
                format!(
                    "{base}/things/<redacted>/of/{other}?filter=<redacted>&limit={other}&filter[x]=<redacted>"
                )
            );
        }
    }
}
