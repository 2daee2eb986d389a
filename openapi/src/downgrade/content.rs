//! `contentEncoding` and `contentMediaType`, which 3.0 expresses by the format of a string.

use serde_json::Value;

use super::Downgrade;
use crate::media_type::essence;
use crate::spec::Fields;

impl Downgrade<'_> {
    /// Sets the format of a string with encoded contents.
    ///
    /// A base64 string has the format `byte`. A string without an encoding and with a media type that is
    /// not textual has the format `binary`, because 3.1 describes uploaded files in this way. So has a
    /// string with the encoding `binary`, which means raw bytes (RFC 2045).
    pub(super) fn content(&mut self, original: &Fields, output: &mut Fields) {
        let text = |key: &str| match original.get(key) {
            Some(Value::String(text)) => Some(text.to_ascii_lowercase()),
            _ => None,
        };
        let encoding = text("contentEncoding");
        let media = text("contentMediaType");
        let raw = encoding.as_deref() == Some("binary") && !output.contains_key("format");
        if let Some(encoding) = &encoding
            && !raw
        {
            if encoding != "base64" {
                let note = format!(
                    "`contentEncoding` is dropped because OpenAPI 3.0 has no format for `{encoding}`"
                );
                self.findings.note_at("contentEncoding", note);
            } else if let Some(format) = output.get("format").filter(|it| *it != "byte") {
                let note = format!(
                    "`contentEncoding` is dropped because the schema already has the format {format}"
                );
                self.findings.note_at("contentEncoding", note);
            } else {
                output.insert("format".to_owned(), "byte".into());
            }
        }
        let file = media.as_deref().is_some_and(|media| !is_text(media));
        let binary = raw || encoding.is_none() && file && !output.contains_key("format");
        if binary {
            // Without a type the keyword restricts only strings, but nothing else can be uploaded.
            if !output.contains_key("type") && !output.contains_key("anyOf") {
                output.insert("type".to_owned(), "string".into());
            }
            output.insert("format".to_owned(), "binary".into());
        }
        let Some(media) = media else { return };
        if !binary || media != "application/octet-stream" {
            let note =
                format!("`{media}` is dropped because strings have no media type in OpenAPI 3.0");
            self.findings.note_at("contentMediaType", note);
        }
    }
}

fn is_text(media: &str) -> bool {
    let media = essence(media);
    let (kind, name) = media.split_once('/').unwrap_or((&media, ""));
    kind == "text"
        || kind == "application"
            && (["json", "xml", "yaml", "jwt", "x-www-form-urlencoded"].contains(&name)
                || name.ends_with("+json")
                || name.ends_with("+xml")
                || name.ends_with("+yaml"))
}
