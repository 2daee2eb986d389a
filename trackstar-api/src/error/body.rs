//! Parses the body of an error response as far as possible.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::secret::sanitize::{Sanitized, Shown};

/// Strips the byte order mark, which RFC 8259 (section 8.1) allows JSON parsers to ignore.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// The body of an error response.
///
/// All fields are optional. If one of them has an unexpected type, we still parse the rest. There
/// is a test that compares this type with `ValidationError` in the corrected document.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) error: Option<Sanitized>,
    pub(crate) origin: Option<Sanitized>,
    pub(crate) detail: Option<Detail>,
}

impl ErrorBody {
    /// Parses as much of `body` as possible, passing all text through `sanitize`.
    pub(crate) fn parse(body: &[u8], sanitize: impl Fn(&str) -> Sanitized) -> Self {
        let Ok(Value::Object(mut fields)) = serde_json::from_slice(without_mark(body)) else {
            return Self::default();
        };
        let mut text = |name: &str| match fields.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(sanitize(&text)),
            Some(other) => Some(sanitize(&other.to_string())),
        };
        Self {
            error: text("error"),
            origin: text("origin"),
            detail: fields
                .get("detail")
                .and_then(|value| Detail::read(value, &sanitize)),
        }
    }
}

/// The messages of a failed validation.
///
/// Messages are grouped by location (such as `headers`, `query` or `json`) and field. If a field is
/// nested, its path is joined with dots, as in `line_items.0.sku`. The field is empty for a message
/// about the location as a whole. The location can be empty, too.
///
/// ```no_run
/// # fn example(error: &trackstar_api::Error) {
/// if let Some(detail) = error.detail() {
///     for (location, field, messages) in detail.iter() {
///         println!("{location} {field}: {}", messages.join(" "));
///     }
///     let about_token = detail.get("headers", "x-trackstar-access-token");
///     assert_eq!(about_token, ["Missing data for required field."]);
/// }
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Detail(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Detail {
    fn read(value: &Value, sanitize: &impl Fn(&str) -> Sanitized) -> Option<Self> {
        let mut reading = Reading {
            detail: Self::default(),
            left: LONGEST_DETAIL,
            sanitize,
        };
        match value {
            Value::Null => return None,
            Value::Object(locations) => {
                for (location, fields) in locations {
                    reading.collect(location, "", fields);
                }
            }
            other => reading.collect("", "", other),
        }
        Some(reading.detail)
    }

    /// Returns the messages for a field. If there aren't any, this returns an empty slice.
    #[must_use]
    pub fn get(&self, location: &str, field: &str) -> &[String] {
        self.0
            .get(location)
            .and_then(|fields| fields.get(field))
            .map_or(&[], Vec::as_slice)
    }

    /// Returns an iterator over locations, fields and their messages, sorted by location and field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &[String])> {
        self.0.iter().flat_map(|(location, fields)| {
            fields
                .iter()
                .map(|(field, messages)| (location.as_str(), field.as_str(), messages.as_slice()))
        })
    }

    /// Returns true if there are no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The maximum size of a [`Detail`], in bytes.
///
/// We need this because every message carries the names of all fields around it, so even a small
/// body could blow up.
const LONGEST_DETAIL: usize = 64 * 1024;

struct Reading<'m, M> {
    detail: Detail,
    /// The number of bytes that may still be added.
    left: usize,
    sanitize: &'m M,
}

impl<M: Fn(&str) -> Sanitized> Reading<'_, M> {
    fn collect(&mut self, location: &str, field: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if self.afford(field.len() + name.len()) {
                        self.collect(location, &join(field, name), value);
                    }
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    // A list of plain values has the messages for a field. If it contains objects
                    // or lists instead, we need to go deeper.
                    if !value.is_object() && !value.is_array() {
                        self.collect(location, field, value);
                    } else if self.afford(field.len()) {
                        self.collect(location, &join(field, &index.to_string()), value);
                    }
                }
            }
            Value::String(message) => self.push(location, field, message),
            other => self.push(location, field, &other.to_string()),
        }
    }

    fn push(&mut self, location: &str, field: &str, message: &str) {
        if !self.afford(location.len() + field.len() + message.len()) {
            return;
        }
        let sanitize = |text| (self.sanitize)(text).into_string();
        let fields = self.detail.0.entry(sanitize(location)).or_default();
        let messages = fields.entry(sanitize(field)).or_default();
        messages.push(sanitize(message));
    }

    /// Uses up some of the remaining bytes. If there aren't enough, this returns false, and nothing
    /// else will fit from then on.
    fn afford(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes.max(1));
        self.left = left.unwrap_or_default();
        left.is_some()
    }
}

