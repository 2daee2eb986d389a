//! Tests of the effect and the necessity of the embedded corrections.
#![cfg(feature = "vendored")]

use serde_json::{Value, json};
use trackstar_openapi::{Error, Note, Overlay, Preparation, Prepared, Source, parse, vendored};

use super::corrected;

fn other(document: Source<'_>) -> Result<Prepared, Error> {
    let preparation = Preparation::new(document).overlays(vendored::OVERLAYS);
    preparation.lenient().run()
}

fn corrected_document() -> Value {
    corrected(vendored::DOCUMENT, vendored::OVERLAYS).expect("the corrections apply")
}

#[test]
fn credentials_are_security_schemes_and_not_arguments() {
    let document = corrected_document();
    let operation = &document["paths"]["/connections"]["delete"];
    assert_eq!(operation["parameters"], json!([]));
    // One requirement with two schemes means that both are needed.
    assert_eq!(
        operation["security"],
        json!([{"ApiKey": [], "AccessToken": []}])
    );
    let schemes = &document["components"]["securitySchemes"];
    for (scheme, header) in [
        ("ApiKey", "x-trackstar-api-key"),
        ("AccessToken", "x-trackstar-access-token"),
    ] {
        assert_eq!(schemes[scheme]["type"], "apiKey");
        assert_eq!(schemes[scheme]["in"], "header");
        assert_eq!(schemes[scheme]["name"], header);
    }
}

/// Returns two documents with the credential headers in the given spelling: in the operation, and in
/// components that its path refers to.
fn with_credentials(key: &str, token: &str) -> [String; 2] {
    let header = |name: &str| json!({"name": name, "in": "header", "required": true, "schema": {"type": "string"}});
    let head = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}});
    let operation = |parameters: &[Value]| json!({"parameters": parameters, "responses": {"204": {"description": "d"}}});
    let mut within = head.clone();
    within["paths"]["/things"]["get"] = operation(&[header(key), header(token)]);
    let mut referred = head;
    referred["paths"]["/things"]["parameters"] = json!([
        {"$ref": "#/components/parameters/Key"},
        {"$ref": "#/components/parameters/Token"},
    ]);
    referred["paths"]["/things"]["get"] = operation(&[]);
    referred["components"]["parameters"] = json!({"Key": header(key), "Token": header(token)});
    [within.to_string(), referred.to_string()]
}

#[test]
fn credential_headers_are_case_insensitive() {
    let spellings = [
        ["x-trackstar-api-key", "x-trackstar-access-token"],
        ["X-Trackstar-Api-Key", "X-Trackstar-Access-Token"],
        ["X-TRACKSTAR-API-KEY", "x-Trackstar-access-TOKEN"],
    ];
    for [key, token] in spellings {
        for text in with_credentials(key, token) {
            let name = "other.json";
            let source = Source { name, text: &text };
            let prepared = other(source).expect("it is in order");
            let operation = &prepared.document()["paths"]["/things"]["get"];
            assert_eq!(
                operation["security"],
                json!([{"ApiKey": [], "AccessToken": []}]),
                "{key}"
            );
            assert_eq!(operation["parameters"], json!([]), "{key}");
        }
    }
}

#[test]
fn error_type_keeps_all_messages_as_optional_fields() {
    let document = corrected_document();
    let error = &document["components"]["schemas"]["ValidationError"];
    let messages = json!({"type": "array", "items": {"type": "string"}});
    let fields = json!({"type": "object", "additionalProperties": messages});
    assert_eq!(
        error["properties"]["detail"],
        json!({"type": "object", "additionalProperties": fields})
    );
    assert_eq!(error["properties"]["error"]["type"], "string");
    assert_eq!(error["properties"]["origin"]["type"], "string");
    assert_eq!(error.get("required"), None);
    assert_eq!(error.get("additionalProperties"), None);
}

#[test]
fn responses_accept_new_properties() {
    let prepared = Preparation::vendored()
        .run()
        .expect("the carried document can be prepared");
    let schemas = &prepared.document()["components"]["schemas"];
    let answer = schemas["DeleteConnectionResponse"]
        .as_object()
        .expect("the schema is there");
    assert!(!answer.contains_key("additionalProperties"));
    assert_eq!(answer["required"], json!(["deleted", "id", "object"]));
}

