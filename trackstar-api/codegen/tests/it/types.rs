//! What the types of the document become.

use serde_json::json;
use trackstar_build::Settings;

use crate::{document, generate, generated, with_body};

#[test]
fn only_types_of_requests_have_builders() {
    let properties = json!({
        "name": {"type": "string"},
        "note": {"x-rust-type": {
            "crate": "trackstar-api", "version": "*", "path": "trackstar_api::Nullable",
            "parameters": [{"type": "string"}],
        }},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    });
    let mut document = with_body(&properties, &json!(["name"]));
    document["components"]["schemas"]["Part"] =
        json!({"type": "object", "properties": {"size": {"type": "integer"}}});
    let source: String = generated(&document).split_whitespace().collect();
    for wanted in [
        "#[serde(default,skip_serializing_if=\"__rt::Nullable::is_unset\")]pubnote:__rt::Nullable<::std::string::String>",
        "pubfnclear_note(mutself)->Self",
        // An empty list is sent, where none is not.
        "#[serde(default,skip_serializing_if=\"::std::option::Option::is_none\")]pubparts:::std::option::Option<::std::vec::Vec<Part>>",
        "self.problems.require(\"name\",\"name\",self.slot_0.is_some());",
        "pubfnbuilder()->partial::NewThing",
        "pubfnbuilder()->partial::Part",
        "value:impl::std::iter::IntoIterator<Item:__rt::Converts<super::Part>",
        "pubfnbody_map(self,fill:implFnOnce(types::partial::NewThing)->types::partial::NewThing,)->Self",
        ".body(\"application/json\",true)",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    assert!(!source.contains("partial::Thing"), "{source}");
    assert_eq!(source.matches("modbuilder{").count(), 1, "{source}");
}

#[test]
fn enums_are_open_for_values_of_any_spelling() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["state"] =
        json!({"type": "string", "enum": ["Open", "Shut"]});
    let source: String = generated(&document).split_whitespace().collect();
    // No attribute says how a variant is written that is spelled like its value.
    assert!(source.contains("{Open,Shut,///"), "{source}");
    assert!(
        source.contains("#[serde(untagged)]UnknownValue(")
            && source.contains("__rt::texts!(ThingState);"),
        "{source}"
    );
}

#[test]
fn date_time_ignores_keywords_next_to_its_format() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["at"] =
        json!({"type": "string", "format": "date-time", "maxLength": 30, "x-note": true});
    let source = generated(&document);
    assert!(source.contains("__rt::DateTime"), "{source}");
    assert!(!source.contains("chrono"), "{source}");
}

#[test]
fn fields_are_deserialized_leniently() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"] = json!({
        "count": {"type": "integer"},
        "id": {"type": "string"},
        "maybe": {"type": "integer"},
        "must": {"type": "integer", "nullable": true},
        "tags": {"type": "array", "items": {"type": "string"}},
    });
    document["components"]["schemas"]["Thing"]["required"] = json!(["id", "count", "must"]);
    let source: String = generated(&document).split_whitespace().collect();
    for wanted in [
        r#"#[serde(deserialize_with="__rt::lenient::converted")]pubcount:i64"#,
        r#"deserialize_with="__rt::lenient::converted",default)]pubmaybe:::std::option::Option<i64>"#,
        r#"#[serde(deserialize_with="__rt::lenient::converted")]pubmust:::std::option::Option<i64>"#,
        r#"deserialize_with="__rt::lenient::or_default")]pubtags:::std::vec::Vec<"#,
        "pubid:::std::string::String",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
}

#[test]
fn enums_keep_unknown_values_and_are_strict_in_conversions() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["state"] =
        json!({"type": "string", "enum": ["open", "shut"]});
    let source: String = generated(&document).split_whitespace().collect();
    assert!(
        source.contains("#[serde(untagged)]UnknownValue(::std::string::String)"),
        "{source}"
    );
    assert!(
        source.contains("Self::UnknownValue(reftext)=>f.write_str(text)"),
        "{source}"
    );
    assert!(
        source.contains(r#""invalidvaluefor`types::ThingState`:expectedoneof\"open\",\"shut\";"#),
        "{source}"
    );
    assert!(
        !source.contains("Copy"),
        "a text cannot be copied: {source}"
    );
}

#[test]
fn ids_and_dates_are_strings_but_date_times_are_typed() {
    let mut document = document();
    for format in ["uuid", "date", "ipv4", "ipv6", "date-time"] {
        let name = format.replace('-', "_");
        document["components"]["schemas"]["Thing"]["properties"][name] =
            json!({"type": "string", "format": format, "description": "Prose.", "example": "x"});
    }
    let source = generated(&document);
    for foreign in ["chrono", "::uuid", "std::net"] {
        assert!(!source.contains(foreign), "{foreign} in:\n{source}");
    }
    assert!(
        source.contains("pub date_time: ::std::option::Option<__rt::DateTime>"),
        "{source}"
    );
}

#[test]
fn types_are_non_exhaustive_and_have_optional_schemas() {
    let plain = generated(&document());
    assert!(
        plain.contains(
            "#[non_exhaustive]\n    #[serde(crate = \"__rt::serde\")]\n    pub struct Thing {"
        ),
        "{plain}"
    );
    assert!(!plain.contains("schemars"));

    let mut settings = Settings::default();
    settings.schemars = true;
    let source = generate(&document(), &settings).expect("in order");
    assert!(source.contains("__rt::schemars::JsonSchema"));
    assert!(
        source.contains(r#"("Thing", __rt::schemars::schema_for!(types::Thing))"#),
        "{source}"
    );
}

#[test]
fn types_with_named_fields_are_read_from_objects_only() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"] = json!({
        "id": {"type": "string"},
        "count": {"type": "integer", "description": "Prose."},
        "state": {"type": "string", "enum": ["open", "shut"]},
        "either": {"oneOf": [
            {"type": "object", "title": "Cat", "required": ["cat"], "properties": {"cat": {"type": "string"}}},
            {"type": "object", "title": "Dog", "required": ["dog"], "properties": {"dog": {"type": "string"}}},
        ]},
        "tagged": {"oneOf": [
            {"type": "object", "required": ["kind", "a"], "properties": {
                "kind": {"type": "string", "enum": ["a"]}, "a": {"type": "string"}}},
            {"type": "object", "required": ["kind", "b"], "properties": {
                "kind": {"type": "string", "enum": ["b"]}, "b": {"type": "string"}}},
        ]},
    });
    let source: String = generated(&document).split_whitespace().collect();
    for wanted in [
        "__rt::object!{Thingskip_unknown;required{}",
        "\"count\"countconverted;",
        "__ByName::deserialize(__rt::ByName(deserializer))",
        "impl<'de>__rt::serde::Deserialize<'de>forThingTagged{",
        r#"#[serde(remote="ThingTagged")]#[serde(tag="kind"#,
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    // What has no fields is read as before.
    assert!(
        !source.contains(r#"#[serde(remote="ThingState")]"#),
        "{source}"
    );
    // No type with named fields is read by a derived reader of its own.
    for (before, _) in source.match_indices("pubstruct") {
        let derived = source[..before].rfind("#[derive(").expect("derives");
        assert!(
            !source[derived..before].contains("Deserialize"),
            "{}",
            &source[derived..before]
        );
    }
}
