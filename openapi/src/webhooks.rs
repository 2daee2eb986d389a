//! Webhooks, which are requests from the API to its users.
//!
//! A client reads the payload of a webhook like a response body, and the passes treat it as one
//! ([`Listed::bodies`](crate::model::Listed::bodies)). Before all other passes, each webhook is reduced to the payload.

use serde_json::{Map, Value, json};

use crate::contents::members;
use crate::findings::Findings;
use crate::media_type::is_json;
use crate::model::is_method;
use crate::preparation::Options;
use crate::spec::LEFT_OUT;
use crate::{pointer, reference};

/// Fields with webhooks: the field of OpenAPI 3.1, and an extension that older documents use.
pub const FIELDS: [&str; 2] = ["webhooks", "x-webhooks"];

/// Moves all webhooks to the standard field, each with one method and a JSON body, if webhooks are requested.
/// Otherwise, removes the extension. The downgrade removes the standard field.
pub(crate) fn settle(document: &mut Value, options: Options, findings: &mut Findings) {
    let [standard, extension] = FIELDS;
    if !options.webhooks {
        let fields = document.as_object_mut();
        if fields.is_some_and(|fields| fields.remove(extension).is_some()) {
            let note = format!("`{extension}` is {LEFT_OUT}");
            findings.note_on(&pointer::below("", &[extension]), note);
        }
        return;
    }
    let mut settled = Map::new();
    for field in FIELDS {
        for (event, item) in members(document.get(field)) {
            // The standard field takes precedence.
            if settled.contains_key(event) {
                continue;
            }
            if let Some(item) = reduced(document, event, item) {
                settled.insert(event.clone(), item);
            } else {
                let place = pointer::below("", &[field, event]);
                findings.note_on(&place, "the webhook is omitted because it has no JSON body");
            }
        }
    }
    let Some(fields) = document.as_object_mut() else {
        return;
    };
    for field in FIELDS {
        fields.remove(field);
    }
    if !settled.is_empty() {
        fields.insert(standard.to_owned(), Value::Object(settled));
    }
}

/// Returns the path item of a webhook with one method and a JSON body.
fn reduced(document: &Value, event: &str, item: &Value) -> Option<Value> {
    let item = reference::follow(document, item)?.as_object()?;
    let (method, operation) = item
        .iter()
        .find(|(key, it)| is_method(key) && it.get("requestBody").is_some())?;
    let body = reference::follow(document, operation.get("requestBody")?)?;
    let content = body.get("content")?.as_object()?;
    let (_, media) = content.iter().find(|(name, _)| is_json(name))?;
    let mut reduced = json!({
        "operationId": format!("webhook_{}", event.replace(|it: char| !it.is_alphanumeric(), "_")),
        "requestBody": {"content": {"application/json": media}},
    });
    for field in ["summary", "description", "deprecated"] {
        if let Some(value) = operation.get(field) {
            reduced[field] = value.clone();
        }
    }
    Some(json!({ (method): reduced }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Preparation;

    fn settled(mut document: Value, webhooks: bool) -> (Value, Vec<String>) {
        let mut findings = Findings::new("f");
        let options = Options {
            webhooks,
            ..Options::default()
        };
        settle(&mut document, options, &mut findings);
        let notes = findings.into_notes();
        let notes = notes
            .iter()
            .map(|note| format!("{}: {}", note.pointer, note.text));
        (document, notes.collect())
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
    fn requested_webhooks_have_one_method_and_a_json_body() {
        let (document, notes) = settled(document(), true);
        let body = |schema: &Value| json!({"content": {"application/json": {"schema": schema}}});
        let expected = json!({
            "a.b": {"post": {
                "operationId": "webhook_a_b", "description": "D", "requestBody": body(&json!({"title": "new"})),
            }},
            "c": {"put": {"operationId": "webhook_c", "requestBody": body(&json!({}))}},
        });
        assert_eq!(document["webhooks"], expected);
        assert_eq!(
            notes,
            ["/x-webhooks/d~1{e}: the webhook is omitted because it has no JSON body"]
        );
        assert!(document.get("x-webhooks").is_none());
    }

    #[test]
    fn events_with_similar_names_are_all_kept() {
        let hook = json!({"post": {"requestBody": {"content": {"application/json": {}}}}});
        let document = json!({
            "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
            "webhooks": {"a/b": hook, "a_b": hook},
        });
        let prepared = Preparation::of(document).webhooks(true).run();
        let prepared = prepared.expect("the document is in order");
        let [one, other] = prepared.webhooks() else {
            panic!("{:?}", prepared.webhooks());
        };
        assert_eq!((one.event.as_str(), other.event.as_str()), ("a/b", "a_b"));
        assert!(one.id != other.id && one.schema != other.schema);
    }

    #[test]
    fn webhooks_are_omitted_with_a_note_by_default() {
        let (document, notes) = settled(document(), false);
        assert!(document.get("paths").is_none() && document.get("x-webhooks").is_none());
        assert!(document.get("webhooks").is_some(), "the downgrade drops it");
        assert_eq!(notes, [format!("/x-webhooks: `x-webhooks` is {LEFT_OUT}")]);
    }
}