#[test]
fn generator_gets_only_success_responses() {
    let prepared = Preparation::vendored()
        .run()
        .expect("the carried document can be prepared");
    let operation = &prepared.document()["paths"]["/connections"]["delete"];
    assert_eq!(operation["operationId"], "delete_connection");
    let answers: Vec<_> = operation["responses"]
        .as_object()
        .expect("an object")
        .keys()
        .collect();
    assert_eq!(answers, ["200"]);
    assert_eq!(
        prepared.document()["components"]["schemas"].get("ValidationError"),
        None
    );
    let notes: Vec<_> = prepared
        .notes()
        .iter()
        .map(|note| note.pointer.as_str())
        .collect();
    assert_eq!(
        notes,
        [
            "/components/schemas/DeleteConnectionResponse",
            "/paths/~1connections/delete",
            // Webhooks are not requested.
            "/x-webhooks"
        ]
    );
}

#[test]
fn every_correction_is_necessary() {
    let document = corrected_document();
    let prepared = Preparation::vendored()
        .run()
        .expect("the carried document can be prepared");
    for (position, overlay) in vendored::OVERLAYS.iter().enumerate() {
        let parsed = Overlay::parse(*overlay).expect("the overlay is readable");
        // Corrections for other documents have separate tests.
        for action in parsed.actions().filter(|action| !action.when_present()) {
            let text = without(*overlay, action.index());
            let mut overlays = vendored::OVERLAYS.to_vec();
            overlays[position] = Source {
                name: overlay.name,
                text: &text,
            };
            let label = format!("{} action {}", overlay.name, action.index());
            // An error counts as a difference, because a later action may depend on this one.
            let same_corrected =
                corrected(vendored::DOCUMENT, &overlays).is_ok_and(|other| other == document);
            let same_prepared = Preparation::new(vendored::DOCUMENT)
                .overlays(&overlays)
                .run()
                .is_ok_and(|other| other.to_json() == prepared.to_json());
            assert!(!(same_corrected && same_prepared), "{label} is not needed");
        }
    }
}

#[test]
fn filters_join_lists_with_commas() {
    let text = r##"{
        "openapi": "3.1.0", "info": {"title": "Trackstar API", "version": "1"},
        "paths": {"/x": {
            "parameters": [{"name": "id[in]", "in": "query", "schema": {"$ref": "#/components/schemas/L"}}],
            "get": {
                "parameters": [
                    {"name": "a[nin]", "in": "query", "style": "form", "explode": true, "schema": {"$ref": "#/components/schemas/L"}},
                    {"name": "a[contains]", "in": "query", "schema": {"$ref": "#/components/schemas/L"}},
                    {"name": "[in]a", "in": "query", "schema": {"$ref": "#/components/schemas/L"}},
                    {"$ref": "#/components/parameters/Shared"},
                    {"name": "deep", "in": "query", "style": "deepObject", "schema": {"$ref": "#/components/schemas/F"}},
                    {"name": "plain", "in": "query", "schema": {"type": "object", "properties": {
                        "gt": {"type": "string"}, "in": {"$ref": "#/components/schemas/L"}
                    }}}
                ],
                "responses": {"200": {"description": "fine"}}
            }
        }},
        "components": {
            "parameters": {"Shared": {"name": "b[in]", "in": "query", "schema": {"$ref": "#/components/schemas/L"}}},
            "schemas": {
                "L": {"type": "array", "items": {"type": "string"}},
                "F": {"type": "object", "properties": {"eq": {"type": "string"}, "nin": {"$ref": "#/components/schemas/L"}}}
            }
        }
    }"##;
    let name = "other.json";
    let prepared = other(Source { name, text }).expect("it is sound");
    let all = prepared.operations()[0].parameters.iter();
    let joined: Vec<(&str, bool)> = all
        .map(|one| {
            assert_eq!(one.style, "form", "{}", one.name);
            (one.name.as_str(), !one.explode)
        })
        .collect();
    let expected = [
        ("a[nin]", true),
        ("a[contains]", false),
        ("[in]a", false),
        ("b[in]", true),
        ("deep[eq]", false),
        ("deep[nin]", true),
        ("plain[gt]", false),
        ("plain[in]", true),
        ("id[in]", true),
    ];
    assert_eq!(joined, expected);
    let silent = |note: &Note| !note.text.contains("$..parameters");
    assert!(prepared.notes().iter().all(silent));
}

fn without(overlay: Source<'_>, index: usize) -> String {
    let mut value = parse(overlay).expect("the overlay is readable");
    let actions = value["actions"]
        .as_array_mut()
        .expect("the overlay has actions");
    actions.remove(index - 1);
    value.to_string()
}

#[test]
fn every_correction_has_a_reason() {
    for overlay in vendored::OVERLAYS {
        for action in Overlay::parse(*overlay)
            .expect("the overlay is readable")
            .actions()
        {
            assert!(
                action.description().len() > 40,
                "{} says too little",
                action.target()
            );
        }
    }
}
