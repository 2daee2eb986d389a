//! Path segments, including those that a server might misinterpret.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986. In particular, this escapes slashes,
/// backslashes and percent signs, so none of them can end a segment.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a path parameter as a single path segment.
///
/// This returns an error if a server could end up in a different segment. URL parsers resolve `.`
/// and `..`, even if they're percent-encoded. Some servers do so after an encoded slash as well, or
/// they decode the path twice. An empty segment is a problem too, since it refers to the collection
/// rather than an item of it. If we allowed these, then `DELETE /magic-links/{id}` could turn into
/// `DELETE /connections`.
///
/// A percent sign is fine. It's sent as `%25`.
pub(crate) fn segment(name: &str, value: &str) -> Result<String, String> {
    let problem = if value.is_empty() {
        Some("is empty")
    } else {
        misread(value.as_bytes())
    };
    match problem {
        None => Ok(utf8_percent_encode(value, UNRESERVED).to_string()),
        Some(problem) => Err(format!(
            "the path parameter `{name}` {problem}, so it could refer to a different resource: \
             use the id of a record, without percent-encoding"
        )),
    }
}

/// The maximum number of decodings. Anything beyond this is assumed to be an attack.
const MOST_DECODINGS: usize = 8;

/// Describes how a server might misinterpret a path segment that has been decoded once.
///
/// Some servers decode a path before they split it, or there is a proxy in front of them that does.
/// They might then find slashes or dot segments in there.
pub(crate) fn misread(decoded: &[u8]) -> Option<&'static str> {
    let separators = |text: &[u8]| text.iter().filter(|it| is_separator(**it)).count();
    let mut text = Cow::Borrowed(decoded);
    for _ in 0..MOST_DECODINGS {
        if hides_dot_segment(&text) {
            return Some("contains a dot segment");
        }
        // This isn't valid UTF-8, but there are decoders that turn it into a dot or a slash.
        let overlong = |pair: &[u8]| matches!(pair, [0xc0 | 0xc1, 0x80..=0xbf]);
        if text.windows(2).any(overlong) {
            return Some("contains invalid UTF-8");
        }
        if !text.contains(&b'%') {
            return None;
        }
        let next: Vec<u8> = percent_decode(&text).collect();
        if *next == *text {
            return None;
        }
        if separators(&next) > separators(&text) {
            return Some("contains a slash that is percent-encoded twice");
        }
        text = Cow::Owned(next);
    }
    Some("exceeds the maximum depth of percent-encoding")
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// Returns true if a server would find a dot segment when parsing this as a path.
fn hides_dot_segment(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| is_separator(*byte));
    // Some servers remove everything after a semicolon first.
    parts.any(|part| matches!(part.split(|byte| *byte == b';').next(), Some(b"." | b"..")))
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;

    #[test]
    fn path_parameters_cannot_leave_their_segment() {
        for refused in [
            "",
            ".",
            "..",
            "../connections",
            "..\\..\\connections",
            "a/..",
            "a/./b",
            "..;x",
            "a/..;x=y/b",
            "%2e%2e",
            "%2E%2E/x",
            ".%2e",
            "%252e.",
            "%25252e%25252e",
            "%2e%2e%3bx",
            "a%2F..",
            "a%2fb",
            "a%5Cb",
            "a%252Fb",
            "%c0%ae%c0%ae",
            "%25252525252525252541",
        ] {
            let error = segment("id", refused).expect_err("refused");
            assert!(error.contains("`id`"), "{error}");
        }
        for (odd, written) in [
            ("a/b", "a%2Fb"),
            ("..a/b..", "..a%2Fb.."),
            ("a;..", "a%3B.."),
            ("a?b=c", "a%3Fb%3Dc"),
            ("a#b", "a%23b"),
            ("...", "..."),
            (" ", "%20"),
            ("é", "%C3%A9"),
            ("\t..", "%09.."),
            ("..\n", "..%0A"),
            ("a%20b", "a%2520b"),
            ("100%", "100%25"),
            ("5%-off", "5%25-off"),
            ("%41", "%2541"),
            ("%zz%2", "%25zz%252"),
            ("%25", "%2525"),
        ] {
            let encoded = segment("id", odd).expect(odd);
            assert_eq!(encoded, written);
            let text = format!("https://h/magic-links/{encoded}");
            let url = Url::parse(&text).expect(odd);
            let segments: Vec<_> = url.path_segments().expect("a path").collect();
            assert_eq!(segments, ["magic-links", encoded.as_str()], "{odd}");
            assert_eq!((url.query(), url.fragment()), (None, None), "{odd}");
        }
    }

    /// Returns the path segments that a server ends up with if it decodes the path `times` times
    /// before resolving it.
    fn resolved(path: &str, times: usize) -> Vec<Vec<u8>> {
        let mut bytes = path.as_bytes().to_vec();
        for _ in 0..times {
            bytes = percent_encoding::percent_decode(&bytes).collect();
        }
        let mut kept: Vec<Vec<u8>> = Vec::new();
        for part in bytes.split(|it| matches!(it, b'/' | b'\\')) {
            match part.split(|it| *it == b';').next() {
                Some(b".") => {}
                Some(b"..") => drop(kept.pop()),
                _ => kept.push(part.to_vec()),
            }
        }
        kept
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_ids_cannot_escape_their_collection(
            value in "([.%/\\\\;a-c]|%2[eEfF]|%25|%5[cC]|%3[bB]|%c0%a[ef]){1,9}",
            times in 0_usize..5,
        ) {
            if let Ok(segment) = segment("id", &value) {
                let path = resolved(&format!("magic-links/{segment}"), times);
                proptest::prop_assert_eq!(&path[0], b"magic-links", "{:?} {}", value, times);
                // If the id has a slash, it's still there no matter how often it is decoded.
                let parts = 1 + value.bytes().filter(|it| matches!(it, b'/' | b'\\')).count();
                proptest::prop_assert!(path.len() <= 1 + parts, "{:?} {}", value, times);
                proptest::prop_assert_eq!(
                    percent_encoding::percent_decode_str(&segment).decode_utf8_lossy(), value
                );
            }
        }
    }
}
