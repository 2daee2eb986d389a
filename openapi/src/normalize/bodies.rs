//! Request bodies: one media type each, of those that the generator has code for.
//!
//! An operation whose body it has no code for is left out, so that the rest of the API has a
//! client at all.

use serde_json::{Map, Value, json};

use super::media::{Rank, rank};
use super::multipart;
use super::query_objects::{self, Shape};
use super::walk::leave_out;
use crate::findings::Findings;
use crate::model::{Body, Content, Facts, listed};
use crate::pointer::below;
use crate::reference;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts, findings: &mut Findings) {
    for operation in listed(document) {
        if ["options", "trace"].contains(&operation.method) {
            let reason = "the generator has no code for its method";
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

/// The body of several parts, with the notes on that, or why there can be none; `None` for a body that is
/// offered as something else too, or not in parts.
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
    // What the generator only passes on is less than parts.
    if ranks.into_iter().any(|rank| rank <= Rank::Text) {
        return Ok(None);
    }
    let (parts, more) = multipart::parts(document, media)
        .map_err(|reason| format!("its body is {chosen}, and {reason}"))?;
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let mut notes = vec![format!("the body is given in parts: {}", names.join(", "))];
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
    let body = Body {
        media_type: "multipart/form-data".to_owned(),
        required: body.get("required") == Some(&json!(true)),
        content: Content::Parts(parts),
    };
    Ok(Some((body, notes)))
}

/// The notes on a body that the generator takes now, and the name that it is sent under, where that
/// is not the one that the generator is told.
#[derive(Debug, Default)]
struct Settled {
    notes: Vec<String>,
    sent_as: Option<String>,
    changed: bool,
}

/// Makes the body one that the generator takes, or says why it cannot be done.
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
        // Without parameters first.
        .filter_map(|(name, media)| Some((rank(document, name, media)?, name.contains(';'), name)))
        .min();
    let Some((rank, _, chosen)) = supported else {
        return Err(format!(
            "its body is {}, which the generator has no code for",
            offered.join(" or ")
        ));
    };
    let chosen = chosen.clone();
    if offered.len() > 1 {
        let others = offered.iter().filter(|name| **name != chosen);
        let others: Vec<&str> = others.map(String::as_str).collect();
        settled.notes.push(format!(
            "the body is sent as {chosen}; the generator takes one media type, left out: {}",
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
        // A pattern of names is none to send.
        if rank != Rank::Form && chosen.contains('*') {
            settled.notes.push(format!(
                "{chosen} is many media types: the body is sent as {}, or as the upload says",
                rank.known()
            ));
        }
        settled.sent_as = (rank != Rank::Form && !chosen.contains('*')).then_some(chosen);
    }
    Ok(settled)
}

/// Removes the encodings of a form that say how its values are written anyway. Returns true if there
/// were any.
fn keep_unusual(document: &Value, media: &mut Map<String, Value>) -> bool {
    let schema = media.get("schema").cloned().unwrap_or_default();
    let Some(Value::Object(encodings)) = media.get_mut("encoding") else {
        return false;
    };
    let before = encodings.len();
    encodings.retain(|name, encoding| {
        let property = query_objects::property(document, &schema, name);
        // A name that the schema does not have says nothing.
        property
            .is_some_and(|property| !is_usual(query_objects::shape(document, &property), encoding))
    });
    encodings.len() < before
}

/// Returns true if an encoding of a property says how a form has it by default: a list is one pair for
/// each item.
fn is_usual(shape: Shape, encoding: &Value) -> bool {
    let keys = encoding.as_object().into_iter().flatten();
    let mut keys = keys.filter(|(key, _)| !key.starts_with("x-"));
    keys.all(|(key, value)| match key.as_str() {
        "style" => value == "form" && [Shape::One, Shape::List].contains(&shape),
        "explode" => shape == Shape::One || (value == true && shape == Shape::List),
        "contentType" => value == "text/plain" && shape == Shape::One,
        // What need not be encoded may be, and only parts have headers.
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
                "its body is {name} with an `encoding`, which the generator has no code for"
            ));
        }
        media.remove("encoding");
        notes.push(format!("`encoding` has no meaning in {name}"));
    }
    let plain = match rank {
        Rank::Binary | Rank::OtherBinary => json!({"type": "string", "format": "binary"}),
        Rank::Text | Rank::OtherText => json!({"type": "string"}),
        Rank::Json | Rank::OtherJson | Rank::Form => {
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
