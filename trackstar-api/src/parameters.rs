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

use crate::base_url::misread;
use crate::operation::Parameter;

/// All but the unreserved characters of RFC 3986: slashes, backslashes and percent signs cannot
/// end a segment, and an encoded text cannot be decoded to one that does.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns a path parameter as one segment of the path, which it cannot leave. `Err` says why not.
///
/// A URL parser resolves `.` and `..` even if they are percent-encoded, some servers do so behind an
/// encoded slash or decode twice, and an empty segment asks for the collection instead of the item:
/// such values are refused before there is a URL. With them, `DELETE /magic-links/{id}` could become
/// `DELETE /connections`. A percent sign of an id is sent as `%25`.
pub(crate) fn segment(name: &str, value: &str) -> Result<String, String> {
    let problem = if value.is_empty() {
        Some("is empty")
    } else {
        misread(value.as_bytes())
    };
    match problem {
        None => Ok(utf8_percent_encode(value, SEGMENT).to_string()),
        Some(problem) => Err(format!(
            "the path parameter `{name}` {problem}, and could ask for another resource: give the \
             id of one record, as it is and not percent-encoded"
        )),
    }
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
            "%2e%2e",
            "%2E%2E/x",
            ".%2e",
            "%252e.",
            "%25252e%25252e",
            "%2e%2e%3bx",
            "a%2F..",
            "a%2fb",
            "a%5Cb",
            "a%252Fb",
            "%c0%ae%c0%ae",
            "%25252525252525252541",
        ] {
            let error = segment("id", refused).expect_err("refused");
            assert!(error.contains("`id`"), "{error}");
        }
        for (odd, written) in [
            ("a/b", "a%2Fb"),
            ("..a/b..", "..a%2Fb.."),
            ("a;..", "a%3B.."),
            ("a?b=c", "a%3Fb%3Dc"),
            ("a#b", "a%23b"),
            ("...", "..."),
            (" ", "%20"),
            ("é", "%C3%A9"),
            ("\t..", "%09.."),
            ("..\n", "..%0A"),
            ("a%20b", "a%2520b"),
            ("100%", "100%25"),
            ("5%-off", "5%25-off"),
            ("%41", "%2541"),
            ("%zz%2", "%25zz%252"),
            ("%25", "%2525"),
        ] {
            let encoded = segment("id", odd).expect(odd);
            assert_eq!(encoded, written);
            let text = format!("https://h/magic-links/{encoded}");
            let url = Url::parse(&text).expect(odd);
            let segments: Vec<_> = url.path_segments().expect("a path").collect();
            assert_eq!(segments, ["magic-links", encoded.as_str()], "{odd}");
            assert_eq!((url.query(), url.fragment()), (None, None), "{odd}");
        }
    }

    /// What a server makes of a path that it decodes `times` times before it resolves it.
    fn resolved(path: &str, times: usize) -> Vec<Vec<u8>> {
        let mut bytes = path.as_bytes().to_vec();
        for _ in 0..times {
            bytes = percent_encoding::percent_decode(&bytes).collect();
        }
        let mut kept: Vec<Vec<u8>> = Vec::new();
        for part in bytes.split(|it| matches!(it, b'/' | b'\\')) {
            match part.split(|it| *it == b';').next() {
                Some(b".") => {}
                Some(b"..") => drop(kept.pop()),
                _ => kept.push(part.to_vec()),
            }
        }
        kept
    }

    proptest::proptest! {
        #[test]
        fn any_path_parameter_stays_below_its_collection(
            value in "([.%/\\\\;a-c]|%2[eEfF]|%25|%5[cC]|%3[bB]|%c0%a[ef]){1,9}",
            times in 0_usize..5,
        ) {
            if let Ok(segment) = segment("id", &value) {
                let path = resolved(&format!("magic-links/{segment}"), times);
                proptest::prop_assert_eq!(&path[0], b"magic-links", "{:?} {}", value, times);
                // A slash of the id itself is one however often it is decoded.
                let parts = 1 + value.bytes().filter(|it| matches!(it, b'/' | b'\\')).count();
                proptest::prop_assert!(path.len() <= 1 + parts, "{:?} {}", value, times);
                proptest::prop_assert_eq!(
                    percent_encoding::percent_decode_str(&segment).decode_utf8_lossy(), value
                );
            }
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
