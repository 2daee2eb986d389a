//! Checks that the body of a request is allowed by the original document and has the given value.

use serde_json::{Map, Value};

use crate::accept::covers;
use crate::call::{Intent, Request, text};
use crate::equivalence::{Reading, differences};
use crate::mismatch::Mismatch;
use crate::published::Published;
use crate::request_generator::preferred;
use crate::spec::{Media, Operation, essence, is_json};
use crate::style;
use trackstar_mock::Part;
use trackstar_mock::document::Document;
use trackstar_openapi::Merged;

/// Returns the errors in the body of a request.
pub(crate) fn mismatches(
    published: &Published,
    operation: &Operation,
    intent: &Intent,
    request: &Request,
) -> Vec<Mismatch> {
    let wrong_type = |text: String| vec![Mismatch::new("header content-type", text)];
    let Some(body) = &operation.body else {
        if request.body.is_empty() {
            return Vec::new();
        }
        let text = "the document has no body, but the request has one";
        return vec![Mismatch::new("body", text)];
    };
    let Some(kind) = request.header("content-type").next() else {
        if body.required || !request.body.is_empty() || intent.body.is_some() {
            return wrong_type("the request has a body without a media type".to_owned());
        }
        return Vec::new();
    };
    let names: Vec<&str> = body.media.iter().map(|it| it.name.as_str()).collect();
    let names = names.join(", ");
    let Some(media) = body.media.iter().find(|it| covers(&it.name, kind)) else {
        return wrong_type(format!("{kind} arrived, the document has {names}"));
    };
    // The given value conforms to the best of the schemas.
    if preferred(&body.media).is_some_and(|best| best.name != media.name) {
        return wrong_type(format!(
            "{kind} arrived, and says less than another one of {names}"
        ));
    }
    if is_json(kind) {
        return json(published, media, intent, request);
    }
    match essence(kind).as_str() {
        "multipart/form-data" => multipart(&published.document, media, intent, request),
        "application/x-www-form-urlencoded" => {
            let pairs: Vec<(String, String)> =
                form_urlencoded::parse(&request.body).into_owned().collect();
            let given = intent.body.as_ref().and_then(Value::as_object).cloned();
            compare_form(&given.unwrap_or_default(), &pairs)
        }
        _ => {
            let given = intent.body.as_ref().and_then(text).unwrap_or_default();
            if given.as_bytes() == request.body {
                return Vec::new();
            }
            let text = format!(
                "{given:?} was given, {} other bytes arrived",
                request.body.len()
            );
            vec![Mismatch::new("body", text)]
        }
    }
}

fn json(published: &Published, media: &Media, intent: &Intent, request: &Request) -> Vec<Mismatch> {
    let found: Value = match serde_json::from_slice(&request.body) {
        Ok(found) => found,
        Err(error) => return vec![Mismatch::new("body", format!("it is not JSON: {error}"))],
    };
    let mut mismatches = Vec::new();
    if let Some(schema) = &media.schema {
        for (place, text) in published.schemas.errors(schema, &found) {
            mismatches.push(Mismatch::new(format!("body{place}"), text));
        }
    }
    let given = intent.body.clone().unwrap_or_default();
    let schema = media.schema.as_deref();
    let document = &published.document.value;
    for difference in differences(Reading::Request, document, schema, &given, &found) {
        let place = format!("body{}", difference.place);
        mismatches.push(Mismatch::new(place, difference.text));
    }
    mismatches
}

