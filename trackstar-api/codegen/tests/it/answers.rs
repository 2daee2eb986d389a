//! Responses: pages, bytes, and no content.

use serde_json::{Value, json};

use crate::{document, generated};

/// A list of things with the token of its next page.
fn list() -> Value {
    let mut document = document();
    let mut operation = document["paths"]["/things"]["delete"].take();
    operation["operationId"] = json!("list_things");
    operation["parameters"] = json!([
        {"in": "query", "name": "limit", "schema": {"type": "integer"}},
        {"in": "query", "name": "page_token", "schema": {"type": "string"}},
    ]);
    operation["responses"]["200"]["content"]["application/json"]["schema"] =
        json!({"$ref": "#/components/schemas/Things"});
    document["paths"] = json!({"/things": {"get": operation}});
    document["components"]["schemas"]["Things"] = json!({
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "next_token": {"type": "string", "nullable": true},
        },
    });
    document
}

#[test]
fn lists_have_pages_and_a_stream() {
    let source: String = generated(&list()).split_whitespace().collect();
    for wanted in [
        ".page_token(1usize)",
        "pubfnpages(self)->__rt::Pages<types::Things>",
        "pubfnstream(self)->__rt::Items<types::Things>",
        "impl__rt::PageforThings{typeItem=Thing;",
        "fnnext_token(&self)->::std::option::Option<&str>{self.next_token.as_deref()}",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }

    let mut without_token = list();
    let parameters = &mut without_token["paths"]["/things"]["get"]["parameters"];
    parameters[1]["name"] = json!("cursor");
    assert!(!generated(&without_token).contains("__rt::Pages"));
    let mut without_next = list();
    without_next["components"]["schemas"]["Things"]["properties"]["next_token"] =
        json!({"type": "integer"});
    assert!(!generated(&without_next).contains("__rt::Pages"));
}

#[test]
fn operation_without_content_returns_unit() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"] = json!({"204": {"description": "gone"}});
    let source = generated(&document);
    assert!(
        source.contains("Result<__rt::Response<()>, __rt::Error>"),
        "{source}"
    );
    assert!(source.contains("self.call.send_empty()"), "{source}");
    assert!(!source.contains(".accept("), "{source}");
    assert!(
        source.contains(".successes(&[(204u16, 204u16)])"),
        "{source}"
    );
}

#[test]
fn operation_lists_successes_with_content() {
    let mut document = document();
    let responses = &mut document["paths"]["/things"]["delete"]["responses"];
    responses["202"] = responses["200"].clone();
    let source = generated(&document);
    let both = ".content(&[(200u16, 200u16), (202u16, 202u16)])";
    assert!(source.contains(both), "{source}");
    let responses = &mut document["paths"]["/things"]["delete"]["responses"];
    responses["202"] = json!({"description": "later"});
    let source = generated(&document);
    for wanted in [
        ".successes(&[(200u16, 200u16), (202u16, 202u16)])",
        ".content(&[(200u16, 200u16)])",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
}

#[test]
fn error_responses_are_not_generated() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"]["422"] = json!({
        "description": "no",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    });
    let source = generated(&document);
    assert!(
        source.contains(".successes(&[(200u16, 200u16)])"),
        "{source}"
    );
    assert!(!source.contains("422"), "{source}");
}

#[test]
fn non_json_responses_are_returned_unchanged() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"]["200"]["content"] =
        json!({"application/pdf": {"schema": {"type": "string"}}, "image/*": {}});
    let source: String = generated(&document).split_whitespace().collect();
    let send = "Result<__rt::Response<::std::vec::Vec<u8>>,__rt::Error,>,>\
                +::std::marker::Send{self.call.send_bytes()}";
    assert!(source.contains(send), "{source}");
    let accept = r#".accept("application/pdf,image/*")"#;
    assert!(source.contains(accept), "{source}");
}

#[test]
fn integer_responses_are_converted() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"]["200"]["content"] =
        json!({"application/json": {"schema": {"type": "array", "items": {"type": "integer"}}}});
    let source: String = generated(&document).split_whitespace().collect();
    let send = "Result<__rt::Response<::std::vec::Vec<i64>>,__rt::Error,>,>\
                +::std::marker::Send{self.call.send_converted()}";
    assert!(source.contains(send), "{source}");
}
