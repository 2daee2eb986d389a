//! The table of the command line's subcommands.

use serde_json::{Value, json};
use trackstar_build::Settings;

use crate::generate;

fn table(document: &Value) -> String {
    let mut settings = Settings::default();
    settings.cli = true;
    let source = generate(document, &settings).expect("generated");
    let (_, table) = source.split_once("pub mod cli {").expect("a table");
    // However it is wrapped.
    table.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "paths": {"/pets/{id}": {"post": {
            "operationId": "add_pet",
            "summary": "Add",
            "description": "Adds a pet.",
            "parameters": [
                {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                {"in": "query", "name": "kind[in]", "description": "Which.", "explode": false,
                 "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}},
            ],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
            "responses": {"204": {"description": "added"}},
        }}},
        "components": {"schemas": {
            "Kind": {"type": "string", "enum": ["cat", "big-dog"]},
            "Pet": {"type": "object", "required": ["petName"], "properties": {
                "petName": {"type": "string", "example": "Tom"},
                "id": {"type": "integer"},
                "friends": {"type": "array", "items": {"type": "string"}},
                "pin": {"type": "string", "format": "password"},
            }},
        }},
    })
}

#[test]
fn an_operation_is_a_command_whose_flags_know_their_types_and_where_they_go() {
    let table = table(&document());
    for written in [
        "operation: &super::builder::AddPet::OPERATION, name: \"add-pet\", about: Some(\"Add\\n\\nAdds a pet.\")",
        "name: \"id\", help: None, need: __rt::cli::table::Need::Required, list: false, wire: \"id\", \
         goes: __rt::cli::table::Goes::Parameter(__rt::Place::Path)",
        "name: \"kind-in\", help: Some(\"Which.\")",
        "list: true, wire: \"kind[in]\"",
        "parse: __rt::cli::value::parse::<types::Kind>, values: &[\"cat\", \"big-dog\"]",
        "name: \"pet-name\", help: None, need: __rt::cli::table::Need::UnlessBody, list: false, wire: \"petName\"",
        // A property that is called like a parameter, and one that is no one text.
        "name: \"body-id\"",
        "name: \"friends\", help: None, need: __rt::cli::table::Need::Optional, list: true, wire: \"friends\"",
        "name: \"pin\", help: None, need: __rt::cli::table::Need::Optional, list: false, wire: \"pin\", \
         goes: __rt::cli::table::Goes::Property, kind: __rt::cli::table::Kind::Text, \
         parse: __rt::cli::value::parse::<__rt::Sensitive>, values: &[], secret: true",
    ] {
        assert!(table.contains(written), "{written}\n{table}");
    }
    assert!(table.contains("\\\"petName\\\": \\\"Tom\\\""), "{table}");
}

#[test]
fn without_the_feature_there_is_no_table() {
    let source = generate(&document(), &Settings::default()).expect("generated");
    assert!(!source.contains("mod cli"), "{source}");
}
