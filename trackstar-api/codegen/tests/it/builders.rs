//! What the builders of requests ask for.

use serde_json::json;

use crate::{generated, with_body};

#[test]
fn required_nullable_field_has_a_clear_method() {
    let properties = json!({
        "need": {"type": "string", "nullable": true},
        "note": {"type": "string"},
        "size": {"type": "integer", "nullable": true},
    });
    let source: String = generated(&with_body(&properties, &json!(["need", "size"])))
        .split_whitespace()
        .collect();
    for wanted in [
        "self.problems.require(\"need\",\"need\",self.slot_0.is_some());",
        "self.problems.require(\"size\",\"size\",self.slot_2.is_some());",
        "pubfnclear_need(mutself)->Self{self.problems.clear(\"need\");self.slot_0=::std::option::Option::Some(::std::option::Option::None);self}",
        "pubfnclear_size(mutself)->Self{self.problems.clear(\"size\");self.slot_2=::std::option::Option::Some(::std::option::Option::None);self}",
        "note:self.slot_1.unwrap_or_default()",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    assert!(!source.contains("clear_note"), "{source}");
    assert!(!source.contains("require(\"note\""), "{source}");
}

#[test]
fn sends_null_for_nullable_components() {
    let mut document = with_body(
        &json!({
            "size": {"$ref": "#/components/schemas/Size"},
            "tree": {"$ref": "#/components/schemas/Tree"},
            "free": {"$ref": "#/components/schemas/Free"},
        }),
        &json!([]),
    );
    let to_tree = json!({"$ref": "#/components/schemas/Tree"});
    let schemas = &mut document["components"]["schemas"];
    schemas["Size"] = json!({"type": "integer", "nullable": true});
    schemas["Tree"] = json!({"type": "object", "nullable": true, "properties": {"left": to_tree}});
    schemas["Free"] = json!({});
    let source: String = generated(&document).split_whitespace().collect();
    for wanted in [
        "pubsize:__rt::Nullable<Size>",
        "pubtree:__rt::Nullable<Tree>",
        "publeft:__rt::Nullable<::std::boxed::Box<Tree>>",
        "pubfree:__rt::Nullable<Free>",
        "pubfnclear_size(mutself)->Self",
        "pubfnclear_left(mutself)->Self",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
}

#[test]
fn recursive_newtype_keeps_its_box() {
    let mut document = with_body(
        &json!({"y": {"$ref": "#/components/schemas/Y"}}),
        &json!([]),
    );
    let schemas = &mut document["components"]["schemas"];
    schemas["Y"] = json!({
        "type": "object", "properties": {"count": {"$ref": "#/components/schemas/Count"}},
    });
    schemas["Count"] = json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Y"}]});
    let source: String = generated(&document).split_whitespace().collect();
    let found = source
        .find("pubstructCount(")
        .expect("a type around one value");
    let inner: String = source[found..]
        .chars()
        .skip("pubstructCount(".len())
        .collect();
    let inner = inner.split(");").next().unwrap_or_default();
    let inner = inner.split("pub").last().unwrap_or_default();
    let target = format!("derefforCount{{typeTarget={inner};").to_lowercase();
    assert!(
        source.to_lowercase().contains(&target),
        "{target} is missing in {source}"
    );
}
