//! Unites several success responses, because the generator supports one type for all of them.

use serde_json::{Value, json};

use super::casing::pascal;
use super::hoist::ComponentNames;
use super::media;
use crate::contents::{items, keys};
use crate::findings::Findings;
use crate::media_type::{essence, is_any};
use crate::model::{Facts, Listed, listed, read_bodies};
use crate::pointer::below;
use crate::reference;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts, findings: &mut Findings) {
    let operations = listed(document);
    let chosen: Vec<Vec<Chosen>> = operations
        .iter()
        .map(|operation| choose_all(document, operation, findings))
        .collect();
    for pointer in read_bodies(document) {
        complete(document, &pointer, findings);
    }
    let mut names = ComponentNames::of(document);
    for (operation, chosen) in operations.into_iter().zip(chosen) {
        let pointer = below(&operation.pointer, &["responses"]);
        let statuses: Vec<String> = chosen.iter().map(|(status, _)| status.clone()).collect();
        let empty = statuses
            .iter()
            .filter(|status| body(document, &below(&pointer, &[status])) == SuccessBody::None);
        let mut empty: Vec<String> = empty.cloned().collect();
        if statuses.len() > 1 {
            let id = document.pointer(&below(&operation.pointer, &["operationId"]));
            let name = format!(
                "{}Success",
                pascal(id.and_then(Value::as_str).unwrap_or("x"))
            );
            unite(document, &mut names, &pointer, &statuses, &name, findings);
        }
        let has_content = |status: &String| {
            let pointer = below(&pointer, &[status]);
            body(document, &pointer) != SuccessBody::None
        };
        empty.retain(has_content);
        let kept = document.pointer(&pointer).and_then(Value::as_object);
        let kept = chosen.into_iter().filter(|(status, _)| {
            !empty.contains(status) && kept.is_some_and(|kept| kept.contains_key(status))
        });
        let mut accept: Vec<String> = Vec::new();
        for name in kept.flat_map(|(_, names)| names) {
            if !accept.contains(&name) {
                accept.push(name);
            }
        }
        if accept == [JSON] {
            accept.clear();
        }
        let fact = facts.entry(operation.pointer).or_default();
        (fact.accept, fact.empty) = (accept, empty);
    }
}

/// The status of a success response, and the media types to request for it.
type Chosen = (String, Vec<String>);

/// Chooses the content of each success response of an operation.
fn choose_all(document: &mut Value, operation: &Listed, findings: &mut Findings) -> Vec<Chosen> {
    let pointer = below(&operation.pointer, &["responses"]);
    let statuses = keys(document.pointer(&pointer));
    let statuses = statuses.filter(|status| status.starts_with('2')).cloned();
    let statuses: Vec<String> = statuses.collect();
    let mut chosen = Vec::new();
    for status in statuses {
        let pointer = below(&pointer, &[&status]);
        if operation.method == "head" || ["204", "205"].contains(&status.as_str()) {
            media::leave_out(document, &pointer, findings);
        }
        let names = choose(document, &pointer, findings);
        chosen.push((status, names));
    }
    chosen
}

const JSON: &str = "application/json";

/// Chooses the content of a response, and returns the media types to request.
///
/// The choice is `application/json`, or else the first other JSON media type, which then replaces it.
/// Without JSON every media type is read as raw bytes.
fn choose(document: &mut Value, pointer: &str, findings: &mut Findings) -> Vec<String> {
    let content = reference::resolve(document, pointer)
        .and_then(|(_, response)| response.get("content")?.as_object());
    let Some(content) = content else {
        return Vec::new();
    };
    let mut names = content.iter();
    let own = names.find(|(name, _)| is_json(name));
    let mut names = content.iter();
    let other = names.find(|(name, media)| media::is_json(document, name, media));
    let Some((chosen, media)) = own.or(other) else {
        let names = content.keys().map(String::as_str);
        let names = names.filter_map(asked_for).collect();
        media::as_bytes(document, pointer, findings);
        return names;
    };
    let left_out: Vec<&str> = content.keys().map(String::as_str).collect();
    let left_out: Vec<&str> = left_out.into_iter().filter(|it| it != chosen).collect();
    let mut notes = Vec::new();
    if own.is_none() {
        notes.push(format!("{chosen} is read as JSON"));
    }
    if !left_out.is_empty() {
        let left_out = left_out.join(", ");
        notes.push(format!("the client requests {chosen} and not {left_out}"));
    }
    let accept = match asked_for(chosen) {
        Some(name) if own.is_none() && !is_any(&name) => name,
        _ => JSON.to_owned(),
    };
    if !notes.is_empty() {
        let name = if own.is_none() { JSON } else { chosen };
        let content = json!({ (name): media });
        media::change(document, pointer, |_, response| {
            response["content"] = content;
            Some(())
        });
        findings.note_on(pointer, notes.join("; "));
    }
    vec![accept]
}

/// Returns a media type for the `Accept` header, or `None` if the text is not a media type.
fn asked_for(name: &str) -> Option<String> {
    let plain = name.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    (plain && essence(name).contains('/')).then(|| name.trim().to_owned())
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.starts_with("application/json;")
}

