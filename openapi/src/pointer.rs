//! JSON pointers (RFC 6901) and their form in the fragment of a URI.

use std::borrow::Cow;
use std::fmt::Write;

/// The pointer of the place where a walk stands.
///
/// A segment never holds an unescaped slash, so that going back up is cutting at the last one.
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
pub struct JsonPointer(String);

impl JsonPointer {
    /// Goes down to the field of a name.
    pub fn push(&mut self, segment: &str) {
        self.0.push('/');
        self.0.push_str(&escape(segment));
    }

    /// Goes down to the item at an index.
    pub fn push_index(&mut self, index: usize) {
        let _infallible = write!(self.0, "/{index}");
    }

    /// Goes up by one segment.
    pub fn pop(&mut self) {
        let end = self.0.rfind('/').unwrap_or_default();
        self.0.truncate(end);
    }

    /// Returns the pointer as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for JsonPointer {
    fn from(pointer: &str) -> Self {
        let mut at = Self::default();
        for segment in segments(pointer) {
            at.push(&segment);
        }
        at
    }
}

/// Returns the segment of a pointer that stands for a name.
///
/// ```
/// assert_eq!(trackstar_openapi::pointer::escape("/a~b"), "~1a~0b");
/// ```
#[must_use]
pub fn escape(name: &str) -> Cow<'_, str> {
    // Two searches for a byte each are many times faster than one for either.
    if name.contains('~') || name.contains('/') {
        Cow::Owned(name.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Returns the name that a segment of a pointer stands for.
///
/// ```
/// assert_eq!(trackstar_openapi::pointer::unescape("~1a~0b"), "/a~b");
/// ```
#[must_use]
pub fn unescape(segment: &str) -> String {
    // The order matters: `~01` is the text `~1`, not a slash.
    segment.replace("~1", "/").replace("~0", "~")
}

/// Returns the names along a pointer.
///
/// ```
/// let names: Vec<String> = trackstar_openapi::pointer::segments("/paths/~1parcels/0").collect();
/// assert_eq!(names, ["paths", "/parcels", "0"]);
/// ```
pub fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// Returns the pointer to a place below another one.
///
/// ```
/// let pointer = trackstar_openapi::pointer::below("/paths", &["/parcels", "get"]);
/// assert_eq!(pointer, "/paths/~1parcels/get");
/// ```
#[must_use]
pub fn below(pointer: &str, names: &[&str]) -> String {
    let mut at = JsonPointer(pointer.to_owned());
    for name in names {
        at.push(name);
    }
    at.0
}

/// Decodes the percent signs that a pointer carries as a URI fragment.
///
/// `None` where a percent sign is followed by no code, or the codes are not UTF-8.
pub(crate) fn decode_fragment(fragment: &str) -> Option<String> {
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

/// Writes a pointer as the fragment of a URI.
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

/// One step of a position; indexes sort by number and before names, which makes the order total.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Index(usize),
    Name(String),
}

/// A key that sorts pointers in the order of the document, the tenth entry after the second.
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
    fn a_pointer_escapes_names_and_goes_back_up() {
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
    fn an_escaped_tilde_before_a_one_is_no_slash() {
        assert_eq!(segments("/~01").collect::<Vec<_>>(), ["~1"]);
    }

    #[test]
    fn a_fragment_with_a_broken_percent_code_is_no_pointer() {
        assert_eq!(
            decode_fragment("/a%20b%C3%A9").as_deref(),
            Some("/a b\u{e9}")
        );
        assert_eq!(decode_fragment("/a%2"), None);
        assert_eq!(decode_fragment("/a%zz"), None);
        assert_eq!(decode_fragment("/a%ff"), None);
    }

    #[test]
    fn a_pointer_comes_back_from_the_fragment_that_it_is_written_as() {
        let pointer = "/paths/~1a~1{b c}/\u{e9}%";
        let fragment = encode_fragment(pointer);
        assert_eq!(fragment, "/paths/~1a~1%7Bb%20c%7D/%C3%A9%25");
        assert_eq!(decode_fragment(&fragment).as_deref(), Some(pointer));
    }

    #[test]
    fn positions_sort_by_number_where_there_are_numbers() {
        let mut pointers = ["/a/10", "/a/2", "/a", "/a/1a", "", "/b"];
        pointers.sort_by_cached_key(|pointer| position(pointer));
        assert_eq!(pointers, ["", "/a", "/a/2", "/a/10", "/a/1a", "/b"]);
    }
}
