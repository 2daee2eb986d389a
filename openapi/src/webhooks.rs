//! Webhooks, which are requests from the API to its users.
//!
//! A client reads the payload of a webhook like a response body. Until the document is prepared, each
//! payload is therefore the response of a placeholder operation that no client calls. This happens
//! before all other passes, so that payloads are relaxed like responses.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::findings::Findings;
use crate::media_type::is_json;
use crate::model::Facts;
use crate::preparation::Options;
use crate::spec::LEFT_OUT;
use crate::{pointer, reference};

/// Fields with webhooks: the field of OpenAPI 3.1, and an extension that older documents use.
pub const FIELDS: [&str; 2] = ["webhooks", "x-webhooks"];

/// Converts webhooks to placeholder operations if they are requested, and removes them otherwise.
pub(crate) fn settle(
    document: &mut Value,
    facts: &mut Facts,
    options: Options,
    findings: &mut Findings,
) {
    if !options.webhooks {
        let fields = document.as_object_mut();
        if fields.is_some_and(|fields| fields.remove(FIELDS[1]).is_some()) {
            findings.note_on("/x-webhooks", LEFT_OUT);
        }
        return;
    }
    let mut answers = Map::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for field in FIELDS {
        let webhooks = document.get(field).and_then(Value::as_object);
        for (event, item) in webhooks.into_iter().flatten() {
            // The standard field takes precedence.
            if done.contains(event.as_str()) {
                continue;
            }
            let mut path = path(event);
            // The path is taken by an event whose name differs only in characters that were replaced.
            while answers.contains_key(&path) {
                path.push('_');
            }
            if let Some(answer) = answer(document, event, item) {
                let place = pointer::below("/paths", &[&path, "get"]);
                facts.entry(place).or_default().event = Some(event.clone());
                answers.insert(path, answer);
                done.insert(event);
            } else {
                let place = pointer::below("", &[field, event]);
                findings.note_on(&place, "omitted because it has no JSON body");
            }
        }
    }
    let Some(fields) = document.as_object_mut() else {
        return;
    };
    for field in FIELDS {
        fields.remove(field);
    }
    if !answers.is_empty()
        && let Value::Object(paths) = fields.entry("paths").or_insert_with(|| json!({}))
    {
        paths.extend(answers);
    }
}

/// Returns a path that cannot be an operation of the API, because it has an empty segment.
fn path(event: &str) -> String {
    // Braces would declare parameters.
    let name = event.replace(['{', '}', '/'], "_");
    format!("//webhooks/{name}")
}

fn answer(document: &Value, event: &str, item: &Value) -> Option<Value> {
    let item = reference::follow(document, item)?.as_object()?;
    let operations = item.values();
    let operation = operations
        .filter(|it| it.get("requestBody").is_some())
        .find_map(Value::as_object)?;
    let body = reference::follow(document, operation.get("requestBody")?)?;
    let content = body.get("content")?.as_object()?;
    let (_, media) = content.iter().find(|(name, _)| is_json(name))?;
    let mut answer = json!({
        "operationId": format!("webhook_{}", event.replace(|it: char| !it.is_alphanumeric(), "_")),
        "security": [],
        "responses": {"200": {
            "description": "The payload.",
            "content": {"application/json": media},
        }},
    });
    for field in ["summary", "description", "deprecated"] {
        if let Some(value) = operation.get(field) {
            answer[field] = value.clone();
        }
    }
    Some(json!({"get": answer}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(mut document: Value, webhooks: bool) -> (Value, Facts, Vec<String>) {
        let mut facts = Facts::new();
        let mut findings = Findings::new("f");
        let options = Options {
            webhooks,
            ..Options::default()
        };
        settle(&mut document, &mut facts, options, &mut findings);
        let notes = findings.into_notes();
        let notes = notes
            .iter()
            .map(|note| format!("{}: {}", note.pointer, note.text));
        (document, facts, notes.collect())
    }

    fn document() -> Value {
        let body = |schema: &Value| json!({"content": {"application/json": {"schema": schema}}});
        json!({
            "webhooks": {
                "a.b": {"post": {"description": "D", "requestBody": body(&json!({"title": "new"}))}},
                "c": {"$ref": "#/components/pathItems/C"},
            },
            "x-webhooks": {
                "a.b": {"post": {"requestBody": body(&json!({"title": "old"}))}},
                "d/{e}": {"post": {"requestBody": {"content": {"text/plain": {}}}}},
            },
            "components": {
                "pathItems": {"C": {"put": {"requestBody": {"$ref": "#/components/requestBodies/B"}}}},
                "requestBodies": {"B": {"content": {"application/vnd.c+json": {"schema": {}}}}},
            },
        })
    }

    #[test]
    fn requested_webhooks_become_responses() {
        let (document, facts, notes) = settled(document(), true);
        let paths = document["paths"].as_object().expect("paths");
        assert_eq!(
            paths.keys().collect::<Vec<_>>(),
            ["//webhooks/a.b", "//webhooks/c"]
        );
        let one = &paths["//webhooks/a.b"]["get"];
        assert_eq!(one["description"], "D");
        let events = facts.values().map(|fact| fact.event.as_deref());
        assert_eq!(events.collect::<Vec<_>>(), [Some("a.b"), Some("c")]);
        let schema = |path: &str| {
            paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone()
        };
        assert_eq!(schema("//webhooks/a.b"), json!({"title": "new"}));
        assert_eq!(schema("//webhooks/c"), json!({}));
        assert_eq!(
            notes,
            ["/x-webhooks/d~1{e}: omitted because it has no JSON body"]
        );
        assert!(document.get("webhooks").is_none() && document.get("x-webhooks").is_none());
    }

    #[test]
    fn events_with_similar_names_are_all_kept() {
        let hook = json!({"post": {"requestBody": {"content": {"application/json": {}}}}});
        let (_, facts, _) = settled(json!({"webhooks": {"a/b": hook, "a_b": hook}}), true);
        let events = facts.values().map(|fact| fact.event.as_deref());
        assert_eq!(events.collect::<Vec<_>>(), [Some("a/b"), Some("a_b")]);
    }

    #[test]
    fn webhooks_are_omitted_with_a_note_by_default() {
        let (document, _, notes) = settled(document(), false);
        assert!(document.get("paths").is_none() && document.get("x-webhooks").is_none());
        assert!(document.get("webhooks").is_some(), "the downgrade drops it");
        assert_eq!(notes, [format!("/x-webhooks: {LEFT_OUT}")]);
    }
}
