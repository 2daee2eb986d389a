//! Whole documents as vendors publish them. Those next to the repository on some machines are not part of
//! it. A small document of the same kind is always tested.

use trackstar_openapi::{Preparation, Prepared, Source};

use super::{downgraded, files};

/// A document with filters as objects and in brackets, unnamed operations, closed responses, and a body
/// with many variants.
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

/// Checks that each operation has a unique name or a note that explains its omission, and that the
/// preparation is idempotent.
fn check(name: &str, text: &str) -> Prepared {
    let source = Source { name, text };
    let before = downgraded(source, &[]).expect("the document can be downgraded");
    let after = Preparation::new(source)
        .run()
        .unwrap_or_else(|error| panic!("{error}"));
    let left_out = after.notes().iter();
    let left_out = left_out.filter(|note| note.text.contains(" is omitted: its body"));
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
    let again = again.expect("the result is valid");
    assert_eq!(again.to_json(), text, "{name}");
    assert_eq!(again.notes(), [], "{name}");
    after
}

#[test]
fn prepares_a_typical_document() {
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
#[allow(clippy::print_stderr, reason = "skipped documents should be visible")]
fn prepares_the_published_documents() {
    for (name, text) in files::published() {
        // Documents that cannot be downgraded fail in the tests of the downgrade.
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
