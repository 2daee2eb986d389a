//! Tests of webhooks with and without a request for them.

use serde_json::{Value, json};
use trackstar_openapi::{Preparation, Source, parse, vendored};

use crate::files;

#[test]
fn vendored_document_has_the_documented_webhook() {
    let prepared = Preparation::vendored().webhooks(true).run();
    let prepared = prepared.expect("prepared");
    let events = prepared.webhooks().iter().map(|it| it.event.as_str());
    assert_eq!(events.collect::<Vec<_>>(), ["connection.deleted"]);
    let schemas = &prepared.document()["components"]["schemas"];
    let required = schemas["ConnectionDeletedWebhook"]["required"].to_string();
    assert_eq!(required, r#"["event_type","connection_id","data"]"#);

    let plain = Preparation::vendored().run().expect("prepared");
    assert_eq!(plain.document()["paths"], prepared.document()["paths"]);
    assert!(
        !plain.to_json().contains("ebhook"),
        "the webhook is removed"
    );
}

#[test]
fn published_documents_keep_their_own_webhooks() {
    for (name, text) in files::published() {
        let source = Source {
            name: &name,
            text: &text,
        };
        let published = parse(source).expect("it is readable");
        let own = ["webhooks", "x-webhooks"].iter().find_map(|field| {
            let webhooks = published.get(field)?.as_object()?;
            (!webhooks.is_empty()).then_some(webhooks)
        });
        let prepare = |webhooks| {
            let preparation = Preparation::new(source)
                .overlays(vendored::OVERLAYS)
                .lenient();
            preparation.webhooks(webhooks).run().expect("prepared")
        };
        let (with, without) = (prepare(true), prepare(false));
        let told = with.notes().iter().any(|note| {
            note.text
                .contains("the document already contains the value")
        });
        assert!(told, "{name}: the webhook of the overlay is not used");
        let events = with.webhooks().iter().map(|it| it.event.as_str());
        let mut sorted: Vec<&str> = events.collect();
        let own: Vec<&str> = own.expect("webhooks").keys().map(String::as_str).collect();
        sorted.sort_unstable();
        assert!(own.len() >= 28 && sorted.iter().all(|event| own.contains(event)));
        assert_eq!(sorted.len(), own.len(), "{name}");

        assert!(without.webhooks().is_empty(), "{name}");
        let paths = &without.document()["paths"];
        assert_eq!(*paths, with.document()["paths"], "{name}");
        let schemas = |document: &Value| document["components"]["schemas"].clone();
        let all = schemas(with.document());
        let kept = schemas(without.document());
        for (schema, kept) in kept.as_object().expect("schemas") {
            assert_eq!(all.get(schema), Some(kept), "{name}: {schema}");
        }
    }
}

#[test]
fn problems_of_payloads_name_the_webhook_and_its_position() {
    let text = "\
openapi: 3.1.0
info: {title: T, version: '1'}
webhooks:
  order.created:
    put:
      requestBody:
        content:
          application/json:
            schema:
              properties:
                order: {$ref: '#/components/schemas/Order'}
                lines: {$ref: '#/components/schemas/Lines'}
components:
  schemas:
    Order: {properties: {id: {$ref: '#/components/schemas/Id'}}}
";
    let source = Source {
        name: "api.yaml",
        text,
    };
    let error = Preparation::new(source).webhooks(true).run();
    let error = error.expect_err("two schemas are missing").to_string();
    for part in [
        "api.yaml:12:25: at /webhooks/order.created/put/requestBody/content/application~1json/schema/properties/lines",
        "api.yaml:15:31: at /components/schemas/Order/properties/id/$ref (used by webhook order.created): ",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn lenient_preparation_drops_webhooks_of_openapi_3_0() {
    let payload = json!({"type": ["string", "null"]});
    let body = json!({"content": {"application/json": {"schema": payload}}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {},
        "webhooks": {"a": {"post": {"requestBody": body, "responses": {}}}},
    });
    let prepared = Preparation::of(document).lenient().run();
    let prepared = prepared.expect("prepared");
    assert!(prepared.document().get("webhooks").is_none());
    let notes = prepared.notes().iter();
    let notes: Vec<_> = notes
        .map(|note| (note.pointer.as_str(), note.text.as_str()))
        .collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0].0, "/webhooks");
    assert!(
        notes[0].1.contains("the unknown field `webhooks`"),
        "{notes:?}"
    );
}
