//! How the values of parameters are written into a URL.
//!
//! Called by the generated code alone, so that what is called depends on the document.
#![allow(
    dead_code,
    reason = "a document without path or query parameters calls none of it"
)]

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

use crate::base_url::hides_dot_segment;
use crate::operation::Parameter;

/// All but the unreserved characters of RFC 3986: slashes, backslashes and percent signs cannot
/// end a segment, and an encoded text cannot be decoded to one that does.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path parameter as one segment of the path, which it cannot leave. `Err` says why not.
///
/// A URL parser resolves `.` and `..` even when they are percent-encoded, some servers do so behind
/// an encoded slash too, and an empty segment asks for the collection instead of the item: such
/// values are refused before there is a URL. With them, `DELETE /magic-links/{id}` could become
/// `DELETE /connections`.
pub(crate) fn segment(name: &str, value: &str) -> Result<String, String> {
    let refused = match value {
        "" => "is empty, and would ask for another resource",
        _ if hides_dot_segment(value.as_bytes()) => {
            "holds a dot segment, and would ask for another resource"
        }
        _ => return Ok(utf8_percent_encode(value, SEGMENT).to_string()),
    };
    Err(format!(
        "the path parameter `{name}` {refused}: give the id of one record"
    ))
}

/// The values of a parameter as they are written: none for null, one a value of a list.
pub(crate) fn texts(value: &impl Serialize) -> Result<Vec<String>, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let texts = match &value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(values) => values.iter().map(text).collect(),
        other => text(other).map(|text| vec![text]),
    };
    texts.ok_or_else(|| "it holds an object, which no parameter can carry".to_owned())
}

/// As [`texts`], for what a caller gives. A list of nothing is refused: it would not be written at
/// all, and a filter that was to let nothing through would let everything.
pub(crate) fn argument(value: &impl Serialize) -> Result<Vec<String>, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    if value.as_array().is_some_and(Vec::is_empty) {
        return Err(
            "it is an empty list, which the API would take for no filter: give a value, or \
                    leave it out"
                .to_owned(),
        );
    }
    texts(&value)
}

/// Appends a query parameter to `url`: one pair a value, or one pair with commas. `Err` says what
/// no list with commas can carry.
pub(crate) fn append(
    url: &mut Url,
    parameter: &Parameter,
    values: &[String],
) -> Result<(), String> {
    if values.is_empty() {
        return Ok(());
    }
    let name = parameter.name;
    if !parameter.commas {
        let pairs = values.iter().map(|text| (name, text));
        url.query_pairs_mut().extend_pairs(pairs);
        return Ok(());
    }
    if values.iter().any(|text| text.contains(',')) {
        return Err(format!(
            "the query parameter `{name}` holds a comma within a value, which would split it in two"
        ));
    }
    url.query_pairs_mut().append_pair(name, &values.join(","));
    Ok(())
}

/// An object as a form: one pair a value.
pub(crate) fn form(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let Value::Object(fields) = value else {
        return Err("a form is made of an object alone".to_owned());
    };
    // The one writer of forms in the tree is that of URLs.
    let mut url = Url::parse("form:").map_err(|error| error.to_string())?;
    for (name, value) in &fields {
        let pairs = texts(value).map_err(|error| format!("`{name}`: {error}"))?;
        let pairs = pairs.iter().map(|text| (name, text));
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Ok(url.query().unwrap_or_default().as_bytes().to_vec())
}

/// A text as it is.
pub(crate) fn text_of(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    text(&value)
        .map(String::into_bytes)
        .ok_or_else(|| "a text is made of one value alone".to_owned())
}

/// A scalar as it stands in a URL; `None` for what is no scalar.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operation::Place;

    #[test]
    fn no_path_parameter_leaves_its_segment() {
        for refused in [
            "",
            ".",
            "..",
            "../connections",
            "..\\..\\connections",
            "a/..",
            "a/./b",
            "..;x",
            "a/..;x=y/b",
        ] {
            let error = segment("id", refused).expect_err("refused");
            assert!(error.contains("`id`"), "{error}");
        }
        for hostile in [
            "a/b", "..a/b..", "a;..", "%2e%2e", "%2E%2E/x", "a?b=c", "a#b", "...", ".%2e", " ",
            "é", "\t..", "..\n",
        ] {
            let encoded = segment("id", hostile).expect(hostile);
            let text = format!("https://h/magic-links/{encoded}");
            let url = Url::parse(&text).expect(hostile);
            let segments: Vec<_> = url.path_segments().expect("a path").collect();
            assert_eq!(segments, ["magic-links", encoded.as_str()], "{hostile}");
            assert_eq!((url.query(), url.fragment()), (None, None), "{hostile}");
        }
    }

    #[test]
    fn query_values_are_written_once_each_or_with_commas_and_absent_ones_not_at_all() {
        let mut url = Url::parse("https://h/p").expect("valid");
        let mut append = |name: &'static str, value: Value, commas| {
            let parameter = Parameter {
                name,
                setter: name,
                place: Place::Query,
                required: false,
                commas,
            };
            append(&mut url, &parameter, &texts(&value)?)
        };
        append("none", Value::Null, false).expect("absent");
        append("created_date[gte]", "2026-01-01 &".into(), false).expect("a text");
        append("limit", 10.into(), false).expect("a number");
        append("each", json!(["a", "b"]), false).expect("a list");
        append("all[in]", json!(["a", "b"]), true).expect("a list");
        append("bad", json!(["a,b"]), true).expect_err("a comma");
        append("bad", json!({"a": 1}), true).expect_err("an object");
        assert_eq!(
            url.query(),
            Some("created_date%5Bgte%5D=2026-01-01+%26&limit=10&each=a&each=b&all%5Bin%5D=a%2Cb")
        );
    }

    #[test]
    fn a_form_is_the_pairs_of_an_object() {
        let body = form(&json!({"a": "b c&d", "n": null, "list": [1, 2], "yes": true}));
        assert_eq!(
            String::from_utf8(body.expect("a form")).expect("text"),
            "a=b+c%26d&list=1&list=2&yes=true"
        );
        form(&json!([1])).expect_err("a list");
        form(&json!({"a": {"b": 1}})).expect_err("an object within");
        assert_eq!(text_of(&json!("plain")).expect("a text"), b"plain");
    }
}
