//! Media types. The generator knows a few by name, while documents use many others with the same
//! representation on the wire.

use serde_json::{Value, json};

use crate::findings::Findings;
use crate::media_type::{essence, is_any};
use crate::reference::{self, follow};

/// The representation of a body in the generator, starting with the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Json,
    /// JSON with another media type.
    OtherJson,
    Form,
    Binary,
    Text,
    /// Text or bytes with a media type that the generator does not know. They are passed unchanged.
    OtherText,
    OtherBinary,
}

impl Rank {
    /// Returns the media type by which the generator knows the representation.
    pub(super) fn known(self) -> &'static str {
        match self {
            Self::Json | Self::OtherJson => JSON,
            Self::Form => "application/x-www-form-urlencoded",
            Self::Binary | Self::OtherBinary => "application/octet-stream",
            Self::Text | Self::OtherText => "text/plain",
        }
    }
}

const JSON: &str = "application/json";

/// Textual media types that do not start with `text/`.
const TEXTS: [&str; 8] = [
    "application/ecmascript",
    "application/javascript",
    "application/jwt",
    "application/sql",
    "application/toml",
    "application/x-yaml",
    "application/xml",
    "application/yaml",
];

/// Returns the representation of a body, or `None` for multipart bodies and invalid media types.
pub(super) fn rank(document: &Value, name: &str, media: &Value) -> Option<Rank> {
    let plain = essence(name);
    let (kind, rest) = plain.split_once('/')?;
    if !name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) || kind == "multipart" {
        return None;
    }
    Some(match plain.as_str() {
        JSON => Rank::Json,
        "application/x-www-form-urlencoded" => Rank::Form,
        "application/octet-stream" => Rank::Binary,
        "text/plain" | "text/x-markdown" => Rank::Text,
        "text/json" => Rank::OtherJson,
        _ if kind != "text" && rest.ends_with("+json") => Rank::OtherJson,
        _ if is_any(&plain) && is_structured(document, media) => Rank::OtherJson,
        _ if kind == "text" || rest.ends_with("+xml") || rest.ends_with("+yaml") => Rank::OtherText,
        other if TEXTS.contains(&other) => Rank::OtherText,
        _ => Rank::OtherBinary,
    })
}

/// Returns true if a body with a media type is JSON.
pub(super) fn is_json(document: &Value, name: &str, media: &Value) -> bool {
    rank(document, name, media).is_some_and(|rank| rank <= Rank::OtherJson)
}

/// Returns true if the values of a schema have a structure, which implies JSON under any media type. A
/// string may be plain text.
fn is_structured(document: &Value, media: &Value) -> bool {
    let schema = media
        .get("schema")
        .and_then(|schema| follow(document, schema));
    let Some(Value::Object(schema)) = schema else {
        return false;
    };
    match schema.get("type") {
        Some(kind) => kind != "string",
        None => ["properties", "items", "allOf", "anyOf", "oneOf"]
            .iter()
            .any(|key| schema.contains_key(*key)),
    }
}

/// Removes the schemas from the content of a response that is read as raw bytes.
pub(super) fn as_bytes(document: &mut Value, pointer: &str, findings: &mut Findings) {
    let names = change(document, pointer, |document, response| {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        let mut names = Vec::new();
        for (name, media) in content.into_iter().flatten() {
            if is_structured(document, media) {
                media["schema"] = json!({"type": "string"});
                names.push(name.clone());
            }
        }
        (!names.is_empty()).then(|| names.join(", "))
    });
    if let Some(names) = names {
        let note = format!("the client returns {names} unchanged and ignores the schema");
        findings.note_on(pointer, note);
    }
}

/// Removes the content of a response that must not have any in HTTP (RFC 9110, sections 9.3.2, 15.3.5
/// and 15.3.6).
pub(super) fn leave_out(document: &mut Value, pointer: &str, findings: &mut Findings) {
    let left_out = change(document, pointer, |_, response| {
        let content = response.as_object_mut()?.remove("content");
        content.filter(|content| *content != json!({}))
    });
    if left_out.is_some() {
        findings.note_on(
            pointer,
            "the content is dropped because HTTP does not allow a body here",
        );
    }
}

/// Changes a copy of a response, because other operations may share the component. If `how` returns
/// `None`, nothing changes.
pub(super) fn change<R>(
    document: &mut Value,
    pointer: &str,
    how: impl FnOnce(&Value, &mut Value) -> Option<R>,
) -> Option<R> {
    let (_, response) = reference::resolve(document, pointer)?;
    let mut response = response.clone();
    let result = how(document, &mut response)?;
    *document.pointer_mut(pointer)? = response;
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_media_types_by_their_representation() {
        let text = json!({"schema": {"type": "string"}});
        let object = json!({"schema": {"$ref": "#/o"}});
        let document = json!({"o": {"properties": {}}});
        for (name, media, expected) in [
            ("application/json", &text, Some(Rank::Json)),
            ("Application/JSON; charset=utf-8", &text, Some(Rank::Json)),
            ("application/hal+json", &text, Some(Rank::OtherJson)),
            ("application/vnd.api+json;v=1", &text, Some(Rank::OtherJson)),
            ("text/json", &text, Some(Rank::OtherJson)),
            ("*/*", &object, Some(Rank::OtherJson)),
            ("*/*", &text, Some(Rank::OtherBinary)),
            ("application/xml", &object, Some(Rank::OtherText)),
            ("application/soap+xml", &object, Some(Rank::OtherText)),
            ("text/csv", &text, Some(Rank::OtherText)),
            ("text/plain;x=y", &text, Some(Rank::Text)),
            ("image/png", &text, Some(Rank::OtherBinary)),
            ("multipart/mixed", &object, None),
            ("text/ü", &text, None),
            ("text/a\nb: c", &text, None),
            ("json", &text, None),
        ] {
            assert_eq!(rank(&document, name, media), expected, "{name}");
        }
    }
}
