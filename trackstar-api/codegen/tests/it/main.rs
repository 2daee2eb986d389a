//! The generated source, read as a reviewer reads it, and what is refused.

mod builders;
mod command_line;
mod integers;
mod mocks;
mod webhooks;

use serde_json::{Value, json};
use trackstar_codegen::{Error, Settings, generate};

/// A document with one operation, `DELETE /things`, answered by a `Thing`.
fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "third-edition"},
        "paths": {"/things": {"delete": {
            "operationId": "remove_things",
            "summary": "Remove things",
            "security": [{"ApiKey": [], "AccessToken": []}],
            "responses": {"200": {
                "description": "ok",
                "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Thing"},
                }},
            }},
        }}},
        "components": {"schemas": {"Thing": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
        }}},
    })
}

fn generated(document: &Value) -> String {
    generate(document, &Settings::default()).expect("the document is in order")
}

fn refused(document: &Value) -> Error {
    generate(document, &Settings::default()).expect_err("the document is not in order")
}

/// The source from `start` to the first following line that is `end`.
fn excerpt<'a>(source: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    source
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with(start))
        .take_while(|line| *line != end && !line.starts_with("/// For `crate::dynamic`"))
        .collect()
}

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
            "answers: true,",
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
    for (name, setter, place, required, commas) in [
        ("thing_id", "thing_id", "Path", true, false),
        (
            "created_date[gte]",
            "created_date_gte",
            "Query",
            false,
            false,
        ),
        ("each", "each", "Query", false, false),
        ("joined", "joined", "Query", false, true),
        ("send", "send_", "Query", true, false),
        ("x-other", "x_other", "Header", false, false),
    ] {
        let parameter = format!(
            "name:\"{name}\",setter:\"{setter}\",place:crate::operation::Place::{place},\
             required:{required},commas:{commas},"
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

/// `document()`, whose operation also takes a body of these properties.
fn with_body(properties: &Value, required: &Value) -> Value {
    let mut document = document();
    document["paths"]["/things"]["delete"]["requestBody"] = json!({
        "required": true,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}},
    });
    document["components"]["schemas"]["NewThing"] =
        json!({"type": "object", "required": required, "properties": properties});
    document
}

#[test]
fn types_that_are_sent_have_builders_and_those_that_are_read_have_none() {
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
        "#[serde(default,skip_serializing_if=\"crate::Nullable::is_unset\")]pubnote:crate::Nullable<::std::string::String>",
        "pubfnclear_note(mutself)->Self",
        // An empty list is sent, where none is not.
        "#[serde(default,skip_serializing_if=\"::std::option::Option::is_none\")]pubparts:::std::option::Option<::std::vec::Vec<Part>>",
        "self.problems.require(\"name\",\"name\",self.slot_0.is_some());",
        "pubfnbuilder()->builder::NewThing",
        "pubfnbuilder()->builder::Part",
        "Item:::std::convert::TryInto<super::Part,",
        "pubfnbody_map(self,fill:implFnOnce(types::builder::NewThing)->types::builder::NewThing,)->Self",
        "body:Some(crate::operation::Body{media_type:\"application/json\",required:true,})",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
    assert!(!source.contains("builder::Thing"), "{source}");
}

#[test]
fn enums_are_open_however_their_values_are_spelled() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["state"] =
        json!({"type": "string", "enum": ["Open", "Shut"]});
    let source: String = generated(&document).split_whitespace().collect();
    // No attribute says how a variant is written that is spelled like its value.
    assert!(source.contains("{Open,Shut,///"), "{source}");
    assert!(
        source.contains("::unknown::<_,ThingState>\")]UnknownValue("),
        "{source}"
    );
}

#[test]
fn a_date_is_ours_whatever_stands_beside_its_format() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["at"] =
        json!({"type": "string", "format": "date-time", "maxLength": 30, "x-note": true});
    let source = generated(&document);
    assert!(source.contains("crate::DateTime"), "{source}");
    assert!(!source.contains("chrono"), "{source}");
}

