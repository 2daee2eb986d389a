//! Handing the answers that are no success to the client.
//!
//! The generator takes at most one error type an operation, and gives status and headers of an
//! answer away when it does not have the shape of that type. An answer that is not declared
//! arrives whole instead, so that the client can read all of them in one way, once for all
//! operations.

use serde_json::{Map, Value, json};

use crate::findings::Findings;
use crate::model::{Listed, listed};

/// Removes every answer that is no success from the operations that a client can call.
pub(crate) fn remove(document: &mut Value, findings: &mut Findings) {
    for Listed { pointer, .. } in listed(document) {
        if let Some(Value::Object(operation)) = document.pointer_mut(&pointer) {
            keep_successes(operation, |note| findings.note_on(&pointer, note));
        }
    }
}

fn keep_successes(operation: &mut Map<String, Value>, mut note: impl FnMut(String)) {
    // 3.1 lets an operation say nothing of its answers.
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
            "left to the client, which reads every answer that is no success itself: {}",
            handed_over.join(", ")
        ));
    }
}

const ANY_SUCCESS: &str = "2XX";

/// What an operation answers that declares no success: `default` is about every status that is not
/// declared, so of these too. Without it nothing is promised.
fn success(responses: &mut Map<String, Value>, note: &mut impl FnMut(String)) -> Value {
    if let Some(default) = responses.remove("default") {
        note(
            "no success is declared, `default` is about every other answer, successes too"
                .to_owned(),
        );
        return default;
    }
    note("no success is declared, one without content is what is expected".to_owned());
    json!({"description": "Success."})
}
