use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::__rt;

fn priority() -> u8 {
    3
}

#[derive(Debug, PartialEq)]
struct Order {
    id: String,
    note: Option<String>,
    count: Option<i64>,
    must: Option<i64>,
    tags: Vec<String>,
    kind: u8,
}

__rt::object! {
    Order skip_unknown;
    required { 0 "id" id read; 1 "must" must converted; }
    present { 2 "note" note read; }
    optional { 3 "count" count converted; 4 "tags" tags or_default; }
    default { 5 "type" kind read priority; }
}

/// The same type, but with serde's derive.
#[derive(Debug, PartialEq, Deserialize)]
struct Derived {
    id: String,
    note: Option<String>,
    #[serde(default, deserialize_with = "__rt::lenient::converted")]
    count: Option<i64>,
    #[serde(deserialize_with = "__rt::lenient::converted")]
    must: Option<i64>,
    #[serde(default, deserialize_with = "__rt::lenient::or_default")]
    tags: Vec<String>,
    #[serde(rename = "type", default = "priority")]
    kind: u8,
}

#[derive(Debug, PartialEq)]
struct Closed {
    id: String,
}

__rt::object! {
    Closed deny_unknown;
    required { 0 "id" id read; }
    present {}
    optional {}
    default {}
}

#[derive(Debug, PartialEq)]
struct Open {
    id: String,
    rest: Map<String, Value>,
}

__rt::object! {
    Open keep_unknown rest;
    required { 0 "id" id read; }
    present {}
    optional {}
    default {}
}

fn error<T: for<'de> Deserialize<'de> + std::fmt::Debug>(json: &str) -> String {
    serde_json::from_str::<T>(json).expect_err(json).to_string()
}

#[test]
fn reads_the_same_values_as_serde() {
    for json in [
        r#"{"id":"a","must":1}"#,
        r#"{"must":null,"id":"a","note":null,"count":null,"tags":null}"#,
        r#"{"id":"a","must":1.0,"note":"n","count":2.0,"tags":["t"],"type":7,"new":{"x":[1]}}"#,
        r#"{"type":7,"tags":[],"\u0069d":"a","must":1}"#,
    ] {
        let Order {
            id,
            note,
            count,
            must,
            tags,
            kind,
        } = serde_json::from_str(json).expect("valid");
        let read = Derived {
            id,
            note,
            count,
            must,
            tags,
            kind,
        };
        assert_eq!(read, serde_json::from_str(json).expect("valid"), "{json}");
        let value: Value = serde_json::from_str(json).expect("valid");
        let ours = Order::deserialize(&value).expect("valid");
        assert_eq!(
            ours,
            serde_json::from_value(value).expect("valid"),
            "{json}"
        );
    }
}

#[test]
fn reports_the_same_errors_as_serde() {
    for json in [
        r#"{"must":1}"#,
        r#"{"id":"a"}"#,
        r#"{"id":null,"must":1}"#,
        r#"{"id":"a","must":1,"id":"b"}"#,
        r#"{"id":"a","must":1,"type":null}"#,
        r#"{"id":"a","must":1"#,
        "7",
        "\"a\"",
    ] {
        let derived = error::<Derived>(json).replace("struct Derived", "struct Order");
        assert_eq!(error::<Order>(json), derived, "{json}");
    }
    let list = error::<Order>(r#"["a",null,1,1,[],7]"#);
    assert!(
        list.starts_with("invalid type: sequence, expected struct Order"),
        "{list}"
    );
}

#[test]
fn rejects_or_keeps_unknown_fields() {
    let closed = error::<Closed>(r#"{"id":"a","new":1}"#);
    assert!(
        closed.starts_with("unknown field `new`, expected `id`"),
        "{closed}"
    );
    let open: Open =
        serde_json::from_str(r#"{"new":{"x":[1]},"id":"a","other":null}"#).expect("valid");
    assert_eq!(
        Value::Object(open.rest),
        json!({"new": {"x": [1]}, "other": null})
    );
    assert_eq!(open.id, "a");
}
