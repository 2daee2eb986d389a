//! Tests that the embedded document matches upstream, and that all lists of files are complete.
#![cfg(feature = "vendored")]

use serde_json::{Value, json};
use trackstar_openapi::{Source, canonical, parse, slice, vendored};

use crate::files;

fn carried() -> Value {
    parse(vendored::DOCUMENT).expect("the carried document is readable")
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
fn document_matches_the_published_page() {
    let page = files::path("../../shared/specs/delete-connection.md");
    let Some(page) = files::read_if_there(&page) else {
        eprintln!("skipped: the published page is not beside the repository");
        return;
    };
    let fence = "````";
    let (_, rest) = page
        .split_once("````yaml delete /connections\n")
        .expect("a fence opens");
    let (text, _) = rest.split_once(fence).expect("the fence closes");
    let mut published = parse(Source { name: "page", text }).expect("the page is readable");
    // The canonical form sorts the only unsorted set of the page.
    let parameters = published["paths"]["/connections"]["delete"]["parameters"].as_array_mut();
    parameters.expect("it has parameters").reverse();
    assert_eq!(carried(), published);
}

#[test]
fn document_describes_the_deletion_of_a_connection() {
    let document = carried();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Trackstar API");
    assert_eq!(document["info"]["version"], "0.1.0");
    assert_eq!(
        document["info"]["description"],
        "\nTrackstar is a Unified API that provides standard endpoints for Supply Chain \
         Logistics. We currently offer an API for Warehouse Management Systems (WMS).\n"
    );
    assert_eq!(
        document["servers"][0]["url"],
        "https://production.trackstarhq.com"
    );
    assert_eq!(document["security"], json!([]));
    let operation = &document["paths"]["/connections"]["delete"];
    assert_eq!(operation["operationId"], "delete_delete_connection");
    assert_eq!(operation["summary"], "Delete Connection");
    assert_eq!(
        operation["description"],
        "Deletes the connection associated with your access token."
    );
    assert_eq!(operation["tags"], json!(["Auth"]));
    let header = |name: &str, description: &str| {
        json!({
            "in": "header",
            "name": name,
            "description": description,
            "schema": {"type": "string", "example": format!("<{name}>")},
            "required": true,
        })
    };
    assert_eq!(
        operation["parameters"],
        json!([
            header(
                "x-trackstar-access-token",
                "Your user's access token for a specific integration (ShipHero, Extensiv, etc)."
            ),
            header(
                "x-trackstar-api-key",
                "Your organization-level Trackstar API key."
            ),
        ])
    );
    let answer = |description: &str, schema: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        json!({"description": description, "content": {"application/json": {"schema": schema}}})
    };
    assert_eq!(
        operation["responses"],
        json!({
            "200": answer("Successful response", "DeleteConnectionResponse"),
            "422": answer("Validation error", "ValidationError"),
        })
    );
}

#[test]
fn document_is_in_canonical_form() {
    let name = "DELETE /connections";
    let slice = slice("the document", &carried(), &[name]).expect("it has the operation");
    assert_eq!(
        slice,
        carried(),
        "the document contains more than the operation needs"
    );
    let text = canonical(&slice).expect("it can be written");
    assert_eq!(text, vendored::DOCUMENT.text);
}

#[test]
fn schemas_match_upstream() {
    let schemas = &carried()["components"]["schemas"];
    let property = |kind: &str, description: &str, example: Value| json!({"type": kind, "description": description, "example": example});
    assert_eq!(
        schemas["DeleteConnectionResponse"],
        json!({
            "type": "object",
            "properties": {
                "id": property("string", "The id of the deleted object.", json!("example-id-123")),
                "object": property(
                    "string",
                    "The type of the object that was deleted.",
                    json!("connection")
                ),
                "deleted": property(
                    "boolean",
                    "Whether or not the object was deleted.",
                    json!(true)
                ),
            },
            "required": ["deleted", "id", "object"],
            "additionalProperties": false,
            "title": "DeleteConnectionResponse",
        })
    );
    assert_eq!(
        schemas["ValidationError"],
        json!({
            "properties": {
                "error": {"type": "string"},
                "detail": {"type": "object", "properties": {"<location>": {
                    "type": "object",
                    "properties": {"<field_name>": {"type": "array", "items": {"type": "string"}}},
                }}},
            },
            "required": ["error"],
            "type": "object",
            "title": "ValidationError",
        })
    );
}

#[test]
fn every_overlay_file_is_embedded() {
    let listed: Vec<&str> = vendored::OVERLAYS
        .iter()
        .map(|overlay| {
            overlay
                .name
                .strip_prefix("openapi/overlays/")
                .expect("it is in the folder")
        })
        .collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, files::names(&files::path("overlays")));

    let script = files::read(&files::path("build.rs"));
    for overlay in listed {
        assert!(
            script.contains(&format!("\"overlays/{overlay}\"")),
            "build.rs misses {overlay}"
        );
    }
    assert!(script.contains("\"trackstar.yaml\""));
}

#[test]
fn embedded_texts_match_their_files() {
    for source in vendored::OVERLAYS.iter().chain([&vendored::DOCUMENT]) {
        let relative = source
            .name
            .strip_prefix("openapi/")
            .expect("it is a file of this folder");
        assert_eq!(
            source.text,
            files::read(&files::path(relative)),
            "{}",
            source.name
        );
    }
}
