//! Operations as calls: methods, parameters, parts.

use serde_json::{Value, json};

use crate::{document, excerpt, generated, refused};

#[test]
fn an_operation_is_a_call_with_one_line_a_method() {
    let source = generated(&document());
    assert_eq!(
        excerpt(&source, "impl RemoveThings", "/// never"),
        [
            "impl RemoveThings {",
            "pub(crate) const OPERATION: crate::operation::Operation = crate::operation::Operation {",
            r#"id: "remove_things","#,
            r#"method: "DELETE","#,
            r#"path: "/things","#,
            "needs_token: true,",
            "parameters: &[],",
            "body: None,",
            "successes: &[(200u16, 200u16)],",
            "content: &[(200u16, 200u16)],",
            r#"accept: Some("application/json"),"#,
            "page_token: None,",
            "};",
            "pub(crate) fn new(caller: &crate::transport::Caller) -> Self {",
            "Self {",
            "call: crate::call::Call::new(caller, &Self::OPERATION),",
            "}",
            "}",
            "/// Sets when this call is tried again, in place of what the client was set to.",
            "pub fn retries(mut self, policy: crate::RetryPolicy) -> Self {",
            "self.call = self.call.retries(policy);",
            "self",
            "}",
            "///Sends a `DELETE` request to `/things`.",
            "pub async fn send(",
            "self,",
            ") -> ::std::result::Result<crate::Response<types::Thing>, crate::Error> {",
            "self.call.send().await",
            "}",
            "/// As [`send`](Self::send), on a thread without a runtime; see [`blocking`](crate::blocking).",
            r#"#[cfg(feature = "blocking")]"#,
            "pub fn send_blocking(",
            "self,",
            ") -> ::std::result::Result<crate::Response<types::Thing>, crate::Error> {",
            "crate::blocking::wait(self.send())",
            "}",
            "}",
            "}",
        ]
    );
}

/// The source of an operation with these parameters, without white space.
fn with_parameters(path: &str, parameters: &Value) -> String {
    let mut document = document();
    let mut item = document["paths"]["/things"].take();
    item["delete"]["parameters"] = parameters.clone();
    document["paths"] = json!({path: item});
    generated(&document).split_whitespace().collect()
}

#[test]
fn an_object_that_is_one_argument_is_of_its_own_type() {
    let held = json!({"$ref": "#/components/schemas/Thing"});
    let wrapped = json!({"crate": "trackstar-api", "version": "*", "path": "trackstar_api::Whole",
        "parameters": [held]});
    let source = with_parameters(
        "/things",
        &json!([{"in": "query", "name": "span", "schema": {"x-rust-type": wrapped},
            "x-serialization": {"style": "form", "explode": false, "object": true}}]),
    );
    for wanted in [
        "style:crate::operation::Style::Form,explode:false,object:true",
        "self.call.set::<types::Thing,V>(0usize,value)",
        "pubfnbuilder()->builder::Thing",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    assert!(!source.contains("Whole"), "{source}");
}

#[test]
fn every_parameter_is_where_the_document_has_it_and_its_setter_takes_what_converts() {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let source = with_parameters(
        "/things/{thing_id}",
        &json!([
            {"in": "path", "name": "thing_id", "required": true, "schema": {"type": "string"}},
            {"in": "query", "name": "created_date[gte]", "schema": {"type": "string", "format": "date-time"}},
            {"in": "query", "name": "each", "schema": texts, "description": "Which of them."},
            {"in": "query", "name": "joined", "explode": false, "schema": texts},
            {"in": "query", "name": "send", "required": true, "schema": {"type": "integer"}},
            {"in": "header", "name": "x-other", "schema": {"type": "string"}},
        ]),
    );
    for (name, setter, place, required, written) in [
        ("thing_id", "thing_id", "Path", true, "Simple,explode:false"),
        (
            "created_date[gte]",
            "created_date_gte",
            "Query",
            false,
            "Form,explode:true",
        ),
        ("each", "each", "Query", false, "Form,explode:true"),
        ("joined", "joined", "Query", false, "Form,explode:false"),
        ("send", "send_", "Query", true, "Form,explode:true"),
        (
            "x-other",
            "x_other",
            "Header",
            false,
            "Simple,explode:false",
        ),
    ] {
        let parameter = format!(
            "name:\"{name}\",setter:\"{setter}\",place:crate::operation::Place::{place},\
             required:{required},style:crate::operation::Style::{written},object:false,"
        );
        assert!(
            source.contains(&parameter),
            "{parameter} is missing in {source}"
        );
    }
    for setter in [
        "/**Whichofthem.Thequeryparameter`each`.*/",
        "pubfneach<V>(mutself,value:V)->SelfwhereV:::std::iter::IntoIterator<Item:::std::convert::TryInto<\
         ::std::string::String,Error:::std::fmt::Display,>,>,",
        "pubfncreated_date_gte<V>(mutself,value:V)->SelfwhereV:::std::convert::TryInto<crate::DateTime,\
         Error:::std::fmt::Display>,",
        // `send` sends.
        "pubfnsend_<V>(mutself,value:V)",
    ] {
        assert!(source.contains(setter), "{setter} is missing in {source}");
    }
}

#[test]
fn a_body_of_parts_has_a_setter_for_each_and_is_there_with_the_feature_alone() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["x-multipart"] = json!({"required": true, "parts": [
        {"name": "file", "binary": true, "list": true, "required": true, "type": "string"},
        {"name": "fileName", "binary": false, "type": "string", "description": "Its name."},
        {"name": "send", "binary": false, "type": "integer"},
    ]});
    let source: String = generated(&document).split_whitespace().collect();
    for wanted in [
        "pubfnfile(mutself,value:impl::std::convert::Into<crate::Upload>)->Self{self.call=self.call.file(\"file\",value);",
        ".anew(\"fileName\").part::<::std::string::String,V>(\"fileName\",false,value)",
        "pubfnsend_<V>(mutself,value:V)->SelfwhereV:::std::convert::TryInto<i64,",
        "self.call.send(&[(\"file\",\"file\")]).await",
        "body:Some(crate::operation::Body{media_type:\"multipart/form-data\",required:true,})",
        "#[cfg(feature=\"uploads\")]#[derive(Debug)]#[must_use",
        "#[cfg(feature=\"uploads\")]implRemoveThings{",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    document["paths"]["/things"]["delete"]["x-multipart"]["parts"] = json!([{"name": 1}]);
    assert!(refused(&document).to_string().contains("DELETE /things"));
}

#[test]
fn a_call_that_is_not_sent_is_warned_about() {
    assert!(generated(&document()).contains("#[must_use = "));
}

#[test]
fn an_operation_is_a_method_of_the_type_that_has_its_credentials() {
    let mut document = document();
    assert!(generated(&document).contains("impl crate::Connection {"));
    assert!(!generated(&document).contains("impl crate::Client {"));

    document["paths"]["/things"]["delete"]["security"] = json!([{"ApiKey": []}]);
    let source = generated(&document);
    assert!(source.contains("impl crate::Client {"));
    assert!(!source.contains("impl crate::Connection {"));
    assert!(source.contains("needs_token: false"));
    assert!(
        source.contains("let response = client.remove_things().send().await?;"),
        "{source}"
    );
}

#[test]
fn the_example_of_an_operation_is_compiled_where_it_takes_no_arguments() {
    let source = generated(&document());
    assert!(source.contains("let response = connection.remove_things().send().await?;"));
    assert!(source.contains("```no_run"));
    assert!(!source.contains("```ignore"));
}
