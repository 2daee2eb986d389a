//! What is left of webhooks, when they are asked for and when not.

use serde_json::Value;
use trackstar_openapi::{Preparation, Source, parse, vendored};

use crate::files;

#[test]
fn the_vendored_document_has_the_webhook_that_the_prose_promises_where_it_is_asked_for() {
    let prepared = Preparation::vendored().webhooks(true).run();
    let prepared = prepared.expect("prepared");
    let events = prepared.webhooks().iter().map(|it| it.event.as_str());
    assert_eq!(events.collect::<Vec<_>>(), ["connection.deleted"]);
    let schemas = &prepared.document()["components"]["schemas"];
    let required = schemas["ConnectionDeletedWebhook"]["required"].to_string();
    assert_eq!(required, r#"["event_type","connection_id","data"]"#);

    let plain = Preparation::vendored().run().expect("prepared");
    assert_eq!(plain.document()["paths"], prepared.document()["paths"]);
    assert!(!plain.to_json().contains("ebhook"), "nothing of it is left");
}

#[test]
fn published_documents_keep_their_own_webhooks_and_all_else_stays_as_it_is() {
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
        let told = with
            .notes()
            .iter()
            .any(|note| note.text.contains("the document has it itself"));
        assert!(told, "{name}: the overlay's own webhook is passed over");
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
