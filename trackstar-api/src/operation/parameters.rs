//! Serializes parameters and forms.
//!
//! First, a value is converted to text by [`written`]. Then, [`style`] puts the pieces together.
//! These functions are only called by generated code, so it depends on the document which ones are
//! used.
#![allow(dead_code, reason = "unused without parameters")]

mod style;
mod written;

use bytes::Bytes;
use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde::Serialize;
use zeroize::Zeroizing;

use super::segment::UNRESERVED;
use crate::secret::wiped::{self, Wiped};
pub(crate) use style::{Values, append, argument, header, path};
use written::{Written, write};

/// Serializes an object as a form. The memory of the values is wiped.
pub(crate) fn form(value: &impl Serialize) -> Result<Bytes, String> {
    let Written::Object(fields) = write(value)? else {
        return Err("only an object can be sent as a form".to_owned());
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
                format!("`{name}`: it contains an object, which is not supported")
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

/// Appends text to a form, encoded in the same way as in a browser.
fn encode(form: &mut Wiped, text: &str) {
    const PLAIN: &AsciiSet = &UNRESERVED.add(b'~').remove(b'*');
    for piece in utf8_percent_encode(text, PLAIN) {
        let piece = if piece == "%20" { "+" } else { piece };
        form.extend(piece.as_bytes());
    }
}

/// Returns true for plain text. This excludes `text/json`, which is an older name for JSON.
pub(crate) fn is_text(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with("text/") && !media_type.starts_with("text/json")
}

/// Serializes a value as plain text. Its memory is wiped.
pub(crate) fn text_of(value: &impl Serialize) -> Result<Bytes, String> {
    text(write(value)?)
        .map(|text| Wiped::from(text.into_bytes()).into_bytes())
        .ok_or_else(|| "only a single value can be sent as text".to_owned())
}

/// Serializes a value as JSON.
///
/// NaN and infinity are rejected, since there is no JSON for them. `serde_json` would write null,
/// which might then clear a field.
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
    fn writes_an_object_as_form_pairs() {
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
        fn writes_forms_like_browsers(
            fields in proptest::collection::btree_map("\\PC{0,6}", "[\\PC\\x00-\\x7f]{0,12}", 0..5),
        ) {
            let mut url = Url::parse("form:").expect("a URL");
            url.query_pairs_mut().extend_pairs(&fields);
            let expected = url.query().unwrap_or_default().as_bytes();
            proptest::prop_assert_eq!(form(&fields).expect("a form"), expected);
        }
    }

    #[test]
    fn rejects_non_finite_numbers_in_json() {
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
