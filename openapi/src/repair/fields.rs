//! Repairs missing fields and values of the wrong shape.

use serde_json::{Map, Number, Value, json};

use super::Repair;
use crate::spec::{Kind, Shape, is_annotation};

/// Returns true if a keyword of a schema can be omitted.
///
/// `readOnly` and `writeOnly` cannot, because they determine the contents of requests and responses.
fn is_silent(keyword: &str) -> bool {
    is_annotation(keyword) && !["readOnly", "writeOnly"].contains(&keyword)
}

impl Repair<'_> {
    /// Adds neutral values for fields that OpenAPI requires and the client does not need.
    pub(super) fn missing(&mut self, kind: Kind, fields: &mut Map<String, Value>) {
        let fillers: &[(&str, Value)] = match kind {
            Kind::Document => &[("info", json!({}))],
            Kind::Info => &[("title", json!("")), ("version", json!(""))],
            Kind::License => &[("name", json!(""))],
            Kind::ExternalDocs | Kind::Server => &[("url", json!(""))],
            Kind::RequestBody => &[("content", json!({}))],
            Kind::Response => &[("description", json!(""))],
            Kind::OAuthFlow => &[("scopes", json!({}))],
            _ => &[],
        };
        for (name, filler) in fillers {
            if fields.get(*name).is_none_or(Value::is_null) {
                fields.insert((*name).to_owned(), filler.clone());
                self.findings.note(format!(
                    "the required field `{name}` is missing and gets an empty value"
                ));
            }
        }
    }

    /// Converts a value to the shape that the table requires, if the meaning stays the same.
    ///
    /// Returns false if the field must be removed.
    pub(super) fn shape(
        &mut self,
        kind: Kind,
        name: &str,
        shape: Shape,
        value: &mut Value,
    ) -> bool {
        let repaired = match (shape, &*value) {
            (Shape::Any, _) => return true,
            // A null is read as a missing field.
            (_, Value::Null) => None,
            (Shape::Text, Value::Number(number)) => Some(json!(number.to_string())),
            (Shape::Text, Value::Bool(flag)) if kind != Kind::Schema => {
                Some(json!(flag.to_string()))
            }
            (Shape::Flag, Value::String(text)) if text == "true" || text == "false" => {
                Some(json!(text == "true"))
            }
            (Shape::Number, Value::String(text)) => match text.parse::<Number>() {
                Ok(number) => Some(Value::Number(number)),
                Err(_) => return true,
            },
            (Shape::Texts, Value::String(text)) => Some(json!([text])),
            (Shape::Values, other) if name == "examples" && !other.is_array() => None,
            (Shape::Text | Shape::Flag | Shape::Node(_), other)
                if kind == Kind::Schema && is_silent(name) && !shape.fits(other) =>
            {
                None
            }
            _ => return true,
        };
        if let Some(repaired) = repaired {
            self.findings.note(format!("{value} is read as {repaired}"));
            *value = repaired;
            return true;
        }
        let what = if value.is_null() {
            "null is read as a missing field"
        } else {
            "the field is dropped because its value has the wrong type"
        };
        self.findings.note(what);
        false
    }

    /// Removes declarations of earlier drafts of JSON Schema, most of whose keywords have the same meaning.
    pub(super) fn dialect(&mut self, keyword: &str, fields: &mut Map<String, Value>) {
        let draft = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.contains("json-schema.org/draft") && !name.contains("2020-12")
        };
        if let Some(Value::String(name)) = fields.get(keyword)
            && draft(name)
        {
            let note = format!("`{name}` is read as JSON Schema 2020-12");
            fields.remove(keyword);
            self.findings.note_at(keyword, note);
        }
    }

    /// Converts boolean exclusive bounds, as in OpenAPI 3.0, to the numbers of 3.1.
    pub(super) fn bounds(&mut self, schema: &mut Map<String, Value>) {
        for (flag, bound) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            let Some(Value::Bool(exclusive)) = schema.get(flag) else {
                continue;
            };
            let exclusive = *exclusive;
            schema.remove(flag);
            if exclusive && let Some(limit) = schema.remove(bound) {
                schema.insert(flag.to_owned(), limit);
            }
            self.findings
                .note_at(flag, "the boolean bound is read as in OpenAPI 3.0");
        }
    }
}
