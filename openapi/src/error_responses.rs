//! Removes error responses from operations.
//!
//! The generator supports at most one error type for each operation, and discards the status code and
//! the headers of a response that does not match that type. A response that is not declared is
//! returned unchanged instead, so the client decodes the error responses of all operations in one
//! place.

use serde_json::{Map, Value, json};

use crate::findings::Findings;
use crate::model::{Listed, listed};

/// Removes every error response from the operations that a client can call.
pub(crate) fn remove(document: &mut Value, findings: &mut Findings) {
    for Listed { pointer, .. } in listed(document) {
        if let Some(Value::Object(operation)) = document.pointer_mut(&pointer) {
            keep_successes(operation, |note| findings.note_on(&pointer, note));
        }
    }
}

fn keep_successes(operation: &mut Map<String, Value>, mut note: impl FnMut(String)) {
    // OpenAPI 3.1 allows operations without `responses`.
    let responses = operation
        .entry("responses")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(responses) = responses else {
        return;
    };
    if !responses.keys().any(|status| status.starts_with('2')) {
        let success = success(responses, &mut note);
        responses.insert(ANY_SUCCESS.to_owned(), success);
    }
    let mut handed_over = Vec::new();
    responses.retain(|status, _| {
        let kept = status.starts_with("x-") || status.starts_with('2');
        if !kept {
            handed_over.push(status.clone());
        }
        kept
    });
    if !handed_over.is_empty() {
        handed_over.sort();
        note(format!(
            "the client decodes these error responses itself, without generated types: {}",
            handed_over.join(", ")
        ));
    }
}

const ANY_SUCCESS: &str = "2XX";

/// Returns the success response of an operation that declares none.
///
/// `default` describes every status that is not declared, so it describes success too. Without it the
/// document makes no statement about the content.
fn success(responses: &mut Map<String, Value>, note: &mut impl FnMut(String)) -> Value {
    if let Some(default) = responses.remove("default") {
        note(
            "the operation declares no success response, so `default` describes success too"
                .to_owned(),
        );
        return default;
    }
    note("the operation declares no success response, so the client expects no content".to_owned());
    json!({"description": "Success."})
}
