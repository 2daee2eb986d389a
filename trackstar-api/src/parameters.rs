//! How the values of parameters are written into a URL.
//!
//! Called by the generated code alone, so that what is called depends on the document.
#![allow(
    dead_code,
    reason = "a document without path or query parameters calls none of it"
)]

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::Error;
use crate::transport::Operation;

/// All but the unreserved characters of RFC 3986: slashes, backslashes and percent signs cannot
/// end a segment, and an encoded text cannot be decoded to one that does.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path parameter as one segment of the path, which it cannot leave.
///
/// A URL parser resolves `.` and `..` even when they are percent-encoded, and an empty segment asks
/// for the collection instead of the item: such values are refused before there is a URL. With
/// them, `DELETE /magic-links/{id}` could become `DELETE /connections`.
pub(crate) fn segment(
    operation: &'static Operation,
    name: &str,
    value: &str,
) -> Result<String, Error> {
    let refused = match value {
        "" => "is empty, and would ask for another resource",
        "." | ".." => "is a dot segment, and would ask for another resource",
        _ => return Ok(utf8_percent_encode(value, SEGMENT).to_string()),
    };
    Err(Error::invalid_request(operation)(format!(
        "the path parameter `{name}` {refused}: give the id of one record"
    )))
}

/// Appends a query parameter to the URL of `request`: nothing for an absent value, one pair a value
/// for a list, or one pair with commas.
pub(crate) fn append(
    request: &mut reqwest::Request,
    operation: &'static Operation,
    name: &str,
    value: &impl Serialize,
    commas: bool,
) -> Result<(), Error> {
    let refuse = |what: String| {
        Error::invalid_request(operation)(format!("the query parameter `{name}` {what}"))
    };
    let value = serde_json::to_value(value)
        .map_err(|error| refuse(format!("cannot be written: {error}")))?;
    let texts = match &value {
        Value::Null => return Ok(()),
        Value::Array(values) => values.iter().map(text).collect(),
        other => text(other).map(|text| vec![text]),
    };
    let texts = texts.ok_or_else(|| refuse("holds an object, which no query can carry".into()))?;
    if commas && texts.iter().any(|text| text.contains(',')) {
        return Err(refuse(
            "holds a comma within a value, which would split it in two".into(),
        ));
    }
    let mut pairs = request.url_mut().query_pairs_mut();
    if commas {
        pairs.append_pair(name, &texts.join(","));
    } else {
        pairs.extend_pairs(texts.iter().map(|text| (name, text)));
    }
    Ok(())
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
    use super::*;

    static REMOVE: Operation = Operation {
        id: "remove_link",
        method: "DELETE",
        path: "/magic-links/{id}",
        needs_token: false,
    };

    #[test]
    fn no_path_parameter_leaves_its_segment() {
        for refused in ["", ".", ".."] {
            let error = segment(&REMOVE, "id", refused)
                .expect_err("refused")
                .to_string();
            assert!(
                error.contains("`id`") && error.contains("DELETE /magic-links"),
                "{error}"
            );
        }
        for hostile in [
            "../connections",
            "..\\..\\connections",
            "a/b",
            "%2e%2e",
            "%2E%2E/x",
            "a?b=c",
            "a#b",
            "...",
            ".%2e",
            " ",
            "é",
            "\t..",
            "..\n",
        ] {
            let encoded = segment(&REMOVE, "id", hostile).expect(hostile);
            let text = format!("https://h/magic-links/{encoded}");
            let url = reqwest::Url::parse(&text).expect(hostile);
            let segments: Vec<_> = url.path_segments().expect("a path").collect();
            assert_eq!(segments, ["magic-links", encoded.as_str()], "{hostile}");
            assert_eq!((url.query(), url.fragment()), (None, None), "{hostile}");
        }
    }

    #[test]
    fn query_values_are_written_once_each_or_with_commas_and_absent_ones_not_at_all() {
        let mut request = reqwest::Client::new()
            .get("https://h/p")
            .build()
            .expect("valid");
        let mut append =
            |name: &str, value: Value, commas| append(&mut request, &REMOVE, name, &value, commas);
        append("none", Value::Null, false).expect("absent");
        append("created_date[gte]", "2026-01-01 &".into(), false).expect("a text");
        append("limit", 10.into(), false).expect("a number");
        append("each", ["a", "b"].to_vec().into(), false).expect("a list");
        append("all[in]", ["a", "b"].to_vec().into(), true).expect("a list");
        append("bad", ["a,b"].to_vec().into(), true).expect_err("a comma");
        append("bad", serde_json::json!({"a": 1}), true).expect_err("an object");
        assert_eq!(
            request.url().query(),
            Some("created_date%5Bgte%5D=2026-01-01+%26&limit=10&each=a&each=b&all%5Bin%5D=a%2Cb")
        );
    }
}
