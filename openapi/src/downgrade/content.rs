//! `contentEncoding` and `contentMediaType`: what 3.0 says by the format of a text.

use serde_json::{Map, Value};

use super::Lowering;
use crate::media_type::essence;

type Fields = Map<String, Value>;

impl Lowering<'_> {
    /// A text in base64 is of the format `byte`; one of no encoding that holds something else
    /// than text is `binary`, which is how 3.1 describes the file of an upload. So is one whose
    /// encoding is `binary`: that is the name for bytes as they are (RFC 2045).
    pub(super) fn content(&mut self, original: &Fields, lowered: &mut Fields) {
        let text = |key: &str| match original.get(key) {
            Some(Value::String(text)) => Some(text.to_ascii_lowercase()),
            _ => None,
        };
        let encoding = text("contentEncoding");
        let media = text("contentMediaType");
        let raw = encoding.as_deref() == Some("binary") && !lowered.contains_key("format");
        if let Some(encoding) = &encoding
            && !raw
        {
            if encoding != "base64" {
                let note = format!("lost, OpenAPI 3.0 has no format for `{encoding}`");
                self.findings.note_at("contentEncoding", note);
            } else if let Some(format) = lowered.get("format").filter(|it| *it != "byte") {
                let note = format!("lost, the format {format} is kept");
                self.findings.note_at("contentEncoding", note);
            } else {
                lowered.insert("format".to_owned(), "byte".into());
            }
        }
        let file = media.as_deref().is_some_and(|media| !is_text(media));
        let binary = raw || encoding.is_none() && file && !lowered.contains_key("format");
        if binary {
            // Without a type the keyword speaks of texts alone, but nothing else can be uploaded.
            if !lowered.contains_key("type") && !lowered.contains_key("anyOf") {
                lowered.insert("type".to_owned(), "string".into());
            }
            lowered.insert("format".to_owned(), "binary".into());
        }
        let Some(media) = media else { return };
        if !binary || media != "application/octet-stream" {
            let note = format!("lost, OpenAPI 3.0 does not say that a text holds `{media}`");
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
