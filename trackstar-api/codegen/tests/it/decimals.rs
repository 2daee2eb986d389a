//! Numbers that the document marks as decimals.

use serde_json::{Value, json};
use trackstar_build::Settings;

use crate::{generate, with_body};

fn decimals() -> Settings {
    let mut settings = Settings::default();
    settings.decimal = true;
    settings
}

fn amounts() -> Value {
    let properties = json!({
        "price": {"type": "number", "format": "decimal", "minimum": 0, "x-unit": "EUR"},
        "fees": {"type": "array", "items": {"type": "number", "format": "decimal"}},
        "text": {"type": "string", "format": "decimal"},
        "count": {"type": "integer", "format": "decimal"},
        "weight": {"type": "number"},
    });
    with_body(&properties, &json!(["price"]))
}

#[test]
fn marked_numbers_are_decimals_on_request() {
    let source = generate(&amounts(), &decimals()).expect("in order");
    let source: String = source.split_whitespace().collect();
    for wanted in [
        "#[serde(deserialize_with=\"__rt::lenient::converted\",serialize_with=\"__rt::decimal::write\")]pubprice:__rt::Decimal",
        "pubfees:::std::option::Option<::std::vec::Vec<__rt::Decimal>>",
        "pubtext:::std::option::Option<::std::string::String>",
        "pubcount:::std::option::Option<i64>",
        "pubweight:::std::option::Option<f64>",
        "pubfnprice(mutself,value:impl__rt::Converts<__rt::Decimal>)->Self",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    let without = generate(&amounts(), &Settings::default()).expect("in order");
    assert!(
        !without.contains("decimal") && without.contains("pub price: f64"),
        "{without}"
    );
}

#[test]
fn document_may_define_a_type_named_decimal() {
    let mut document = amounts();
    document["components"]["schemas"]["Decimal"] =
        json!({"type": "object", "properties": {"digits": {"type": "string"}}});
    document["components"]["schemas"]["NewThing"]["properties"]["own"] =
        json!({"$ref": "#/components/schemas/Decimal"});
    let source = generate(&document, &decimals()).expect("in order");
    let source: String = source.split_whitespace().collect();
    let own = "skip_serializing_if=\"::std::option::Option::is_none\")]pubown:::std::option::Option<Decimal>";
    assert!(source.contains(own), "{source}");
}

#[test]
fn rejects_decimal_as_a_body() {
    let mut document = amounts();
    document["paths"]["/things"]["delete"]["requestBody"]["content"]["application/json"]["schema"] =
        json!({"type": "array", "items": {"type": "number", "format": "decimal"}});
    let error = generate(&document, &decimals())
        .expect_err("it would be a string")
        .to_string();
    assert!(
        error.contains("remove_things") && error.contains("remove `format: decimal`"),
        "{error}"
    );
}
