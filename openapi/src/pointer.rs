//! JSON pointers (RFC 6901) and their representation as URI fragments.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::Value;

/// The pointer to the current location of a walk.
///
/// ```
/// use trackstar_openapi::pointer::JsonPointer;
///
/// let mut pointer = JsonPointer::default();
/// pointer.push("paths");
/// pointer.push("/parcels");
/// assert_eq!(pointer.as_str(), "/paths/~1parcels");
/// pointer.pop();
/// assert_eq!(pointer.as_str(), "/paths");
/// ```
#[derive(Clone, Debug, Default)]
pub struct JsonPointer {
    text: String,
    /// Length of the text before each segment.
    before: Vec<usize>,
}

impl JsonPointer {
    /// Appends the name of a field.
    pub fn push(&mut self, segment: &str) {
        self.before.push(self.text.len());
        self.text.push('/');
        self.text.push_str(&escape(segment));
    }

    /// Appends the index of an item.
    pub fn push_index(&mut self, index: usize) {
        self.before.push(self.text.len());
        let _infallible = write!(self.text, "/{index}");
    }

    /// Removes the last segment.
    pub fn pop(&mut self) {
        self.text.truncate(self.before.pop().unwrap_or_default());
    }

    /// Returns the pointer as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<&str> for JsonPointer {
    fn from(pointer: &str) -> Self {
        let before = pointer.match_indices('/').map(|(index, _)| index);
        Self {
            before: before.collect(),
            text: pointer.to_owned(),
        }
    }
}

/// Escapes a name for use as a segment of a pointer.
///
/// ```
/// assert_eq!(trackstar_openapi::pointer::escape("/a~b"), "~1a~0b");
/// ```
#[must_use]
pub fn escape(name: &str) -> Cow<'_, str> {
    // Two searches for one byte each are many times faster than one search for either byte.
    let has = |byte| name.as_bytes().contains(&byte);
    if has(b'~') || has(b'/') {
        Cow::Owned(name.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Returns the name that a segment of a pointer represents.
///
/// ```
/// assert_eq!(trackstar_openapi::pointer::unescape("~1a~0b"), "/a~b");
/// ```
#[must_use]
pub fn unescape(segment: &str) -> String {
    if !segment.as_bytes().contains(&b'~') {
        return segment.to_owned();
    }
    // The order matters: `~01` represents the text `~1`, not a slash.
    segment.replace("~1", "/").replace("~0", "~")
}

/// Returns the unescaped segments of a pointer.
///
/// ```
/// let names: Vec<String> = trackstar_openapi::pointer::segments("/paths/~1parcels/0").collect();
/// assert_eq!(names, ["paths", "/parcels", "0"]);
/// ```
pub fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// Returns a pointer extended by the given names.
///
/// ```
/// let pointer = trackstar_openapi::pointer::below("/paths", &["/parcels", "get"]);
/// assert_eq!(pointer, "/paths/~1parcels/get");
/// ```
#[must_use]
pub fn below(pointer: &str, names: &[&str]) -> String {
    let mut text = pointer.to_owned();
    for name in names {
        text.push('/');
        text.push_str(&escape(name));
    }
    text
}

/// Returns the name of the schema component at a pointer, or `None` if the pointer leads elsewhere.
///
/// ```
/// use trackstar_openapi::pointer::schema_name;
///
/// assert_eq!(schema_name("/components/schemas/a~1b").as_deref(), Some("a/b"));
/// assert_eq!(schema_name("/components/schemas/a/items"), None);
/// ```
#[must_use]
pub fn schema_name(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| unescape(name))
}

/// Returns the value at a pointer, like [`Value::pointer`] but without allocating each segment.
///
/// ```
/// use trackstar_openapi::pointer;
///
/// let document = serde_json::json!({"paths": {"/parcels": {"tags": ["a"]}}});
/// assert_eq!(pointer::get(&document, "/paths/~1parcels/tags/0").unwrap(), "a");
/// assert_eq!(pointer::get(&document, ""), Some(&document));
/// assert_eq!(pointer::get(&document, "/paths/~1parcels/tags/00"), None);
/// assert_eq!(pointer::get(&document, "paths"), None);
/// ```
#[must_use]
pub fn get<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    let mut segments = pointer.split('/');
    if segments.next() != Some("") {
        return None;
    }
    segments.try_fold(document, |value, segment| match value {
        Value::Object(fields) if segment.as_bytes().contains(&b'~') => {
            fields.get(&unescape(segment))
        }
        Value::Object(fields) => fields.get(segment),
        Value::Array(items) => items.get(index(segment)?),
        _ => None,
    })
}

