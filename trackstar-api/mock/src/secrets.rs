//! Redacts secrets in requests and responses.

mod places;

use serde_json::{Value, json};
use trackstar_openapi::media_type::matches;
use trackstar_openapi::model::{Media, Operation, Parameter, ParameterLocation as Place};
use trackstar_openapi::secret::may_hold;
use trackstar_openapi::template;

use crate::contract::Contract;
use crate::credentials::{ACCESS_TOKEN, API_KEY, is_secured};
use crate::request::{REDACTED, Request};
use places::hide;

/// The minimum length (in bytes) of a secret that we redact in text, which is the same as in the
/// client. Anything shorter might be an ordinary word.
const SHORTEST: usize = 8;

/// Returns true if this is the header of a credential, going by either its name or the document.
pub(crate) fn is_credential(operation: Option<&Operation>, name: &str) -> bool {
    let all = [
        API_KEY,
        ACCESS_TOKEN,
        "authorization",
        "proxy-authorization",
    ];
    all.contains(&name) || operation.is_some_and(|it| is_secured(it, name))
}

/// Redacts secrets in a text body.
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

/// Returns a JSON body with passwords redacted, or `None` if it isn't JSON.
pub(crate) fn shown(
    contract: &Contract,
    operation: Option<&Operation>,
    request: &Request,
) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(&request.body).ok()?;
    let kind = request.get("content-type").unwrap_or_default();
    hide_body(contract, operation, kind, &mut value);
    Some(value)
}

pub(crate) fn media<'a>(
    contract: &Contract,
    operation: Option<&'a Operation>,
    kind: &str,
) -> Option<&'a Media> {
    let mut media = operation?.body.as_ref()?.media.iter();
    media.find(|it| matches(contract.document().media_type(it), kind))
}

/// Redacts the secrets in a body and returns them.
pub(crate) fn hide_body(
    contract: &Contract,
    operation: Option<&Operation>,
    kind: &str,
    body: &mut Value,
) -> Vec<String> {
    let mut found = Vec::new();
    let schema = media(contract, operation, kind).and_then(|it| it.schema.as_deref());
    match schema.and_then(|at| contract.value().pointer(at)) {
        Some(schema) => hide(contract.value(), vec![schema], body, 0, &mut found),
        // The document doesn't say anything about this body, so redact all of it.
        None => places::take(body, &mut found),
    }
    found
}

/// Returns true if this form field or multipart part may contain a secret.
pub(crate) fn is_secret_field(
    contract: &Contract,
    operation: &Operation,
    kind: &str,
    name: &str,
) -> bool {
    let schema = media(contract, Some(operation), kind).and_then(|it| it.schema.as_deref());
    let Some(schema) = schema.and_then(|at| contract.value().pointer(at)) else {
        return true;
    };
    // The properties of an object can be separate fields, which are called `name[key]`.
    let name = name.split('[').next().unwrap_or_default();
    let (marked, fields) = places::below(contract.value(), vec![schema], name);
    marked || fields.is_none_or(|all| all.iter().any(|it| may_hold(contract.value(), it)))
}

/// The path, query and headers of a request, with secret parameters redacted.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// Returns true if this parameter may contain a secret.
pub(crate) fn is_secret_parameter(contract: &Contract, parameter: &Parameter) -> bool {
    // This includes parameters that are sent as JSON.
    let parameter = contract.value().pointer(&parameter.pointer);
    parameter.is_some_and(|parameter| may_hold(contract.value(), parameter))
}

pub(crate) fn head(contract: &Contract, operation: Option<&Operation>, request: &Request) -> Head {
    let parameters = operation.map_or([].as_slice(), |it| it.parameters.as_slice());
    let secrets: Vec<(Place, &str)> = parameters
        .iter()
        .filter(|it| is_secret_parameter(contract, it))
        .map(|it| (it.location, it.name.as_str()))
        .collect();
    let is_secret = |place: Place, name: &str| {
        let same = |own: &str| {
            if place == Place::Header {
                own.eq_ignore_ascii_case(name)
            } else {
                own == name || name.strip_prefix(own).is_some_and(|it| it.starts_with('['))
            }
        };
        let of_place = |it: &&(Place, &str)| it.0 == place;
        let known = parameters
            .iter()
            .any(|it| it.location == place && same(&it.name));
        if known {
            secrets.iter().filter(of_place).any(|(_, own)| same(own))
        } else {
            // This might be the name of a property, if the object is exploded in the query.
            place == Place::Query && secrets.iter().any(|it| of_place(&it))
        }
    };
    let query = request.query.split('&').map(|pair| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        let mut plain = form_urlencoded::parse(name.as_bytes());
        let plain = plain
            .next()
            .map_or_else(String::new, |(name, _)| name.into_owned());
        if is_secret(Place::Query, &plain) {
            format!("{name}={REDACTED}")
        } else {
            pair.to_owned()
        }
    });
    let headers = request.headers.iter().map(|(name, value)| {
        let hidden = is_secret(Place::Header, name)
            || (name == "cookie" && secrets.iter().any(|(place, _)| *place == Place::Cookie));
        let shown = if hidden { REDACTED } else { value };
        (name.clone(), shown.to_owned())
    });
    let path = operation.map_or("", |it| it.path.as_str());
    let hidden =
        |wanted: &str| template::names(wanted).any(|it| secrets.contains(&(Place::Path, it)));
    let mut wanted = path.split('/');
    let path = request.path.split('/').map(|segment| {
        if wanted.next().is_some_and(hidden) {
            REDACTED
        } else {
            segment
        }
    });
    Head {
        path: path.collect::<Vec<_>>().join("/"),
        query: query.collect::<Vec<_>>().join("&"),
        headers: headers.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Redacts a body that consists of nested objects. The innermost one has the given fields.
    fn nested(levels: usize, fields: &Value) -> Value {
        let document = json!({"a": {
            "properties": {"in": {"$ref": "#/a"}, "key": {"format": "password"}},
        }});
        let mut value = (0..levels).fold(fields.clone(), |value, _| json!({"in": value}));
        hide(
            &document,
            vec![&document["a"]],
            &mut value,
            0,
            &mut Vec::new(),
        );
        value
    }

    #[test]
    fn redacts_everything_below_64_levels() {
        // No schema says that this word is a secret. It's redacted because we don't look any deeper
        // than this.
        for (levels, word) in [(0, "open"), (63, "open"), (64, "<redacted>")] {
            let expected = format!(
                r#"{}{{"word":"{word}"}}{}"#,
                r#"{"in":"#.repeat(levels),
                "}".repeat(levels)
            );
            let shown = nested(levels, &json!({"word": "open"})).to_string();
            assert_eq!(shown, expected, "{levels} levels");
        }
        // At level 65, even the innermost object is too deep.
        let shown = nested(65, &json!({"word": "open"})).to_string();
        let expected = format!(
            r#"{}"<redacted>"{}"#,
            r#"{"in":"#.repeat(65),
            "}".repeat(65)
        );
        assert_eq!(shown, expected);
        // The same limit applies to arrays.
        let lists = (0..66).fold(json!("open"), |inner, _| json!([inner]));
        let mut value = lists;
        hide(
            &json!({"a": {}}),
            vec![&json!({})],
            &mut value,
            0,
            &mut Vec::new(),
        );
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
    fn redacts_json_escaped_secrets_and_keeps_valid_json() {
        let body = br#"{"error":"no \"secret-1\" here"}"#.to_vec();
        let found = without(body, &["\"secret-1\"", "here"]);
        assert_eq!(found, br#"{"error":"no <redacted> here"}"#);
    }
}
