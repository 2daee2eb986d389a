//! Request bodies: one media type each, of those that the generator has code for.
//!
//! An operation whose body it has no code for is left out, so that the rest of the API has a
//! client at all.

use serde_json::{Map, Value, json};

use super::multipart;
use super::walk::{self, Operation, below};
use crate::findings::Findings;

pub(super) fn cure(document: &mut Value, findings: &mut Findings) {
    for operation in walk::operations(document) {
        if ["options", "trace"].contains(&operation.method) {
            let reason = "the generator has no code for its method";
            leave_out(document, &operation, reason, findings);
            continue;
        }
        let pointer = below(&operation.pointer, &["requestBody"]);
        let Some((_, body)) = walk::resolve(document, &pointer) else {
            continue;
        };
        let mut body = body.clone();
        match parts(document, &body) {
            Ok(None) => {}
            Ok(Some((parts, notes))) => {
                if let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer) {
                    fields.remove("requestBody");
                    fields.insert(multipart::KEY.to_owned(), parts);
                }
                for note in notes {
                    findings.note_on(&pointer, note);
                }
                continue;
            }
            Err(reason) => {
                leave_out(document, &operation, &reason, findings);
                continue;
            }
        }
        match settle(&mut body) {
            Ok(notes) if notes.is_empty() => {}
            Ok(notes) => {
                // Others may share the component, and what is changed here need not fit them.
                if let Some(place) = document.pointer_mut(&pointer) {
                    *place = body;
                }
                for note in notes {
                    findings.note_on(&pointer, note);
                }
            }
            Err(reason) => leave_out(document, &operation, &reason, findings),
        }
    }
}

/// What stands on the operation for a body of several parts, with the notes on that, or why nothing
/// can; `None` for a body that is offered as something else too, or not in parts.
fn parts(document: &Value, body: &Value) -> Result<Option<(Value, Vec<String>)>, String> {
    let Some(Value::Object(content)) = body.get("content") else {
        return Ok(None);
    };
    let Some((chosen, media)) = content.iter().find(|(name, _)| multipart::is(name)) else {
        return Ok(None);
    };
    if content.keys().any(|name| rank(name).is_some()) {
        return Ok(None);
    }
    let (mut parts, more) = multipart::parts(document, media)
        .map_err(|reason| format!("its body is {chosen}, and {reason}"))?;
    if body.get("required") == Some(&json!(true)) {
        parts["required"] = json!(true);
    }
    let operation = json!({ (multipart::KEY): &parts });
    let names: Vec<&str> = multipart::names(Some(&operation)).collect();
    let mut notes = vec![format!(
        "the body is given in parts, as `{}`: {}",
        multipart::KEY,
        names.join(", ")
    )];
    let others: Vec<&str> = content
        .keys()
        .filter(|name| *name != chosen)
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        notes.push(format!(
            "the body is sent as {chosen}, left out: {}",
            others.join(", ")
        ));
    }
    notes.extend(more);
    Ok(Some((parts, notes)))
}

/// Makes the body one that the generator takes. The notes on that, or why it cannot be done.
fn settle(body: &mut Value) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    let Some(Value::Object(content)) = body.get_mut("content") else {
        return Ok(notes);
    };
    let offered: Vec<String> = content.keys().cloned().collect();
    if offered.is_empty() {
        return Ok(notes);
    }
    let supported = offered
        .iter()
        .filter_map(|name| Some((rank(name)?, name)))
        .min();
    let Some((rank, chosen)) = supported else {
        return Err(format!(
            "its body is {}, which the generator has no code for",
            offered.join(" or ")
        ));
    };
    if offered.len() > 1 {
        let others = offered.iter().filter(|name| *name != chosen);
        let others: Vec<&str> = others.map(String::as_str).collect();
        notes.push(format!(
            "the body is sent as {chosen}; the generator takes one media type, left out: {}",
            others.join(", ")
        ));
        content.retain(|name, _| name == chosen);
    }
    if let Some(Value::Object(media)) = content.get_mut(chosen) {
        notes.extend(media_type(rank, chosen, media)?);
    }
    Ok(notes)
}

fn media_type(rank: u8, name: &str, media: &mut Map<String, Value>) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    if media.get("encoding").is_some_and(|of| of != &json!({})) {
        if rank == FORM {
            return Err(format!(
                "its body is {name} with an `encoding`, which the generator has no code for"
            ));
        }
        media.remove("encoding");
        notes.push(format!("`encoding` has no meaning in {name}"));
    }
    let plain = match rank {
        BINARY => json!({"type": "string", "format": "binary"}),
        TEXT => json!({"type": "string"}),
        _ => {
            if !media.contains_key("schema") {
                media.insert("schema".to_owned(), json!({}));
                notes.push(format!("{name} without a schema is any value"));
            }
            return Ok(notes);
        }
    };
    if media.get("schema") != Some(&plain) {
        media.insert("schema".to_owned(), plain);
        notes.push(format!(
            "{name} is sent as it is given, whatever its schema"
        ));
    }
    Ok(notes)
}

const FORM: u8 = 2;
const BINARY: u8 = 3;
const TEXT: u8 = 4;

/// The media types that the generator has code for, the best first.
fn rank(name: &str) -> Option<u8> {
    match name.split(';').next()? {
        "application/json" if name == "application/json" => Some(0),
        "application/json" => Some(1),
        "application/x-www-form-urlencoded" => Some(FORM),
        "application/octet-stream" => Some(BINARY),
        "text/plain" | "text/x-markdown" => Some(TEXT),
        _ => None,
    }
}

fn leave_out(document: &mut Value, operation: &Operation, reason: &str, findings: &mut Findings) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    if let Some(Value::Object(item)) = paths.get_mut(&operation.path) {
        item.remove(operation.method);
        if walk::methods().all(|method| !item.contains_key(method)) {
            paths.remove(&operation.path);
        }
    }
    findings.note_on(
        &operation.pointer,
        format!(
            "{} {} is left out: {reason}",
            operation.method.to_uppercase(),
            operation.path
        ),
    );
}
