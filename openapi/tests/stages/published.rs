//! Whole documents, as vendors publish them. Those that lie beside the repository on some machines
//! are no part of it; a small one of the same making always is.

use trackstar_openapi::{Preparation, Prepared, Source};

use super::{downgraded, files};

/// Filters as objects and as brackets, no names, answers that are shut, a body of many variants.
const OURS: &str = r##"{
  "openapi": "3.0.3", "info": {"title": "Parcels", "version": "1"},
  "paths": {
    "/parcels": {
      "get": {
        "parameters": [
          {"name": "sent[gte]", "in": "query", "schema": {"type": "string"}},
          {"name": "size", "in": "query", "style": "deepObject", "schema": {"$ref": "#/components/schemas/Range"}}
        ],
        "responses": {"200": {"description": "A page.", "content": {"application/json": {"schema": {
          "type": "object", "additionalProperties": false, "required": ["data", "next_token"], "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Parcel"}},
            "next_token": {"type": "string", "nullable": true}
        }}}}}, "404": {"description": "gone"}, "422": {"description": "wrong"}}
      },
      "post": {
        "requestBody": {"required": true, "content": {"application/json": {"schema": {
          "type": "object", "properties": {}, "additionalProperties": false,
          "oneOf": [{"$ref": "#/components/schemas/Range"}, {"$ref": "#/components/schemas/Parcel"}]
        }}}},
        "responses": {"201": {"description": "made"}}
      }
    },
    "/parcels/{parcel_id}/label": {
      "post": {
        "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object"}}}},
        "responses": {"200": {"description": "fine"}}
      }
    }
  },
  "components": {"schemas": {
    "Range": {"type": "object", "properties": {"min": {"type": "integer"}, "max": {"type": "integer"}}},
    "Parcel": {
      "type": "object", "additionalProperties": false, "required": ["id", "to"],
      "properties": {"id": {"type": "string", "pattern": "^p"}, "to": {"type": "string"}},
      "example": {"id": "p1"}
    }
  }}
}"##;

fn operations(document: &serde_json::Value) -> Vec<&serde_json::Value> {
    let methods = ["get", "put", "post", "delete", "patch"];
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .flat_map(|(_, item)| methods.iter().filter_map(|method| item.get(method)))
        .collect()
}

/// What holds for whatever a vendor publishes: each operation is there under a name of its own, or
/// a note says why it is not, and the result needs no further cure.
fn check(name: &str, text: &str) -> Prepared {
    let source = Source { name, text };
    let before = downgraded(source, &[]).expect("the document can be downgraded");
    let after = Preparation::new(source)
        .run()
        .unwrap_or_else(|error| panic!("{error}"));
    let left_out = after.notes().iter();
    let left_out = left_out.filter(|note| note.text.contains(" is left out: its body"));
    assert_eq!(
        operations(before.document()).len(),
        operations(after.document()).len() + left_out.count(),
        "{name}"
    );
    let mut names: Vec<&str> = operations(after.document())
        .iter()
        .map(|operation| operation["operationId"].as_str().expect("it has a name"))
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "{name}");
    let text = after.to_json();
    let again = Preparation::new(Source { name, text: &text }).run();
    let again = again.expect("what is prepared is sound");
    assert_eq!(again.to_json(), text, "{name}");
    assert_eq!(again.notes(), [], "{name}");
    after
}

#[test]
fn a_document_like_the_published_ones_is_cured() {
    let prepared = check("ours.json", OURS);
    let document = prepared.document();
    let page = &document["paths"]["/parcels"]["get"];
    assert_eq!(page["operationId"], "list_parcels");
    let names = page["parameters"].as_array().expect("a list").iter();
    let names: Vec<_> = names.map(|parameter| &parameter["name"]).collect();
    assert_eq!(names, ["sent[gte]", "size[max]", "size[min]"]);
    let parcel = &document["components"]["schemas"]["Parcel"];
    assert_eq!(parcel["required"], serde_json::json!(["id"]));
    assert_eq!(parcel.get("additionalProperties"), None);
    assert_eq!(document["paths"].get("/parcels/{parcel_id}/label"), None);
}

#[test]
#[allow(clippy::print_stderr, reason = "what is skipped is said aloud")]
fn the_published_documents_that_are_at_hand_are_cured() {
    for (name, text) in files::published() {
        // What 3.0 cannot say yet is for the tests of the lowering to miss.
        match downgraded(
            Source {
                name: &name,
                text: &text,
            },
            &[],
        ) {
            Ok(_) => drop(check(&name, &text)),
            Err(error) => {
                let count = error.problems().len();
                eprintln!("SKIPPED: {name} cannot be downgraded, {count} problems");
            }
        }
    }
}
