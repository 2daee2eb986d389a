//! The events that are made of a document's webhooks.

use serde_json::{Value, json};
use trackstar_build::Settings;

use crate::{document, generate};

/// A document with webhooks.
fn with_webhooks() -> Value {
    let mut document = document();
    for (event, schema) in [
        (
            "thing.removed",
            json!({"$ref": "#/components/schemas/Thing"}),
        ),
        (
            "thing-removed",
            json!({"$ref": "#/components/schemas/Thing"}),
        ),
        (
            "unknown",
            json!({"type": "array", "items": {"type": "integer", "format": "int32"}}),
        ),
    ] {
        document["x-webhooks"][event] = json!({"post": {
            "description": "A thing is gone.",
            "requestBody": {"content": {"application/json": {"schema": schema}}},
        }});
    }
    document
}

fn generated(document: &Value, webhooks: bool) -> String {
    let mut settings = Settings::default();
    settings.webhooks = webhooks;
    generate(document, &settings).expect("the document is in order")
}

#[test]
fn webhooks_are_variants_of_an_enum_and_not_calls() {
    let source = generated(&with_webhooks(), true);
    for part in [
        // Neither has the name that both could have.
        "ThingDotRemoved(::std::boxed::Box<types::Thing>)",
        "ThingDashRemoved(::std::boxed::Box<types::Thing>)",
        "\npub use webhooks::Event;",
        // The name of the unknown event is taken.
        "Unknown(__rt::UnknownEvent)",
        "///`thing.removed`. A thing is gone.",
        r#"Self::ThingDotRemoved(_) => "thing.removed","#,
        r#"Self::ThingDashRemoved(_) => "thing-removed","#,
        "Unknown_(::std::boxed::Box<types::WebhookUnknownResponse>)",
        // Integers are read like those of responses, `1.0` for `1`.
        "pub struct WebhookUnknownResponse(\n        #[serde(deserialize_with = \"__rt::lenient::converted\")]\n        \
         pub ::std::vec::Vec<i32>,",
    ] {
        assert!(source.contains(part), "{part} in {source}");
    }
    assert!(
        !source.contains("fn webhook_") && !source.contains("struct WebhookThing"),
        "{source}"
    );
    assert_eq!(source.matches("OPERATION: __rt::Operation").count(), 1);
}

#[test]
fn webhooks_are_generated_only_on_request() {
    for document in [document(), with_webhooks()] {
        let source = generated(&document, false);
        assert!(
            !source.contains("Event") && !source.contains("webhook"),
            "{source}"
        );
    }
    let none = generated(&document(), true);
    assert!(
        none.contains("pub const TYPES: &'static [&'static str] = &[];"),
        "{none}"
    );
}

#[test]
fn payloads_without_a_type_of_their_own_are_components() {
    let mut document = document();
    for (event, schema) in [
        (
            "thing.text",
            json!({"type": "string", "format": "date-time"}),
        ),
        ("thing.any", json!({})),
        (
            "thing.none",
            json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Thing"}]}),
        ),
    ] {
        document["x-webhooks"][event] = json!({"post": {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
        }});
    }
    let source = generated(&document, true);
    for part in [
        "ThingText(::std::boxed::Box<types::WebhookThingTextResponse>)",
        "pub struct WebhookThingTextResponse(pub __rt::DateTime);",
        "ThingAny(::std::boxed::Box<types::WebhookThingAnyResponse>)",
        "pub struct WebhookThingAnyResponse(pub __rt::serde_json::Value);",
        "ThingNone(::std::boxed::Box<::std::option::Option<types::Thing>>)",
    ] {
        assert!(source.contains(part), "{part} in {source}");
    }
}

/// Removes the items of the feature `webhooks`.
fn without_webhooks(items: &mut Vec<syn::Item>) {
    let is_gate = |attribute: &syn::Attribute| {
        quote::quote!(#attribute).to_string() == "# [cfg (feature = \"webhooks\")]"
    };
    items.retain_mut(|item| {
        let attributes = match item {
            syn::Item::Const(one) => &one.attrs,
            syn::Item::Enum(one) => &one.attrs,
            // Its list has a gate for each entry.
            syn::Item::Fn(one) if one.sig.ident == "schemas" => return false,
            syn::Item::Fn(one) => &one.attrs,
            syn::Item::Impl(one) => &one.attrs,
            syn::Item::Mod(one) => {
                if let Some((_, items)) = &mut one.content {
                    without_webhooks(items);
                }
                &one.attrs
            }
            syn::Item::Macro(one) => &one.attrs,
            syn::Item::Struct(one) => &one.attrs,
            syn::Item::Type(one) => &one.attrs,
            syn::Item::Use(one) => &one.attrs,
            _ => return true,
        };
        !attributes.iter().any(is_gate)
    });
}

#[test]
fn event_types_are_gated_by_the_feature() {
    let mut document = document();
    let schemas = &mut document["components"]["schemas"];
    schemas["EventName"] = json!({"type": "string", "maxLength": 9});
    schemas["EventLines"] = json!({"type": "array", "items": {"type": "string"}});
    schemas["EventKind"] = json!({"type": "string", "enum": ["big", "small"], "default": "big"});
    let of = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let schema = json!({"type": "object", "required": ["name"], "properties": {
        "name": of("EventName"), "lines": of("EventLines"),
        "kind": {"allOf": [of("EventKind")], "default": "big"},
    }});
    document["x-webhooks"]["thing.removed"] = json!({"post": {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
    }});
    let source = generate(&document, &Settings::record()).expect("the document is in order");
    for name in ["EventName", "EventLines", "EventKind"] {
        assert!(source.contains(name), "{name}");
    }
    let mut file = syn::parse_file(&source).expect("Rust");
    without_webhooks(&mut file.items);
    let rest = quote::quote!(#file).to_string();
    assert!(rest.contains("struct Thing"), "{rest}");
    for name in ["EventName", "EventLines", "EventKind", "webhooks"] {
        assert!(!rest.contains(name), "{name} in {rest}");
    }
}