fn multipart(
    document: &Document,
    media: &Media,
    intent: &Intent,
    request: &Request,
) -> Vec<Mismatch> {
    let parts: &[Part] = match &request.parts {
        // An empty form has no bytes.
        _ if request.body.is_empty() && intent.parts.is_empty() => &[],
        Some(Ok(parts)) => parts,
        Some(Err(error)) => {
            let text = format!("its parts cannot be read: {error}");
            return vec![Mismatch::new("body", text)];
        }
        None => &[],
    };
    let mut mismatches = Vec::new();
    let schema = media
        .schema
        .as_deref()
        .and_then(|at| document.value.pointer(at));
    for name in Merged::of(&document.value, schema).required() {
        if !parts.iter().any(|part| part.name == name) {
            let text = "the document requires it, and it is missing";
            mismatches.push(Mismatch::new(format!("part {name}"), text));
        }
    }
    for part in parts {
        if !intent.parts.contains_key(&part.name) {
            let text = "it was not given, and arrived";
            mismatches.push(Mismatch::new(format!("part {}", part.name), text));
        }
    }
    for (name, given) in &intent.parts {
        // OpenAPI: an object is JSON unless the document states otherwise.
        let named = parts.iter().filter(|part| part.name == *name);
        for kind in named.filter(|_| given.is_object()).map(|part| &part.kind) {
            if kind.as_deref() != Some("application/json") {
                let text = format!("it is an object, and was sent as {kind:?}");
                mismatches.push(Mismatch::new(format!("part {name}"), text));
            }
        }
        let found: Vec<&[u8]> = parts
            .iter()
            .filter(|part| part.name == *name)
            .map(|part| part.bytes.as_slice())
            .collect();
        if !holds(given, &found) {
            let text = format!(
                "{given} was given, but the {} received parts do not contain it",
                found.len()
            );
            mismatches.push(Mismatch::new(format!("part {name}"), text));
        }
    }
    mismatches
}

/// Compares the pairs of a form with the intended values.
fn compare_form(given: &Map<String, Value>, pairs: &[(String, String)]) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    for (name, value) in given {
        let found: Vec<&str> = pairs
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .collect();
        let right = match (value, found.as_slice()) {
            (Value::Null, found) => found.is_empty() || found == [""],
            // "The default is `form`", which explodes.
            (Value::Array(items), found) => {
                items.len() == found.len()
                    && items
                        .iter()
                        .zip(found)
                        .all(|(item, it)| style::says(item, it))
            }
            (Value::Object(_), [one]) => {
                serde_json::from_str::<Value>(one).is_ok_and(|read| &read == value)
            }
            (value, [one]) => style::says(value, one),
            _ => false,
        };
        if !right {
            let text = format!("{value} was given, what arrived is {found:?}");
            mismatches.push(Mismatch::new(format!("body {name}"), text));
        }
    }
    for (name, value) in pairs {
        if !given.contains_key(name) {
            let text = format!("it was not given, and arrived as {value:?}");
            mismatches.push(Mismatch::new(format!("body {name}"), text));
        }
    }
    mismatches
}

/// Returns true if the parts with one name contain the given value: a string as it is, other values as
/// JSON, and a list as one part or one part per item.
fn holds(given: &Value, found: &[&[u8]]) -> bool {
    let is = |given: &Value, bytes: &[u8]| {
        let scalar = !given.is_object() && !given.is_array();
        let says = || std::str::from_utf8(bytes).is_ok_and(|found| style::says(given, found));
        let json = || serde_json::from_slice::<Value>(bytes).is_ok_and(|read| &read == given);
        if scalar { says() } else { json() }
    };
    match (given, found) {
        (Value::Null, []) => true,
        (given, [one]) if is(given, one) => true,
        (Value::Array(items), found) => {
            items.len() == found.len() && items.iter().zip(found).all(|(item, it)| is(item, it))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_contain_plain_text_or_json() {
        assert!(holds(&json!("a"), &[b"a"]) && !holds(&json!("a"), &[b"b"]));
        assert!(holds(&json!({"x": 1}), &[br#"{"x": 1}"#]));
        assert!(holds(&json!(["a", 1]), &[b"a", b"1"]) && holds(&json!(["a"]), &[br#"["a"]"#]));
        assert!(!holds(&json!(["a", "b"]), &[b"a"]) && !holds(&json!("a"), &[]));
        assert!(holds(&json!(5), &[b"5"]) && !holds(&json!(5), &[b"5.0"]));
        assert!(!holds(&json!(1.23e16), &[b"1.23e16"]));
    }
}
