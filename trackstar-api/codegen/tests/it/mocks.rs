//! The extensions of `httpmock`: their generated source.

use serde_json::json;
use trackstar_build::Settings;

use crate::generate;

fn source(mock: bool) -> String {
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
        "paths": {"/parcels/{id}": {"post": {
            "operationId": "send_parcel",
            "parameters": [
                {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                {"in": "query", "name": "tag", "schema": {"type": "array", "items": {"type": "string"}}},
                {"in": "header", "name": "x-mode", "schema": {"type": "string", "nullable": true}},
                {"in": "query", "name": "new", "required": true, "schema": {"type": "boolean"}},
                {"in": "query", "name": "into_inner", "required": true, "schema": {"type": "boolean"}},
                {"in": "query", "name": "count", "required": true, "schema": {"type": "integer"}},
            ],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "$ref": "#/components/schemas/Parcel",
            }}}},
            "responses": {"201": {"description": "Sent.", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Parcel"},
            }}}},
        }}},
        "components": {"schemas": {"Parcel": {
            "type": "object", "properties": {"grams": {"type": "integer"}},
        }}},
    });
    let mut settings = Settings::default();
    (settings.mock, settings.httpmock) = (mock, mock);
    generate(&document, &settings).expect("generated")
}

/// Without the whitespace and the commas of a formatter.
fn plain(source: &str) -> String {
    let text: String = source.split_whitespace().collect();
    text.replace(",)", ")")
        .replace(",>", ">")
        .replace(",{", "{")
}

#[test]
fn mocks_are_generated_only_on_request() {
    assert!(!source(false).contains("httpmock"));
}

#[test]
fn matches_arguments_as_the_client_writes_them() {
    let source = source(true);
    let text = plain(&source);
    for expected in [
        "pub struct SendParcelWhen(__rt::mock::typed::When);",
        "&builder::SendParcel::OPERATION",
        "pub fn id(self, value: &str) -> Self { Self(self.0.parameter(",
        "T: Into<Option<&'a ::std::vec::Vec<::std::string::String>>>",
        // Not an option of an option, whose reference would have no lifetime.
        "pub fn x_mode<'a, T>(self, value: T) -> Self where T: Into<Option<&'a str>>",
        // Not the names of the wrapper's own methods.
        "pub fn new_(self, value: bool) -> Self",
        "pub fn into_inner_(self, value: bool) -> Self",
        "pub fn count(self, value: i64) -> Self",
        "pub fn body(self, value: &types::Parcel) -> Self { Self(self.0.body(&value)) }",
        "pub fn created( self, value: impl __rt::mock::Content<types::Parcel>, ) -> Self",
        "typed::json::<types::Parcel, _>( self.0, 201u16, \"application/json\", &value",
        "pub fn answer(self, answer: __rt::mock::Answer) -> Self",
        "F: FnOnce(operations::SendParcelWhen, operations::SendParcelThen);",
        "impl MockServerExt for __rt::mock::MockServer",
    ] {
        assert!(
            text.contains(&plain(expected)),
            "{expected} is not in {source}"
        );
    }
    // The generator's own would not fit.
    assert!(
        !text.contains("regex::") && !text.contains("assert_eq!"),
        "{source}"
    );
}
