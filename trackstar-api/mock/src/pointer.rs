//! JSON pointers (RFC 6901): to name places in messages, and to find them again.

use serde_json::Value;

/// The pointer to what stands under `step` at the place of `pointer`.
#[must_use]
pub fn below(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// The place that a reference within the document leads to, as a pointer.
#[must_use]
pub fn target(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}

/// The reference from outside the document to the place of `pointer`.
#[must_use]
pub fn reference(base: &str, pointer: &str) -> String {
    let encoded =
        percent_encoding::utf8_percent_encode(pointer, percent_encoding::NON_ALPHANUMERIC);
    // Slashes are the structure of a pointer, and stay readable.
    format!("{base}#{}", encoded.to_string().replace("%2F", "/"))
}

/// Follows references that stand alone, and tells where they end.
#[must_use]
pub fn resolve(document: &Value, pointer: &str) -> Option<String> {
    let mut pointer = pointer.to_owned();
    // A chain of references longer than this is a circle.
    for _ in 0..64 {
        let value = document.pointer(&pointer)?;
        match value.get("$ref").and_then(Value::as_str) {
            Some(next) => pointer = target(next)?,
            None => return Some(pointer),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_followed_to_their_end_and_circles_have_none() {
        let document = json!({
            "a": {"$ref": "#/b~1c"}, "b/c": {"$ref": "#/%C3%BC"}, "ü": 1,
            "round": {"$ref": "#/round"},
        });
        assert_eq!(resolve(&document, "/a").as_deref(), Some("/ü"));
        assert_eq!(resolve(&document, "/round"), None);
        assert_eq!(resolve(&document, "/nowhere"), None);
    }

    #[test]
    fn what_is_referred_to_from_outside_is_found_again() {
        let reference = reference("json-schema:///", &below("/paths", "/a b/{ü~}"));
        let (base, fragment) = reference.split_once('#').unwrap_or_default();
        assert_eq!(base, "json-schema:///");
        let found = target(&format!("#{fragment}"));
        assert_eq!(found.as_deref(), Some("/paths/~1a b~1{ü~0}"));
    }
}
