//! Tests of slices of documents.

use serde_json::{Map, Value, json};
use trackstar_openapi::{
    Listed, OVERLAY_NAMES, Preparation, Source, canonical, operations, parse, slice,
};

use crate::files;

/// Returns a document with cycles, equal names in several sections, all kinds of references, and many
/// unused components.
pub(crate) fn ours() -> Value {
    let reference = |to: &str| json!({"$ref": format!("#/components/{to}")});
    let answer = |schema: Value| json!({"200": {"description": "fine", "content": {"application/json": {"schema": schema}}}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Parcels", "version": "1", "x-audience": "all"},
        "servers": [{"url": "https://b.example"}, {"url": "https://a.example"}],
        "security": [{"Key": []}],
        "tags": [{"name": "Sizes"}, {"name": "Parcels"}, {"name": "Unused"}],
        "webhooks": {"sent": {"post": {"responses": {"200": reference("responses/Hook")}}}},
        "x-webhooks": {"sent": {}},
        "paths": {
            "/parcels": {
                "parameters": [reference("parameters/Page")],
                "get": {
                    "tags": ["Parcels"],
                    "parameters": [
                        {"name": "b", "in": "query", "schema": {"type": "string", "enum": ["z", "a"]}},
                        {"name": "a", "in": "query", "schema": {"type": ["null", "integer"]}}
                    ],
                    "responses": answer(reference("schemas/Parcel"))
                },
                "post": {
                    "tags": ["Sizes", "Parcels"],
                    "security": [{"Token": ["write", "read"]}],
                    "requestBody": reference("requestBodies/Parcel"),
                    "responses": {"default": {"description": "any"}, "201": reference("responses/Made")},
                    "callbacks": {"done": {"{$request.body#/url}": {"post": {"responses": answer(reference("schemas/Called"))}}}}
                }
            },
            "/sizes": {"$ref": "#/components/pathItems/Sizes"},
            "/named": {"get": {"responses": answer(json!({"$ref": "#named"}))}},
            "/shared": {"get": {"responses": {"200": {"$ref": "#/paths/~1named/get/responses/200"}}}}
        },
        "components": {
            "securitySchemes": {
                "Key": {"type": "apiKey", "in": "header", "name": "key"},
                "Token": {"type": "http", "scheme": "bearer"},
                "Unused": {"type": "http", "scheme": "basic"}
            },
            "parameters": {"Page": {"name": "page", "in": "query", "schema": reference("schemas/Page")}},
            "requestBodies": {"Parcel": {"content": {"application/json": {"schema": reference("schemas/Way")}}}},
            "responses": {
                "Made": {"description": "made", "headers": {"at": reference("headers/At")}},
                "Hook": {"description": "heard"}
            },
            "headers": {"At": {"schema": {"type": "string"}}},
            "pathItems": {"Sizes": {
                "summary": "All sizes",
                "get": {"responses": answer(reference("schemas/Size"))},
                "delete": {"responses": answer(reference("schemas/Gone"))}
            }},
            "schemas": {
                "Parcel": {"type": "object", "required": ["size", "id"], "properties": {
                    "id": {"type": "string"}, "size": reference("schemas/Size"), "$ref": {"type": "string"}
                }},
                "Size": {"type": "object", "properties": {"of": reference("schemas/Parcel")}},
                "Page": {"type": "integer"},
                "Way": {"oneOf": [{"$ref": "#/components/schemas/Land"}, {"type": "string"}],
                        "discriminator": {"propertyName": "kind", "mapping": {"sea": "Sea", "air": "#/components/schemas/Air"}}},
                "Land": {"type": "object"}, "Sea": {"type": "object"}, "Air": {"type": "object"},
                "Called": {"type": "object"}, "Gone": {"type": "object"},
                "Holder": {"type": "object", "properties": {"inner": {"$anchor": "named", "type": "string"}}},
                "Unreached": reference("schemas/AlsoUnreached"), "AlsoUnreached": {"type": "string"},
                // A component with the same name in another section is independent.
                "Made": {"type": "string"}
            }
        }
    })
}

fn components(slice: &Value) -> Vec<String> {
    let sections = slice["components"].as_object();
    let mut names = Vec::new();
    for (section, entries) in sections.into_iter().flatten() {
        let entries = entries.as_object().into_iter().flat_map(Map::keys);
        names.extend(entries.map(|name| format!("{section}/{name}")));
    }
    names.sort();
    names
}

