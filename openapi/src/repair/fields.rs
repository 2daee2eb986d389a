//! Fields that are missing, or hold something of another shape than they should.

use serde_json::{Map, Number, Value, json};

use super::Repair;
use crate::spec::{Kind, Shape, is_annotation};

/// Returns true if a keyword of a schema can be left out. The directions of a property say something of
/// requests and responses.
fn is_silent(keyword: &str) -> bool {
    is_annotation(keyword) && !["readOnly", "writeOnly"].contains(&keyword)
}

impl Repair<'_> {
    /// What OpenAPI requires and nobody reads is there, and says nothing.
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
                self.findings
                    .note(format!("`{name}` is missing, which OpenAPI requires"));
            }
        }
    }

    /// Gives a value the shape that the table asks for, where it says the same; whether it stays.
    pub(super) fn shape(
        &mut self,
        kind: Kind,
        name: &str,
        shape: Shape,
        value: &mut Value,
    ) -> bool {
        let mended = match (shape, &*value) {
            (Shape::Any, _) => return true,
            // As if it were not there.
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
        if let Some(mended) = mended {
            self.findings.note(format!("{value} is written {mended}"));
            *value = mended;
            return true;
        }
        let what = if value.is_null() {
            "null is as if it were not there"
        } else {
            "it is not what it should be, and left out"
        };
        self.findings.note(what);
        false
    }

    /// Earlier drafts of JSON Schema say most of it in the same words.
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

    /// The bounds of 3.0, flags on others, in a document of 3.1.
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
                .note_at(flag, "it is a flag as in OpenAPI 3.0, and read as there");
        }
    }
}
