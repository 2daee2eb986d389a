//! Which type an integer has: a list of records must not fail for a number that its format allows.

use serde_json::json;

use crate::{generated, with_body};

#[test]
fn integer_types_fit_their_formats() {
    let properties = json!({
        "long": {"type": "integer", "format": "int64"},
        "plain": {"type": "integer"},
        "short": {"type": "integer", "format": "int32"},
        "unsigned": {"type": "integer", "format": "uint64"},
        "whole": {"type": "integer", "minimum": 0},
    });
    let source = generated(&with_body(&properties, &json!([])));
    for wanted in [
        "pub long: ::std::option::Option<i64>",
        "pub plain: ::std::option::Option<i64>",
        "pub short: ::std::option::Option<i32>",
        "pub unsigned: ::std::option::Option<u64>",
        "pub whole: ::std::option::Option<u64>",
    ] {
        assert!(source.contains(wanted), "{wanted} is missing in {source}");
    }
}
