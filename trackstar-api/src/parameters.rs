//! Serialization of parameters and forms. [`written`] converts a value to texts, and [`style`]
//! joins them.
//!
//! Only generated code calls these functions, so the set of called functions depends on the
//! document.
#![allow(
    dead_code,
    reason = "a document without path or query parameters calls none of it"
)]

mod style;
mod written;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::base_url::misread;
use crate::wiped::{self, Wiped};
pub(crate) use style::{Values, append, argument, header, path};
use written::{Written, write};

/// All characters except the unreserved ones of RFC 3986. Slashes, backslashes and percent signs
/// cannot end a segment, and decoding an encoded text cannot produce one that does.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns a path parameter as a single segment of the path. Returns an error if it could leave the
/// segment.
///
/// URL parsers resolve `.` and `..` even if they are percent-encoded. Some servers resolve them
/// after an encoded slash, or decode twice. An empty segment requests the collection instead of the
/// item. Such values are rejected before a URL is built. Otherwise, `DELETE /magic-links/{id}`
/// could become `DELETE /connections`. A percent sign in an id is sent as `%25`.
pub(crate) fn segment(name: &str, value: &str) -> Result<String, String> {
    let problem = if value.is_empty() {
        Some("is empty")
    } else {
        misread(value.as_bytes())
    };
    match problem {
        None => Ok(utf8_percent_encode(value, UNRESERVED).to_string()),
        Some(problem) => Err(format!(
            "the path parameter `{name}` {problem}, and could ask for another resource: give the \
             id of one record, as it is and not percent-encoded"
        )),
    }
}

/// Serializes an object as a form, with one pair for each value. The memory of the values is wiped.
pub(crate) fn form(value: &impl Serialize) -> Result<Bytes, String> {
    let Written::Object(fields) = write(value)? else {
        return Err("a form is made of an object alone".to_owned());
    };
    let mut form = Wiped::default();
    for (name, value) in fields {
        let values = match value {
            Written::Nothing => Vec::new(),
            Written::List(items) => items,
            one => vec![one],
        };
        for value in values {
            let value = text(value).map(Zeroizing::new).ok_or_else(|| {
                format!("`{name}`: it holds an object, which no parameter can carry")
            })?;
            if !form.is_empty() {
                form.extend(b"&");
            }
            encode(&mut form, &name);
            form.extend(b"=");
            encode(&mut form, &value);
        }
    }
    Ok(form.into_bytes())
}

/// Appends a text to a form, encoded as by browsers.
fn encode(form: &mut Wiped, text: &str) {
    const PLAIN: &AsciiSet = &UNRESERVED.add(b'~').remove(b'*');
    for piece in utf8_percent_encode(text, PLAIN) {
        let piece = if piece == "%20" { "+" } else { piece };
        form.extend(piece.as_bytes());
    }
}

/// Returns true if the body of a media type is text, and not JSON under an older name.
pub(crate) fn is_text(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with("text/") && !media_type.starts_with("text/json")
}

/// Serializes a value as plain text. Its memory is wiped.
pub(crate) fn text_of(value: &impl Serialize) -> Result<Bytes, String> {
    text(write(value)?)
        .map(|text| Wiped::from(text.into_bytes()).into_bytes())
        .ok_or_else(|| "a text is made of one value alone".to_owned())
}

/// Serializes a value as JSON.
///
/// JSON cannot represent a number that is not finite. `serde_json` would write null instead, which
/// could clear a field. Such a value is rejected.
pub(crate) fn json(value: &impl Serialize) -> Result<Bytes, String> {
    let body = wiped::json(value).map_err(|error| error.to_string())?;
    if body.windows(4).any(|bytes| bytes == b"null") {
        written::check(value)?;
    }
    Ok(body)
}

fn text(value: Written) -> Option<String> {
    match value {
        Written::Nothing => Some(String::new()),
        Written::Text(text) => Some(text),
        Written::List(_) | Written::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Url;
    use serde_json::json;

    use super::*;

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

    /// Returns the segments of a path on a server that decodes it `times` times before it resolves
    /// it.
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
                // A slash in the id itself remains one after any number of decodings.
                let parts = 1 + value.bytes().filter(|it| matches!(it, b'/' | b'\\')).count();
                proptest::prop_assert!(path.len() <= 1 + parts, "{:?} {}", value, times);
                proptest::prop_assert_eq!(
                    percent_encoding::percent_decode_str(&segment).decode_utf8_lossy(), value
                );
            }
        }
    }

    #[test]
    fn a_form_is_the_pairs_of_an_object() {
        let body = form(&json!({
            "a": "b c&d", "n": null, "list": [1, 2.0], "yes": true, "amount": 1.23e16,
        }));
        assert_eq!(
            String::from_utf8(body.expect("a form").to_vec()).expect("text"),
            "a=b+c%26d&amount=12300000000000000&list=1&list=2&yes=true"
        );
        form(&std::collections::BTreeMap::from([("a", f64::NAN)])).expect_err("no number");
        form(&json!([1])).expect_err("a list");
        form(&json!({"a": {"b": 1}})).expect_err("an object within");
        for (media_type, text) in [
            ("text/plain", true),
            ("Text/CSV; charset=utf-8", true),
            ("text/json", false),
            ("application/json", false),
        ] {
            assert_eq!(is_text(media_type), text, "{media_type}");
        }
        assert_eq!(text_of(&json!("plain")).expect("a text"), &b"plain"[..]);
    }

    proptest::proptest! {
        #[test]
        fn any_form_is_written_as_browsers_do(
            fields in proptest::collection::btree_map("\\PC{0,6}", "[\\PC\\x00-\\x7f]{0,12}", 0..5),
        ) {
            let mut url = Url::parse("form:").expect("a URL");
            url.query_pairs_mut().extend_pairs(&fields);
            let expected = url.query().unwrap_or_default().as_bytes();
            proptest::prop_assert_eq!(form(&fields).expect("a form"), expected);
        }
    }

    #[test]
    fn json_never_says_null_for_a_number_that_is_none() {
        let of =
            |value: Option<f64>| json(&json_of(value)).map(|body| String::from_utf8(body.to_vec()));
        assert_eq!(of(Some(5.0)), Ok(Ok(r#"{"a":5.0}"#.to_owned())));
        assert_eq!(of(None), Ok(Ok(r#"{"a":null}"#.to_owned())));
        let error = of(Some(f64::NAN)).expect_err("refused");
        assert!(error.contains("finite"), "{error}");
        of(Some(f64::INFINITY)).expect_err("refused");
    }

    fn json_of(value: Option<f64>) -> impl Serialize {
        std::collections::BTreeMap::from([("a", value)])
    }
}
