//! Handing the answers that are no success to the client.
//!
//! The generator takes at most one error type an operation, and gives status and headers of an
//! answer away when it does not have the shape of that type. An answer that is not declared
//! arrives whole instead, so that the client can read all of them in one way, once for all
//! operations.

use serde_json::Value;

use crate::findings::Findings;
use crate::spec::{Kind, Shape};

/// Removes every answer that is no success from the operations that a client can call.
pub(crate) fn hand_over(document: &mut Value, findings: &mut Findings) {
    findings.trail.push("paths");
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (path, item) in paths.iter_mut().filter(|(path, _)| path.starts_with('/')) {
            findings.trail.push(path);
            let methods = Kind::PathItem.fields().iter();
            for method in methods.filter(|field| field.shape == Shape::Node(Kind::Operation)) {
                if let Some(operation) = item.get_mut(method.name) {
                    findings.trail.push(method.name);
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
    let mut handed_over = Vec::new();
    let mut successes = 0;
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        responses.retain(|status, _| {
            if status.starts_with("x-") {
                return true;
            }
            let success = status.starts_with('2');
            if success {
                successes += 1;
            } else {
                handed_over.push(status.clone());
            }
            success
        });
    }
    if successes == 0 {
        findings.problem_at(
            "responses",
            "the operation declares no answer that is a success",
            "declare it (2XX) with an overlay action",
        );
    } else if !handed_over.is_empty() {
        handed_over.sort();
        findings.note(format!(
            "left to the client, which reads every answer that is no success itself: {}",
            handed_over.join(", ")
        ));
    }
}
