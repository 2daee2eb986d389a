//! Removes constraints: all of them in responses, and in requests those that types cannot express.

use serde_json::{Map, Value, json};

use super::direction::{Directions, Used};
use super::walk;
use crate::contents::items;
use crate::findings::Findings;
use crate::spec;

/// Returns true if a value can violate a keyword without having another type.
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
    // Strings keep their enum, because its type also accepts unknown values.
    let texts = items(schema.get("enum")).all(|it| it.is_string() || it.is_null());
    if !texts && schema.remove("enum").is_some() {
        lost.push("`enum`".to_owned());
    }
    if !lost.is_empty() {
        findings.note_on(
            pointer,
            format!(
                "the client does not check these keywords in responses: {}",
                lost.join(", ")
            ),
        );
    }
}

fn sent(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    for (limit, reason) in [
        ("pattern", "it would require a regular expression engine"),
        ("not", "Rust types cannot express it"),
    ] {
        if schema.remove(limit).is_some() {
            findings.note_on(
                pointer,
                format!("only the server checks `{limit}` because {reason}"),
            );
        }
    }
    for (flag, limit) in [
        ("exclusiveMaximum", "maximum"),
        ("exclusiveMinimum", "minimum"),
    ] {
        if !schema.contains_key(limit) && schema.remove(flag).is_some() {
            findings.note_on(pointer, format!("`{flag}` without `{limit}` has no effect"));
        }
    }
}

/// Keeps additional properties of an object with named properties. The generator ignores `true`, and
/// generates a field for a schema.
fn rest(schema: &mut Map<String, Value>) {
    if schema.get("additionalProperties") == Some(&json!(true)) && schema.contains_key("properties")
    {
        schema.insert("additionalProperties".to_owned(), json!({}));
    }
}

/// Removes `format: float`. 19.99 is not a 32-bit number, and the closest one has many more digits.
fn float(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    if schema.get("format").is_some_and(|format| format == "float") {
        schema.remove("format");
        findings.note_on(
            pointer,
            "`format: float` is read as a 64-bit number so that no digits are lost",
        );
    }
}

/// Removes the default, because the generated code would send it if a value is missing in a request, and
/// would add it to responses without the value.
fn default(schema: &mut Map<String, Value>, pointer: &str, findings: &mut Findings) {
    if let Some(default) = schema.remove("default") {
        findings.note_on(
            pointer,
            format!("the server applies the default {default}, and the client does not send it"),
        );
    }
}