#[test]
fn slice_contains_only_what_its_operation_requires() {
    let document = ours();
    let of = |name: &str| slice("ours", &document, &[name]).expect("it is there");
    assert_eq!(
        components(&of("GET /parcels")),
        [
            "parameters/Page",
            "schemas/Page",
            "schemas/Parcel",
            "schemas/Size",
            "securitySchemes/Key"
        ]
    );
    assert_eq!(
        components(&of("POST /parcels")),
        [
            "headers/At",
            "parameters/Page",
            "requestBodies/Parcel",
            "responses/Made",
            "schemas/Air",
            "schemas/Called",
            "schemas/Land",
            "schemas/Page",
            "schemas/Sea",
            "schemas/Way",
            "securitySchemes/Key",
            "securitySchemes/Token"
        ]
    );
    assert_eq!(
        components(&of("GET /named")),
        ["schemas/Holder", "securitySchemes/Key"]
    );

    let slice = of("GET /parcels");
    let fields: Vec<_> = slice.as_object().expect("an object").keys().collect();
    assert_eq!(
        fields,
        [
            "components",
            "info",
            "openapi",
            "paths",
            "security",
            "servers",
            "tags"
        ]
    );
    assert_eq!(slice["tags"], json!([{"name": "Parcels"}]));
    assert_eq!(slice["paths"]["/parcels"].get("post"), None);
    assert_eq!(
        slice["paths"]["/parcels"]["get"],
        document["paths"]["/parcels"]["get"]
    );
    assert_eq!(slice["info"], document["info"]);
}

#[test]
fn referenced_path_is_copied_without_other_operations() {
    let document = ours();
    let slice = slice("ours", &document, &["GET /sizes"]).expect("it is there");
    let item = &document["components"]["pathItems"]["Sizes"];
    assert_eq!(
        slice["paths"]["/sizes"],
        json!({"summary": "All sizes", "get": item["get"]})
    );
    assert_eq!(
        components(&slice),
        ["schemas/Parcel", "schemas/Size", "securitySchemes/Key"]
    );
}

#[test]
fn lists_operations_of_referenced_paths() {
    let document = ours();
    let names: Vec<String> = operations(&document).iter().map(Listed::name).collect();
    assert_eq!(
        names,
        [
            "GET /named",
            "GET /parcels",
            "POST /parcels",
            "GET /shared",
            "DELETE /sizes",
            "GET /sizes"
        ]
    );
}

#[test]
fn missing_operation_is_reported() {
    let document = ours();
    let names = [
        "GET /parcel",
        "PUT /parcels",
        "summary /sizes",
        "GET /named",
        "nonsense",
    ];
    let error = slice("ours", &document, &names).expect_err("four are not there");
    let messages: Vec<_> = error
        .problems()
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "the document has no operation ` `",
            "the document has no operation `GET /parcel`",
            "the document has no operation `PUT /parcels`",
            "the document has no operation `SUMMARY /sizes`",
        ]
    );
}

#[test]
fn reference_into_an_operation_requires_it() {
    let document = ours();
    let error = slice("ours", &document, &["GET /shared"]).expect_err("it needs another");
    assert_eq!(
        error.to_string(),
        "ours: at /paths/~1shared/get/responses/200: `#/paths/~1named/get/responses/200` refers \
         to `GET /named`, which is not selected; select that operation too, or leave this one out"
    );
    let both = slice("ours", &document, &["GET /shared", "GET /named"]).expect("it has both");
    assert!(components(&both).contains(&"schemas/Holder".to_owned()));
}

#[test]
fn rejects_unknown_documents_and_versions() {
    for (document, message) in [
        (json!({"swagger": "2.0"}), "Swagger 2.0 is not supported"),
        (json!({"info": {}}), "missing field `openapi`"),
        (json!({"openapi": "2.0"}), "version 2.0 is not supported"),
        (json!([]), "expected an OpenAPI document"),
    ] {
        let error = slice("ours", &document, &["GET /a"]).expect_err(message);
        assert!(error.to_string().contains(message), "{error}");
    }
    for odd in [
        json!({"openapi": "3.1.0", "paths": []}),
        json!({"openapi": "3.1.0", "paths": {"/a": "get"}}),
    ] {
        assert_eq!(operations(&odd), []);
        assert!(slice("ours", &odd, &["GET /a"]).is_err());
    }
}

/// Checks that slices of single operations, of some, and of all can be prepared.
fn check(name: &str, document: &Value) {
    let folder = files::path("..");
    let overlays = OVERLAY_NAMES.map(|name| (name, files::read(&folder.join(name))));
    let overlays = overlays
        .each_ref()
        .map(|(name, text)| Source { name, text });
    let names: Vec<String> = operations(document).iter().map(Listed::name).collect();
    let mut scopes: Vec<Vec<&String>> = names.iter().map(|name| vec![name]).collect();
    scopes.extend(names.chunks(20).map(|chunk| chunk.iter().collect()));
    scopes.push(names.iter().collect());
    for scope in scopes {
        let slice = slice(name, document, &scope).unwrap_or_else(|error| panic!("{error}"));
        let text = canonical(&slice).unwrap_or_else(|error| panic!("{error}"));
        let source = Source { name, text: &text };
        if let Err(error) = Preparation::new(source)
            .overlays(&overlays)
            .report_stale_actions()
            .run()
        {
            panic!("{scope:?} of {name}: {error}");
        }
    }
}

#[test]
fn every_slice_of_our_document_can_be_prepared() {
    let mut document = ours();
    // This operation requires another one.
    document["paths"]
        .as_object_mut()
        .expect("an object")
        .remove("/shared");
    check("ours", &document);
}

#[test]
fn every_slice_of_published_documents_can_be_prepared() {
    for (name, text) in files::published() {
        let document = parse(Source {
            name: &name,
            text: &text,
        })
        .expect("it is JSON");
        check(&name, &document);
    }
}
