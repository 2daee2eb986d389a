//! What of a request is not shown: the values of the places that the document calls secret
//! (`format: password`), whatever their names and however short they are.

use serde_json::Value;
use trackstar_mock::Contract;
use trackstar_mock::document;

use crate::mock::contract;
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
    let contract = contract().ok()?;
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
}
