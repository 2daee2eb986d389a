//! Reduces each request body to one media type that the generator supports.
//!
//! An operation without such a media type is removed, so that the rest of the API can be generated.

use serde_json::{Map, Value, json};

use super::media::{Rank, rank};
use super::multipart;
use super::query_objects::{self, QueryShape};
use super::walk::leave_out;
use crate::findings::Findings;
use crate::model::{Body, Content, Facts, listed};
use crate::pointer::below;
use crate::reference;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts, findings: &mut Findings) {
    for operation in listed(document) {
        if ["options", "trace"].contains(&operation.method) {
            let reason = "the generator does not support the method";
            leave_out(document, &operation, reason, findings);
            continue;
        }
        let pointer = below(&operation.pointer, &["requestBody"]);
        let Some((_, body)) = reference::resolve(document, &pointer) else {
            continue;
        };
        let mut body = body.clone();
        match parts(document, &body) {
            Ok(None) => {}
            Ok(Some((parts, notes))) => {
                if let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer) {
                    fields.remove("requestBody");
                }
                facts.entry(operation.pointer).or_default().parts = Some(parts);
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
        match settle(document, &mut body) {
            Ok(Settled { changed: false, .. }) => {}
            Ok(Settled { notes, sent_as, .. }) => {
                facts.entry(operation.pointer).or_default().sent_as = sent_as;
                // Other operations may share the component, and the changes may not be valid for them.
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

/// Returns the multipart body with its notes.
///
/// Returns `None` if the body is not multipart or has a better media type, and an error with the reason
/// if the parts are not supported.
fn parts(document: &Value, body: &Value) -> Result<Option<(Body, Vec<String>)>, String> {
    let Some(Value::Object(content)) = body.get("content") else {
        return Ok(None);
    };
    let Some((chosen, media)) = content.iter().find(|(name, _)| multipart::is(name)) else {
        return Ok(None);
    };
    let ranks = content
        .iter()
        .filter_map(|(name, media)| rank(document, name, media));
    // Parts are better than media types that the generator only passes through.
    if ranks.into_iter().any(|rank| rank <= Rank::Text) {
        return Ok(None);
    }
    let (parts, more) = multipart::parts(document, media)
        .map_err(|reason| format!("its body of type {chosen} {reason}"))?;
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let mut notes = vec![format!(
        "each part of the body is an argument: {}",
        names.join(", ")
    )];
    let others: Vec<&str> = content
        .keys()
        .filter(|name| *name != chosen)
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        notes.push(format!(
            "the client sends the body as {chosen} and not as {}",
            others.join(", ")
        ));
    }
    notes.extend(more);
    let body = Body {
        media_type: "multipart/form-data".to_owned(),
        required: body.get("required") == Some(&json!(true)),
        content: Content::Parts(parts),
        media: Vec::new(),
    };
    Ok(Some((body, notes)))
}

/// A normalized body.
///
/// `sent_as` is the media type on the wire, if the generator gets a different one.
#[derive(Debug, Default)]
struct Settled {
    notes: Vec<String>,
    sent_as: Option<String>,
    changed: bool,
}

/// Reduces a body to a media type that the generator supports, or returns the reason why it cannot.
fn settle(document: &Value, body: &mut Value) -> Result<Settled, String> {
    let mut settled = Settled::default();
    let Some(Value::Object(content)) = body.get_mut("content") else {
        return Ok(settled);
    };
    let offered: Vec<String> = content.keys().cloned().collect();
    if offered.is_empty() {
        return Ok(settled);
    }
    let supported = content
        .iter()
        // Prefer media types without parameters.
        .filter_map(|(name, media)| Some((rank(document, name, media)?, name.contains(';'), name)))
        .min();
    let Some((rank, _, chosen)) = supported else {
        return Err(format!(
            "its body has the type {}, which the generator does not support",
            offered.join(" or ")
        ));
    };
    let chosen = chosen.clone();
    if offered.len() > 1 {
        let others = offered.iter().filter(|name| **name != chosen);
        let others: Vec<&str> = others.map(String::as_str).collect();
        settled.notes.push(format!(
            "the client sends the body as {chosen} and not as {} because the generator supports one media type",
            others.join(", ")
        ));
        content.retain(|name, _| *name == chosen);
    }
    if let Some(Value::Object(media)) = content.get_mut(&chosen) {
        if rank == Rank::Form {
            settled.changed = keep_unusual(document, media);
        }
        settled.notes.extend(media_type(rank, &chosen, media)?);
    }
    settled.changed |= !settled.notes.is_empty() || chosen != rank.known();
    if chosen != rank.known()
        && let Some(media) = content.remove(&chosen)
    {
        content.insert(rank.known().to_owned(), media);
        // A media range cannot be sent.
        if rank != Rank::Form && chosen.contains('*') {
            settled.notes.push(format!(
                "{chosen} is a media range, so the client sends the body as {} unless the upload has a media type",
                rank.known()
            ));
        }
        settled.sent_as = (rank != Rank::Form && !chosen.contains('*')).then_some(chosen);
    }
    Ok(settled)
}

/// Removes the encodings of a form that state the default serialization. Returns true if there were any.
fn keep_unusual(document: &Value, media: &mut Map<String, Value>) -> bool {
    let schema = media.get("schema").cloned().unwrap_or_default();
    let Some(Value::Object(encodings)) = media.get_mut("encoding") else {
        return false;
    };
    let before = encodings.len();
    encodings.retain(|name, encoding| {
        let property = query_objects::property(document, &schema, name);
        // An encoding for an unknown property is ignored.
        property
            .is_some_and(|property| !is_usual(query_objects::shape(document, &property), encoding))
    });
    encodings.len() < before
}

/// Returns true if an encoding states the default serialization of forms, in which each item of a list is
/// a separate pair.
fn is_usual(shape: QueryShape, encoding: &Value) -> bool {
    let keys = encoding.as_object().into_iter().flatten();
    let mut keys = keys.filter(|(key, _)| !key.starts_with("x-"));
    keys.all(|(key, value)| match key.as_str() {
        "style" => value == "form" && [QueryShape::One, QueryShape::List].contains(&shape),
        "explode" => shape == QueryShape::One || (value == true && shape == QueryShape::List),
        "contentType" => value == "text/plain" && shape == QueryShape::One,
        // Percent-encoding is always allowed, and only multipart bodies have headers.
        "allowReserved" | "headers" => true,
        _ => false,
    })
}

fn media_type(
    rank: Rank,
    name: &str,
    media: &mut Map<String, Value>,
) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    if media.get("encoding").is_some_and(|of| of != &json!({})) {
        if rank == Rank::Form {
            return Err(format!(
                "its body of type {name} has an `encoding`, which the generator does not support"
            ));
        }
        media.remove("encoding");
        notes.push(format!("`encoding` has no effect in {name}"));
    }
    let plain = match rank {
        Rank::Binary | Rank::OtherBinary => json!({"type": "string", "format": "binary"}),
        Rank::Text | Rank::OtherText => json!({"type": "string"}),
        Rank::Json | Rank::OtherJson | Rank::Form => {
            if !media.contains_key("schema") {
                media.insert("schema".to_owned(), json!({}));
                notes.push(format!("{name} has no schema, so any value is accepted"));
            }
            return Ok(notes);
        }
    };
    if media.get("schema") != Some(&plain) {
        media.insert("schema".to_owned(), plain);
        notes.push(format!(
            "the client sends {name} unchanged and ignores its schema"
        ));
    }
    Ok(notes)
}
