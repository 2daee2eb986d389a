//! What is read is never held to limits, what is sent only to those that a type can have.

use serde_json::{Map, Value, json};

use super::direction::{Directions, Used};
use super::walk;
use crate::findings::Findings;
use crate::spec;

/// Returns true if a value can break what a keyword says without being of another type.
pub(super) fn is_limit(keyword: &str) -> bool {
    keyword == "not" || spec::is_limit(keyword)
}

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    walk::schemas_mut(document, &mut |schema, pointer| {
        let used = directions.at(pointer);
        if let Some(schema) = schema.as_object_mut() {
            if used.read {
                read(schema, pointer, findings);
            } else if used.sent {
                sent(schema, pointer, findings);
            }
            if used != Used::default() {
                rest(schema);
                default(schema, pointer, findings);
                float(schema, pointer, findings);
            }
        }
    });
}

fn read(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    let mut lost: Vec<String> = Vec::new();
    if schema.get("additionalProperties") == Some(&json!(false)) {
        schema.remove("additionalProperties");
        lost.push("`additionalProperties: false`".to_owned());
    }
    let mut limits: Vec<String> = schema.keys().filter(|it| is_limit(it)).cloned().collect();
    limits.sort();
    for limit in limits {
        schema.remove(&limit);
        lost.push(format!("`{limit}`"));
    }
    let values = schema.get("enum").and_then(Value::as_array);
    // Texts keep theirs: their type has room for a value that is not among them.
    let texts = values.is_none_or(|all| all.iter().all(|it| it.is_string() || it.is_null()));
    if !texts && schema.remove("enum").is_some() {
        lost.push("`enum`".to_owned());
    }
    if !lost.is_empty() {
        findings.note_on(
            pointer,
            format!("what is read is not held to {}", lost.join(", ")),
        );
    }
}

fn sent(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    for (limit, reason) in [
        ("pattern", "would need an engine for regular expressions"),
        ("not", "is nothing that a type can say"),
    ] {
        if schema.remove(limit).is_some() {
            findings.note_on(pointer, format!("`{limit}` {reason}, the server checks it"));
        }
    }
    for (flag, limit) in [
        ("exclusiveMaximum", "maximum"),
        ("exclusiveMinimum", "minimum"),
    ] {
        if !schema.contains_key(limit) && schema.remove(flag).is_some() {
            findings.note_on(
                pointer,
                format!("`{flag}` without `{limit}` has no meaning"),
            );
        }
    }
}

/// What an object says to have beside its properties is kept: the generator takes `true` for nothing
/// said, and has a field for the other.
fn rest(schema: &mut Map<String, Value>) {
    if schema.get("additionalProperties") == Some(&json!(true)) && schema.contains_key("properties")
    {
        schema.insert("additionalProperties".to_owned(), json!({}));
    }
}

/// 19.99 is none of the numbers of 32 bits, and the nearest of them is written in many more digits.
fn float(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    if schema.get("format").is_some_and(|format| format == "float") {
        schema.remove("format");
        findings.note_on(
            pointer,
            "`format: float` is a number of 64 bits, so that none is changed",
        );
    }
}

/// Generated as it is, a default would be sent with every request that does not give the value,
/// and read from every answer that does not have it.
fn default(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    if let Some(default) = schema.remove("default") {
        findings.note_on(
            pointer,
            format!("the default {default} is the server's to fill in, the client leaves it out"),
        );
    }
}
