//! Determines the actual version of a document, which may differ from its `openapi` field.

use serde_json::{Value, json};

use crate::contents::members;
use crate::findings::Findings;
use crate::spec::{Kind, Place, Version, schemas};

/// Returns the version that the document is read as, or `None` if the version is unknown.
pub(super) fn repair(document: &mut Value, findings: &mut Findings) -> Option<Version> {
    let stated = match document.get("openapi")? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let full = match stated.as_str() {
        "3.0" | "3" => "3.0.3",
        "3.1" => "3.1.0",
        other => other,
    };
    let mut version = Version::of(full)?;
    let mut full = full.to_owned();
    if version == Version::V30 && speaks_3_1(document) {
        findings.note_at(
            "openapi",
            "the document is read as OpenAPI 3.1 because its schemas use keywords of 3.1",
        );
        version = Version::V31;
        "3.1.0".clone_into(&mut full);
    } else if document.get("openapi") != Some(&json!(full)) {
        findings.note_at("openapi", format!("the version is read as {full}"));
    }
    document["openapi"] = json!(full);
    Some(version)
}

/// Returns true if a schema uses a keyword of 3.1, or uses a keyword as in 3.1.
fn speaks_3_1(document: &Value) -> bool {
    let mut found = false;
    schemas(document, &mut |schema, at| {
        // These are dropped if the document is read as OpenAPI 3.0.
        if at.starts_with("/webhooks/") {
            return;
        }
        found |= members(Some(schema)).any(|(key, value)| match key.as_str() {
            "type" => value.is_array() || value == "null",
            "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
            // Examples do not matter.
            "examples" | "$comment" => false,
            key => Kind::Schema.place(key, Version::V30) == Place::OtherVersion,
        });
    });
    found
}
