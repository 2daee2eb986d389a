//! Support for the `Prefer` header (RFC 7240), for example `code=404` or `example=empty`.

use serde_json::{Value, json};
use trackstar_openapi::media_type::is_json;
use trackstar_openapi::model::Operation;
use trackstar_openapi::pointer::below;
use trackstar_openapi::reference::resolve;

use crate::answer::Answer;
use crate::contract::Contract;
use crate::request::Request;

/// Returns the response that a request prefers. If the document doesn't have it, this returns an
/// error response. If the request doesn't have a preference, this returns `None`.
pub(crate) fn preferred(
    contract: &Contract,
    operation: &Operation,
    request: &Request,
) -> Option<Answer> {
    let code = preference(request, "code");
    let status = match code.as_deref().map(str::parse::<u16>) {
        Some(Ok(status)) if (200..600).contains(&status) => Some(status),
        Some(_) => return Some(refusal("Prefer: code must be a status from 200 to 599.")),
        None => None,
    };
    let Some(name) = preference(request, "example") else {
        return status.map(Answer::status);
    };
    let found = example_of(contract, operation, code.as_deref(), &name);
    let none = || refusal("Prefer: the document has no such example here.");
    Some(found.unwrap_or_else(none))
}

fn refusal(text: &str) -> Answer {
    Answer::json(400, json!({"error": text, "origin": "trackstar"}))
}

fn preference(request: &Request, name: &str) -> Option<String> {
    let headers = request.headers.iter().filter(|(own, _)| own == "prefer");
    let mut preferences = headers.flat_map(|(_, value)| value.split([',', ';']));
    preferences.find_map(|preference| {
        let (own, value) = preference.split_once('=')?;
        let named = own.trim().eq_ignore_ascii_case(name);
        named.then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// Returns the example with this name. If more than one response has it, the first one is used.
fn example_of(
    contract: &Contract,
    operation: &Operation,
    code: Option<&str>,
    name: &str,
) -> Option<Answer> {
    let document = contract.value();
    let responses = below(&operation.pointer, &["responses"]);
    let all = document.pointer(&responses)?.as_object()?;
    let wanted = all
        .keys()
        .filter(|own| code.is_none_or(|code| code == own.as_str()));
    wanted.into_iter().find_map(|status| {
        let (pointer, response) = resolve(document, &below(&responses, &[status]))?;
        let types = response.get("content")?.as_object()?.keys();
        types.into_iter().find_map(|kind| {
            let at = below(&pointer, &["content", kind, "examples", name]);
            let (_, example) = resolve(document, &at)?;
            let value = example.get("value")?;
            let body = match value {
                Value::String(text) if !is_json(kind) => text.clone(),
                value => value.to_string(),
            };
            // `2XX` and `default` stand for more than one status code.
            let status = status.parse().unwrap_or(200);
            Some(Answer::content(status, kind.as_str(), body))
        })
    })
}