fn join(field: &str, name: &str) -> String {
    if field.is_empty() {
        name.to_owned()
    } else {
        format!("{field}.{name}")
    }
}

/// Removes the period from the end of a server's message, because more text follows it.
pub(super) fn without_period(message: &str) -> &str {
    match message.strip_suffix('.') {
        Some(rest) if !rest.is_empty() && !rest.ends_with('.') => rest,
        _ => message,
    }
}

impl Detail {
    fn text(&self) -> String {
        let parts = self.iter().map(|(location, field, messages)| {
            let label = [location, field].join(" ");
            let label = label.trim();
            let colon = if label.is_empty() { "" } else { ": " };
            format!("{label}{colon}{}", without_period(&messages.join(" ")))
        });
        parts.collect::<Vec<String>>().join("; ")
    }
}

/// Formats all messages, for example `headers x-trackstar-access-token: Missing data for required
/// field`.
///
/// They are separated with semicolons, escaped, and cut off after 2,000 characters. A period at the
/// end of a message is left out.
impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2000}", Shown(&self.text()))
    }
}

/// The same as `Display`.
impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detail({:.2000?})", Shown(&self.text()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(text: &str) -> Sanitized {
        Sanitized::new(text, &[])
    }

    fn text(text: Option<&Sanitized>) -> Option<&str> {
        text.map(Sanitized::as_str)
    }

    fn parse(value: &Value) -> ErrorBody {
        ErrorBody::parse(value.to_string().as_bytes(), plain)
    }

    #[test]
    fn mistyped_field_does_not_affect_other_fields() {
        let body =
            parse(&json!({"error": {"code": 7}, "origin": "integration", "detail": "no", "x": 1}));
        assert_eq!(text(body.error.as_ref()), Some(r#"{"code":7}"#));
        assert_eq!(text(body.origin.as_ref()), Some("integration"));
        assert_eq!(body.detail.expect("kept").get("", ""), ["no"]);
        assert_eq!(
            parse(&json!({"error": null, "detail": null})),
            ErrorBody::default()
        );
        assert_eq!(parse(&json!(["error"])), ErrorBody::default());
        assert_eq!(ErrorBody::parse(b"<html>", plain), ErrorBody::default());
        let marked = ErrorBody::parse(b"\xef\xbb\xbf{\"error\": \"e\"}", plain);
        assert_eq!(text(marked.error.as_ref()), Some("e"));
    }

    #[test]
    fn keeps_messages_at_any_depth() {
        let body = parse(&json!({"detail": {
            "headers": {"x-trackstar-access-token": ["Missing.", "Really."]},
            "json": {"line_items": {"0": {"sku": ["Not a string."], "quantity": "Too small."}}},
            "query": ["Unknown field."],
        }}));
        let detail = body.detail.expect("kept");
        assert_eq!(
            detail.get("headers", "x-trackstar-access-token"),
            ["Missing.", "Really."]
        );
        assert_eq!(detail.get("json", "line_items.0.sku"), ["Not a string."]);
        assert_eq!(detail.get("json", "line_items.0.quantity"), ["Too small."]);
        assert_eq!(detail.get("query", ""), ["Unknown field."]);
        let listed =
            parse(&json!({"detail": [{"loc": "a", "msg": "x"}, {"loc": "b", "msg": "y"}]}));
        let listed = listed.detail.expect("kept");
        assert_eq!(
            (listed.get("", "0.msg"), listed.get("", "1.msg")),
            (&["x".into()][..], &["y".into()][..])
        );
        assert_eq!(
            detail
                .iter()
                .map(|(_, _, messages)| messages.len())
                .sum::<usize>(),
            5
        );
        assert_eq!(
            detail.to_string(),
            "headers x-trackstar-access-token: Missing. Really; \
             json line_items.0.quantity: Too small; json line_items.0.sku: Not a string; \
             query: Unknown field"
        );
    }

    #[test]
    fn size_of_the_detail_is_bounded() {
        let messages: serde_json::Map<_, _> = (0..4000)
            .map(|index| (index.to_string(), json!("x")))
            .collect();
        let fields = json!({"short": {"a": ["first"]}, "x".repeat(20_000): messages});
        let body = json!({"error": "Validation Error", "detail": fields}).to_string();
        let parsed = ErrorBody::parse(body.as_bytes(), plain);
        let detail = parsed.detail.expect("there is one");
        assert_eq!(detail.get("short", "a"), ["first"]);
        assert!(
            detail.to_string().len() < 100_000,
            "{}",
            detail.to_string().len()
        );
    }
}