/// Returns the index of an item. Signs and leading zeros are not allowed.
fn index(segment: &str) -> Option<usize> {
    let is_plain = segment == "0" || !segment.starts_with(['+', '0']);
    segment.parse().ok().filter(|_| is_plain)
}

/// Decodes the percent-encoding of a pointer in a URI fragment.
///
/// Returns `None` if a percent sign is not followed by two hexadecimal digits, or if the result is not
/// UTF-8.
pub(crate) fn decode_fragment(fragment: &str) -> Option<String> {
    if !fragment.as_bytes().contains(&b'%') {
        return Some(fragment.to_owned());
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Encodes a pointer as a URI fragment.
pub(crate) fn encode_fragment(pointer: &str) -> String {
    let mut fragment = String::with_capacity(pointer.len());
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte) {
            fragment.push(char::from(byte));
        } else {
            let _infallible = write!(fragment, "%{byte:02X}");
        }
    }
    fragment
}

/// A segment for sorting. Indexes sort numerically and before names, so the order is total.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Index(usize),
    Name(String),
}

/// Returns a key that sorts pointers in document order, with the tenth entry after the second.
pub(crate) fn position(pointer: &str) -> Vec<Step> {
    segments(pointer)
        .map(|segment| match segment.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Name(segment),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_escaped_names_and_pops_them() {
        let mut trail = JsonPointer::default();
        trail.push("paths");
        trail.push("/a~b/{c}");
        assert_eq!(trail.as_str(), "/paths/~1a~0b~1{c}");
        assert_eq!(
            segments(trail.as_str()).collect::<Vec<_>>(),
            ["paths", "/a~b/{c}"]
        );
        trail.pop();
        trail.push_index(3);
        assert_eq!(trail.as_str(), "/paths/3");
        trail.pop();
        trail.pop();
        trail.pop();
        assert_eq!(trail.as_str(), "");
    }

    #[test]
    fn escaped_tilde_before_a_one_is_not_a_slash() {
        assert_eq!(segments("/~01").collect::<Vec<_>>(), ["~1"]);
    }

    #[test]
    fn rejects_fragments_with_invalid_percent_encoding() {
        assert_eq!(
            decode_fragment("/a%20b%C3%A9").as_deref(),
            Some("/a b\u{e9}")
        );
        assert_eq!(decode_fragment("/a%2"), None);
        assert_eq!(decode_fragment("/a%zz"), None);
        assert_eq!(decode_fragment("/a%ff"), None);
    }

    #[test]
    fn decodes_the_fragments_that_it_encodes() {
        let pointer = "/paths/~1a~1{b c}/\u{e9}%";
        let fragment = encode_fragment(pointer);
        assert_eq!(fragment, "/paths/~1a~1%7Bb%20c%7D/%C3%A9%25");
        assert_eq!(decode_fragment(&fragment).as_deref(), Some(pointer));
    }

    #[test]
    fn indexes_sort_numerically() {
        let mut pointers = ["/a/10", "/a/2", "/a", "/a/1a", "", "/b"];
        pointers.sort_by_cached_key(|pointer| position(pointer));
        assert_eq!(pointers, ["", "/a", "/a/2", "/a/10", "/a/1a", "/b"]);
    }
}
