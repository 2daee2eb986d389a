//! Error responses in the format that the document specifies.

use serde_json::{Map, Value, json};
use trackstar_openapi::media_type::is_json;
use trackstar_openapi::model::Operation;

use crate::contract::Contract;
use crate::instance::{self, Mode};

/// Returns the body of an error. It has the fields `error`, `detail` and `origin`, provided that
/// the schema allows them.
pub(crate) fn body(
    contract: &Contract,
    operation: Option<&Operation>,
    status: u16,
    error: &str,
    detail: Option<&Value>,
) -> Value {
    let document = contract.document();
    let response = operation.and_then(|it| it.failure(status));
    let media = response.and_then(|it| document.content(it));
    let media = media.filter(|it| is_json(document.media_type(it)));
    let schema = media.and_then(|it| it.schema.as_deref());
    let shape = |detail: bool, origin: bool, value: Option<&Value>| {
        let mut fields = Map::new();
        fields.insert("error".to_owned(), json!(error));
        if let Some(value) = value.filter(|_| detail) {
            fields.insert("detail".to_owned(), value.clone());
        }
        if origin {
            fields.insert("origin".to_owned(), json!("trackstar"));
        }
        Value::Object(fields)
    };
    let full = shape(true, true, detail);
    let Some(schema) = schema else {
        return full;
    };
    // The schema might not have all of these fields.
    let less = [(true, true), (true, false), (false, true), (false, false)];
    let shapes = less.map(|(with_detail, origin)| shape(with_detail, origin, detail));
    let made = [Mode::Full, Mode::Minimal]
        .into_iter()
        .filter_map(|mode| instance::instance(contract.value(), schema, mode, 0).ok())
        .map(|it| it.value);
    let mut candidates = shapes.into_iter().chain(made);
    candidates
        .find(|it| contract.fits(schema, it))
        .unwrap_or(full)
}

/// Returns the default error message for a status code.
pub(crate) fn text(status: u16) -> &'static str {
    match status {
        400 => "Bad request.",
        401 => "Invalid API key or access token.",
        403 => "This endpoint is disabled for this connection.",
        404 => "Not found.",
        405 => "Method not allowed.",
        409 => "Conflict.",
        422 => "Validation error.",
        429 => "Too many requests.",
        501 => "This integration does not implement the endpoint.",
        502 => "Bad gateway.",
        503 => "Service unavailable.",
        504 => "Gateway timeout.",
        _ if status < 500 => "The request was rejected.",
        _ => "Internal server error.",
    }
}
