//! Handing the answers that are no success to the client.
//!
//! The generator takes at most one error type an operation, and gives status and headers of an
//! answer away when it does not have the shape of that type. An answer that is not declared
//! arrives whole instead, so that the client can read all of them in one way, once for all
//! operations.

use serde_json::{Map, Value, json};

use crate::findings::Findings;
use crate::spec::methods;

/// Removes every answer that is no success from the operations that a client can call.
pub(crate) fn hand_over(document: &mut Value, findings: &mut Findings) {
    findings.trail.push("paths");
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (path, item) in paths.iter_mut().filter(|(path, _)| path.starts_with('/')) {
            findings.trail.push(path);
            for method in methods() {
                if let Some(operation) = item.get_mut(method) {
                    findings.trail.push(method);
                    keep_successes(operation, findings);
                    findings.trail.pop();
                }
            }
            findings.trail.pop();
        }
    }
    findings.trail.pop();
}

fn keep_successes(operation: &mut Value, findings: &mut Findings) {
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    // 3.1 lets an operation say nothing of its answers.
    let responses = operation
        .entry("responses")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(responses) = responses else {
        return;
    };
    if !responses.keys().any(|status| status.starts_with('2')) {
        let success = success(responses, findings);
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
        findings.note(format!(
            "left to the client, which reads every answer that is no success itself: {}",
            handed_over.join(", ")
        ));
    }
}

const ANY_SUCCESS: &str = "2XX";

/// What an operation answers that declares no success: `default` is about every status that is not
/// declared, so of these too. Without it nothing is promised.
fn success(responses: &mut Map<String, Value>, findings: &mut Findings) -> Value {
    if let Some(default) = responses.remove("default") {
        findings
            .note("no success is declared, `default` is about every other answer, successes too");
        return default;
    }
    findings.note("no success is declared, one without content is what is expected");
    json!({"description": "Success."})
}