/// Adds a schema to JSON without one, and removes encodings, which are ignored.
fn complete(document: &mut Value, pointer: &str, findings: &mut Findings) {
    let Some((pointer, _)) = reference::resolve(document, pointer) else {
        return;
    };
    let content = document.pointer_mut(&below(&pointer, &["content"]));
    for (name, media) in content.and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(media) = media.as_object_mut().filter(|_| is_json(name)) else {
            continue;
        };
        let place = below(&pointer, &["content", name]);
        if media.remove("encoding").is_some_and(|of| of != json!({})) {
            findings.note_on(&place, "`encoding` has no effect in JSON");
        }
        if !media.contains_key("schema") {
            media.insert("schema".to_owned(), json!({}));
            findings.note_on(&place, "the JSON has no schema, so any value is accepted");
        }
    }
}

/// The representation of a response in the generator.
#[derive(PartialEq)]
enum SuccessBody {
    Typed(Value),
    Raw,
    None,
}

fn body(document: &Value, pointer: &str) -> SuccessBody {
    let response = reference::resolve(document, pointer);
    let content = response.and_then(|(_, response)| response.get("content")?.as_object());
    match content {
        Some(content) if !content.is_empty() => content
            .iter()
            .find(|(name, _)| is_json(name))
            .and_then(|(_, media)| media.get("schema").cloned())
            .map_or(SuccessBody::Raw, SuccessBody::Typed),
        _ => SuccessBody::None,
    }
}

fn unite(
    document: &mut Value,
    names: &mut ComponentNames,
    pointer: &str,
    statuses: &[String],
    name: &str,
    findings: &mut Findings,
) {
    let (mut kept, mut schemas) = (Vec::new(), Vec::new());
    let (mut raw, mut nothing) = (Vec::new(), Vec::new());
    for status in statuses {
        match body(document, &below(pointer, &[status])) {
            SuccessBody::Typed(schema) => {
                kept.push(status.as_str());
                if !schemas.contains(&schema) {
                    schemas.push(schema);
                }
            }
            SuccessBody::Raw => raw.push(status.as_str()),
            SuccessBody::None => nothing.push(status.as_str()),
        }
    }
    if kept.is_empty() {
        // An empty body is valid as bytes.
        for status in nothing.iter().filter(|_| !raw.is_empty()) {
            media::change(document, &below(pointer, &[status]), |_, response| {
                response["content"] = json!({ "application/octet-stream": {} });
                Some(())
            });
        }
        return;
    }
    if !raw.is_empty() {
        if let Some(Value::Object(responses)) = document.pointer_mut(pointer) {
            responses.retain(|status, _| !raw.contains(&status.as_str()));
        }
        findings.note_on(
            pointer,
            format!(
                "the generator supports one type for all success responses, so JSON is kept and these are dropped: {}",
                raw.join(", ")
            ),
        );
    }
    let typed = Typed {
        kept,
        nothing,
        schemas,
    };
    typed.unite(document, names, pointer, name, findings);
}

/// The success responses with types, and those without content.
struct Typed<'a> {
    kept: Vec<&'a str>,
    nothing: Vec<&'a str>,
    schemas: Vec<Value>,
}

impl Typed<'_> {
    /// Unites the types of all responses.
    fn unite(
        self,
        document: &mut Value,
        names: &mut ComponentNames,
        pointer: &str,
        name: &str,
        findings: &mut Findings,
    ) {
        let Self {
            kept,
            nothing,
            mut schemas,
        } = self;
        let alike = schemas.len() == 1;
        // References to a component have the same type. An inline schema becomes a type at each location.
        let is_reference = |schema: &Value| schema.get("$ref").is_some() || is_optional(schema);
        let by_name = alike && schemas.iter().any(is_reference);
        if (kept.len() < 2 || by_name) && nothing.is_empty() {
            return;
        }
        let schema = if by_name {
            schemas.remove(0)
        } else {
            let schema = if alike {
                schemas.remove(0)
            } else {
                json!({ "anyOf": schemas })
            };
            let Some(reference) = names.hoist(document, name, schema) else {
                return;
            };
            let any = if alike {
                "their schema"
            } else {
                "the union of their schemas"
            };
            findings.note_on(
            pointer,
            format!(
                "the generator supports one type for all success responses, so the type of {} is {any}, `{reference}`",
                kept.join(", ")
            ),
        );
            json!({ "$ref": reference })
        };
        let schema = if nothing.is_empty() || is_optional(&schema) {
            schema
        } else {
            json!({ "nullable": true, "allOf": [schema] })
        };
        for status in kept.iter().chain(&nothing) {
            give(document, &below(pointer, &[status]), &schema);
        }
        if !nothing.is_empty() {
            findings.note_on(
                pointer,
                format!(
                    "the generator supports one type for all success responses, so the value is `None` for {}",
                    nothing.join(", ")
                ),
            );
        }
    }
}

/// Returns true if a schema is a reference or null, as in responses that may be empty.
fn is_optional(schema: &Value) -> bool {
    let parts = items(schema.get("allOf"));
    matches!(parts.as_slice(), [one] if one.get("$ref").is_some())
        && schema.get("nullable") == Some(&json!(true))
        && schema.as_object().is_some_and(|it| it.len() == 2)
}

/// Replaces the schema of one response of one operation without changing others that share the component.
/// A response without content gets some.
fn give(document: &mut Value, pointer: &str, schema: &Value) {
    media::change(document, pointer, |_, response| {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        match content.filter(|content| !content.is_empty()) {
            Some(content) => {
                let json = content.iter_mut().filter(|(name, _)| is_json(name));
                json.for_each(|(_, media)| media["schema"] = schema.clone());
            }
            None => response["content"] = json!({ "application/json": { "schema": schema } }),
        }
        Some(())
    });
}
