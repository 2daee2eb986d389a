//! Segments of a path, and texts that a server may read as several.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// All characters except the unreserved ones of RFC 3986. Slashes, backslashes and percent signs
/// cannot end a segment, and decoding an encoded text cannot produce one that does.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns a path parameter as a single segment of the path. Returns an error if it could leave the
/// segment.
///
/// URL parsers resolve `.` and `..` even if they are percent-encoded. Some servers resolve them
/// after an encoded slash, or decode twice. An empty segment requests the collection instead of the
/// item. Such values are rejected before a URL is built. Otherwise, `DELETE /magic-links/{id}`
/// could become `DELETE /connections`. A percent sign in an id is sent as `%25`.
pub(crate) fn segment(name: &str, value: &str) -> Result<String, String> {
    let problem = if value.is_empty() {
        Some("is empty")
    } else {
        misread(value.as_bytes())
    };
    match problem {
        None => Ok(utf8_percent_encode(value, UNRESERVED).to_string()),
        Some(problem) => Err(format!(
            "the path parameter `{name}` {problem}, and could ask for another resource: give the \
             id of one record, as it is and not percent-encoded"
        )),
    }
}

/// Maximum rounds of decoding. A text that needs more counts as an attack.
const MOST_DECODINGS: usize = 8;

/// Describes how a server may misread `decoded`, a path segment after one round of decoding. Servers that decode a path
/// before they split it, or that run after a proxy that decoded it, may find dot segments and slashes in it.
pub(crate) fn misread(decoded: &[u8]) -> Option<&'static str> {
    let separators = |text: &[u8]| text.iter().filter(|it| is_separator(**it)).count();
    let mut text = Cow::Borrowed(decoded);
    for _ in 0..MOST_DECODINGS {
        if hides_dot_segment(&text) {
            return Some("holds a dot segment");
        }
        // These bytes are invalid in UTF-8. Some decoders read them as a dot or a slash.
        let overlong = |pair: &[u8]| matches!(pair, [0xc0 | 0xc1, 0x80..=0xbf]);
        if text.windows(2).any(overlong) {
            return Some("holds bytes that are not UTF-8");
        }
        if !text.contains(&b'%') {
            return None;
        }
        let next: Vec<u8> = percent_decode(&text).collect();
        if *next == *text {
            return None;
        }
        if separators(&next) > separators(&text) {
            return Some("holds a slash that is percent-encoded twice");
        }
        text = Cow::Owned(next);
    }
    Some("is percent-encoded many times over")
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// Returns true if a server that parses the text as a path finds a dot segment.
fn hides_dot_segment(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| is_separator(*byte));
    // Some servers drop the text after a semicolon before they resolve dot segments.
    parts.any(|part| matches!(part.split(|byte| *byte == b';').next(), Some(b"." | b"..")))
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;

    #[test]
    fn no_path_parameter_leaves_its_segment() {
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

    /// Returns the segments of a path on a server that decodes it `times` times before it resolves
    /// it.
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
        fn any_path_parameter_stays_below_its_collection(
            value in "([.%/\\\\;a-c]|%2[eEfF]|%25|%5[cC]|%3[bB]|%c0%a[ef]){1,9}",
            times in 0_usize..5,
        ) {
            if let Ok(segment) = segment("id", &value) {
                let path = resolved(&format!("magic-links/{segment}"), times);
                proptest::prop_assert_eq!(&path[0], b"magic-links", "{:?} {}", value, times);
                // A slash in the id itself remains one after any number of decodings.
                let parts = 1 + value.bytes().filter(|it| matches!(it, b'/' | b'\\')).count();
                proptest::prop_assert!(path.len() <= 1 + parts, "{:?} {}", value, times);
                proptest::prop_assert_eq!(
                    percent_encoding::percent_decode_str(&segment).decode_utf8_lossy(), value
                );
            }
        }
    }
}
