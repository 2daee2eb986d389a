//! The body of an answer that is not a success, read as far as it can be.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// What the API says in an error: every field optional, unknown fields ignored, and a field of
/// another shape never costs the others.
///
/// The document's `ValidationError` (as the overlays correct it) is held against this by a test.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) error: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) detail: Option<Detail>,
}

impl ErrorBody {
    /// Reads what can be read; `mend` is applied to every text.
    pub(crate) fn parse(body: &[u8], mend: impl Fn(&str) -> String) -> Self {
        // Some servers begin with a byte order mark, which JSON does not know.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let Ok(Value::Object(mut fields)) = serde_json::from_slice(body) else {
            return Self::default();
        };
        let mut text = |name: &str| match fields.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(mend(&text)),
            Some(other) => Some(mend(&other.to_string())),
        };
        Self {
            error: text("error"),
            origin: text("origin"),
            detail: fields
                .get("detail")
                .and_then(|value| Detail::read(value, &mend)),
        }
    }
}

/// The messages of a failed validation: location (`headers`, `query`, `json`, …), then field, then
/// the list of messages.
///
/// Fields inside fields are joined by dots (`line_items.0.sku`); messages about a location as a
/// whole have an empty field, and messages without even a location an empty location.
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Detail {
    fn read(value: &Value, mend: &impl Fn(&str) -> String) -> Option<Self> {
        let mut detail = Self::default();
        match value {
            Value::Null => return None,
            Value::Object(locations) => {
                for (location, fields) in locations {
                    detail.collect(location, "", fields);
                }
            }
            other => detail.collect("", "", other),
        }
        let mended = detail.iter().map(|(location, field, messages)| {
            let messages = messages.iter().map(|message| mend(message)).collect();
            (mend(location), (mend(field), messages))
        });
        let mut fields = BTreeMap::<_, BTreeMap<String, Vec<String>>>::new();
        for (location, (field, messages)) in mended.collect::<Vec<(_, (_, Vec<String>))>>() {
            fields
                .entry(location)
                .or_default()
                .entry(field)
                .or_default()
                .extend(messages);
        }
        Some(Self(fields))
    }

    fn collect(&mut self, location: &str, field: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.collect(location, &join(field, name), value);
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    // Messages about one field stand in a list; objects in a list are several.
                    if value.is_object() || value.is_array() {
                        self.collect(location, &join(field, &index.to_string()), value);
                    } else {
                        self.collect(location, field, value);
                    }
                }
            }
            Value::String(message) => self.push(location, field, message.clone()),
            other => self.push(location, field, other.to_string()),
        }
    }

    fn push(&mut self, location: &str, field: &str, message: String) {
        let fields = self.0.entry(location.to_owned()).or_default();
        fields.entry(field.to_owned()).or_default().push(message);
    }

    /// The messages about one field; empty when there are none.
    #[must_use]
    pub fn get(&self, location: &str, field: &str) -> &[String] {
        self.0
            .get(location)
            .and_then(|fields| fields.get(field))
            .map_or(&[], Vec::as_slice)
    }

    /// Location, field and messages, sorted by location and field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &[String])> {
        self.0.iter().flat_map(|(location, fields)| {
            fields
                .iter()
                .map(|(field, messages)| (location.as_str(), field.as_str(), messages.as_slice()))
        })
    }

    /// Whether there is no message at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn join(field: &str, name: &str) -> String {
    if field.is_empty() {
        name.to_owned()
    } else {
        format!("{field}.{name}")
    }
}

/// `headers x-trackstar-access-token: Missing data for required field.`, separated by semicolons.
impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (location, field, messages)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let label = [location, field].join(" ");
            let colon = if label.trim().is_empty() { "" } else { ": " };
            write!(
                f,
                "{separator}{}{colon}{}",
                label.trim(),
                messages.join(" ")
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: &Value) -> ErrorBody {
        ErrorBody::parse(value.to_string().as_bytes(), str::to_owned)
    }

    #[test]
    fn a_field_of_another_shape_does_not_cost_the_others() {
        let body =
            parse(&json!({"error": {"code": 7}, "origin": "integration", "detail": "no", "x": 1}));
        assert_eq!(body.error.as_deref(), Some(r#"{"code":7}"#));
        assert_eq!(body.origin.as_deref(), Some("integration"));
        assert_eq!(body.detail.expect("kept").get("", ""), ["no"]);
        assert_eq!(
            parse(&json!({"error": null, "detail": null})),
            ErrorBody::default()
        );
        assert_eq!(parse(&json!(["error"])), ErrorBody::default());
        assert_eq!(
            ErrorBody::parse(b"<html>", str::to_owned),
            ErrorBody::default()
        );
        let marked = ErrorBody::parse(b"\xef\xbb\xbf{\"error\": \"e\"}", str::to_owned);
        assert_eq!(marked.error.as_deref(), Some("e"));
    }

    #[test]
    fn every_message_is_kept_however_deep() {
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
            "headers x-trackstar-access-token: Missing. Really.; \
             json line_items.0.quantity: Too small.; json line_items.0.sku: Not a string.; \
             query: Unknown field."
        );
    }
}