#[test]
fn fields_are_read_tolerantly() {
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
        r#"#[serde(deserialize_with="crate::tolerant::integers")]pubcount:i64"#,
        r#"deserialize_with="crate::tolerant::integers",default)]pubmaybe:::std::option::Option<i64>"#,
        r#"#[serde(deserialize_with="crate::tolerant::integers")]pubmust:::std::option::Option<i64>"#,
        r#"deserialize_with="crate::tolerant::or_default")]pubtags:::std::vec::Vec<"#,
        "pubid:::std::string::String",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
}

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
fn a_list_has_pages_and_a_stream_whenever_the_document_has_their_shape() {
    let source: String = generated(&list()).split_whitespace().collect();
    for wanted in [
        "page_token:Some(1usize)",
        "pubfnpages(self)->crate::Pages<types::Things>",
        "pubfnstream(self)->crate::Items<types::Things>",
        "implcrate::PageforThings{typeItem=Thing;",
        "fnnext_token(&self)->::std::option::Option<&str>{self.next_token.as_deref()}",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }

    let mut without_token = list();
    let parameters = &mut without_token["paths"]["/things"]["get"]["parameters"];
    parameters[1]["name"] = json!("cursor");
    assert!(!generated(&without_token).contains("crate::Pages"));
    let mut without_next = list();
    without_next["components"]["schemas"]["Things"]["properties"]["next_token"] =
        json!({"type": "integer"});
    assert!(!generated(&without_next).contains("crate::Pages"));
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
fn an_enum_keeps_values_that_it_does_not_know_and_stays_strict_where_users_convert() {
    let mut document = document();
    document["components"]["schemas"]["Thing"]["properties"]["state"] =
        json!({"type": "string", "enum": ["open", "shut"]});
    let source: String = generated(&document).split_whitespace().collect();
    assert!(
        source.contains(
            "#[serde(untagged,deserialize_with=\"crate::tolerant::unknown::<_,ThingState>\")]\
             UnknownValue(::std::string::String)"
        ),
        "{source}"
    );
    assert!(
        source.contains("Self::UnknownValue(reftext)=>f.write_str(text)"),
        "{source}"
    );
    assert!(
        source.contains(r#""novalueof`types::ThingState`,whichhas\"open\",\"shut\";"#),
        "{source}"
    );
    assert!(
        !source.contains("Copy"),
        "a text cannot be copied: {source}"
    );

    document["components"]["schemas"]["Thing"]["properties"]["state"]["enum"] =
        json!(["open", "unknown_value"]);
    assert!(refused(&document).to_string().contains("UnknownValue"));
}

#[test]
fn ids_and_dates_are_texts_and_points_in_time_are_the_crates_own_type() {
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
        source.contains("pub date_time: ::std::option::Option<crate::DateTime>"),
        "{source}"
    );
}

#[test]
fn a_call_that_is_not_sent_is_warned_about() {
    assert!(generated(&document()).contains("#[must_use = "));
}

#[test]
fn nothing_of_progenitors_client_is_left() {
    let source = generated(&document());
    for gone in [
        "progenitor",
        "api-version",
        "struct Client",
        "unwrap()",
        "ResponseValue",
        "edition",
    ] {
        assert!(!source.contains(gone), "{gone} is left in:\n{source}");
    }
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
fn types_can_gain_fields_and_have_schemas_only_where_they_are_asked_for() {
    let plain = generated(&document());
    assert!(
        plain.contains("#[non_exhaustive]\n    pub struct Thing {"),
        "{plain}"
    );
    assert!(!plain.contains("schemars"));

    let source = generate(&document(), &Settings::with_schemars(true)).expect("in order");
    assert!(source.contains("::schemars::JsonSchema"));
    assert!(
        source.contains(r#"("Thing", ::schemars::schema_for!(types::Thing))"#),
        "{source}"
    );
}

#[test]
fn an_operation_without_content_answers_unit() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"] = json!({"204": {"description": "gone"}});
    let source = generated(&document);
    assert!(
        source.contains("Result<crate::Response<()>, crate::Error>"),
        "{source}"
    );
    assert!(source.contains("self.call.send_empty().await"), "{source}");
    assert!(source.contains("answers: false"), "{source}");
    assert!(
        source.contains("successes: &[(204u16, 204u16)]"),
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

#[test]
fn answers_that_are_no_successes_are_left_to_the_crate() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"]["422"] = json!({
        "description": "no",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    });
    let source = generated(&document);
    assert!(
        source.contains("successes: &[(200u16, 200u16)]"),
        "{source}"
    );
    assert!(!source.contains("422"), "{source}");
}

#[test]
fn an_answer_that_is_no_json_is_given_as_it_is() {
    let mut document = document();
    document["paths"]["/things"]["delete"]["responses"]["200"]["content"] =
        json!({"application/pdf": {"schema": {"type": "string", "format": "binary"}}});
    let source: String = generated(&document).split_whitespace().collect();
    let send =
        "Result<crate::Response<::std::vec::Vec<u8>>,crate::Error>{self.call.send_bytes().await}";
    assert!(source.contains(send), "{source}");
    assert!(source.contains("answers:false"), "{source}");
}

#[test]
fn a_document_that_progenitor_refuses_or_panics_on_is_one_error_that_says_what_to_do() {
    let mut old = document();
    old["openapi"] = json!("2.0");
    assert!(refused(&old).to_string().contains("invalid version"));

    let mut nameless = document();
    nameless["paths"]["/things"]["delete"]["operationId"] = Value::Null;
    let error = refused(&nameless).to_string();
    assert!(
        error.contains("DELETE /things has no operationId"),
        "{error}"
    );

    // Two success types: progenitor asserts that there is at most one.
    let mut two = document();
    two["paths"]["/things"]["delete"]["responses"]["201"] = json!({
        "description": "ok",
        "content": {"application/json": {"schema": {"type": "integer"}}},
    });
    let error = refused(&two).to_string();
    assert!(
        error.contains("gave up") && error.contains("overlays/generator.yaml"),
        "{error}"
    );

    let error = refused(&json!({"openapi": "3.0.3"})).to_string();
    assert!(error.contains("not OpenAPI 3.0"), "{error}");
}
