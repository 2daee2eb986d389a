//! Operations as calls: methods, parameters, parts.

use serde_json::{Value, json};
use trackstar_build::Settings;

use crate::{document, excerpt, generate, generated};

#[test]
fn methods_of_a_call_have_one_line() {
    let source = generated(&document());
    assert_eq!(
        excerpt(&source, "impl RemoveThings", "/// never"),
        [
            "impl RemoveThings {",
            "pub(crate) const OPERATION: __rt::Operation = __rt::Operation::new(",
            r#""remove_things","#,
            r#""DELETE","#,
            r#""/things","#,
            ")",
            ".needs_token()",
            ".successes(&[(200u16, 200u16)])",
            ".content(&[(200u16, 200u16)])",
            r#".accept("application/json");"#,
            "pub(crate) fn new(context: &__rt::CallContext) -> Self {",
            "Self {",
            "call: __rt::Call::new(context, &Self::OPERATION),",
            "}",
            "}",
            "///Sends a `DELETE` request to `/things`.",
            "pub fn send(",
            "self,",
            ") -> impl ::std::future::Future<",
            "Output = ::std::result::Result<__rt::Response<types::Thing>, __rt::Error>,",
            "> + ::std::marker::Send {",
            "self.call.send()",
            "}",
            "}",
            "__rt::call!(RemoveThings, types::Thing);",
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
fn object_argument_has_its_own_type() {
    let source = with_parameters(
        "/things",
        &json!([{"in": "query", "name": "span", "explode": false,
            "schema": {"$ref": "#/components/schemas/Thing"}}]),
    );
    for wanted in [
        "__rt::Style::Form,).object()",
        "self.call.set::<types::Thing,_>(0usize,value)",
        "pubfnbuilder()->partial::Thing",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    assert!(!source.contains("Whole"), "{source}");
}

#[test]
fn setters_accept_values_that_convert() {
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
    for (kind, name, setter, more, settings) in [
        ("path", "thing_id", "thing_id", "", ""),
        ("query", "created_date[gte]", "created_date_gte", "", ""),
        ("query", "each", "each", "", ""),
        (
            "new",
            "joined",
            "joined",
            ",__rt::ParameterLocation::Query,__rt::Style::Form,",
            "",
        ),
        ("query", "send", "send_", "", ".required()"),
        ("header", "x-other", "x_other", "", ""),
    ] {
        let parameter =
            format!("__rt::Parameter::{kind}(\"{name}\",\"{setter}\"{more}){settings},");
        assert!(
            source.contains(&parameter),
            "{parameter} is missing in {source}"
        );
    }
    for setter in [
        "/**Whichofthem.Thequeryparameter`each`.*/",
        "pubfneach(mutself,value:impl::std::iter::IntoIterator<Item:__rt::Converts<::std::string::String>",
        "pubfncreated_date_gte(mutself,value:impl__rt::Converts<__rt::DateTime>",
        // `send` sends.
        "pubfnsend_(mutself,value:",
    ] {
        assert!(source.contains(setter), "{setter} is missing in {source}");
    }
}

#[test]
fn multipart_bodies_have_a_setter_for_each_part() {
    let mut document = document();
    let file = json!({"type": "string", "format": "binary"});
    let schema = json!({"type": "object", "required": ["file"], "properties": {
        "file": {"type": "array", "items": file},
        "fileName": {"type": "string", "description": "Its name."},
        "send": {"type": "integer"},
    }});
    document["paths"]["/things"]["delete"]["requestBody"] =
        json!({"required": true, "content": {"multipart/form-data": {"schema": schema}}});
    let mut gated = Settings::default();
    gated.gated = true;
    let source = generate(&document, &gated).expect("in order");
    let source: String = source.split_whitespace().collect();
    for wanted in [
        "pubfnfile(mutself,value:impl::std::convert::Into<__rt::Upload>)->Self{self.call=self.call.file(\"file\",value);",
        ".anew(\"fileName\").part::<::std::string::String,V>(\"fileName\",false,value)",
        "pubfnsend_<V>(mutself,value:V)->SelfwhereV:__rt::Converts<i64>",
        "self.call.send(&[(\"file\",\"file\")])",
        ".body(\"multipart/form-data\",true)",
        "#[cfg(feature=\"uploads\")]#[derive(Debug)]#[must_use",
        "#[cfg(feature=\"uploads\")]implRemoveThings{",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    // A user's crate has no such feature, and its own switch.
    let mut settings = Settings::default();
    assert!(!generated(&document).contains("cfg("));
    settings.uploads = false;
    let source = generate(&document, &settings).expect("in order");
    assert!(!source.contains("RemoveThings"), "{source}");
}

#[test]
fn unsent_call_causes_a_warning() {
    assert!(generated(&document()).contains("#[must_use = "));
}

#[test]
fn operations_belong_to_the_type_with_their_credentials() {
    let mut document = document();
    let method = "fn remove_things(&self) -> builder::RemoveThings {";
    let of = |source: &str, name: &str| {
        let start = source
            .find(&format!("pub trait {name}Operations"))
            .expect("a trait");
        source[start..]
            .split("\nimpl ")
            .next()
            .is_some_and(|of| of.contains(method))
    };
    let source = generated(&document);
    assert!(
        of(&source, "Connection") && !of(&source, "Client"),
        "{source}"
    );
    // A method of the type itself, which would take its place, does not compile.
    assert!(source.contains("let _: builder::RemoveThings = it.remove_things();"));

    document["paths"]["/things"]["delete"]["security"] = json!([{"ApiKey": []}]);
    let source = generated(&document);
    assert!(
        of(&source, "Client") && !of(&source, "Connection"),
        "{source}"
    );
    assert!(!source.contains("needs_token"));
    assert!(
        source.contains("let response = client.remove_things().send().await?;"),
        "{source}"
    );
}

#[test]
fn examples_without_arguments_are_compiled() {
    let example = "let response = connection.remove_things().send().await?;";
    let source = generate(&document(), &Settings::record()).expect("in order");
    assert!(source.contains(example) && source.contains("```no_run"));
    assert!(!source.contains("```ignore"));
    // The tests of a user's crate are the user's.
    let source = generated(&document());
    assert!(
        source.contains(&format!("```text\n{example}\n```")),
        "{source}"
    );
}
