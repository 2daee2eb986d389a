//! Sanitizes text from servers, libraries and users.
//!
//! Before any such text is used in an error, a span or the output of the command line, it is turned
//! into [`Sanitized`]. This redacts it and limits its size. When it's displayed, it is also escaped
//! and shortened.

mod chain;
mod characters;
pub(crate) mod charset;

use std::fmt;

use bytes::Bytes;

pub(crate) use chain::SanitizedError;
pub(crate) use characters::Shown;
pub use characters::{is_unsafe, write_escaped};

use crate::secret::redact::{redact, redact_cut, redact_escaped};

/// The maximum size of the text that we keep, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// Text that comes from elsewhere. It doesn't contain credentials, and its length is limited.
///
/// When formatted, control characters, bidirectional characters and invisible characters are
/// escaped. By default, only the first 200 characters are shown. This can be changed with a
/// precision, for example `{:.80}`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Sanitized(Box<str>);

impl Sanitized {
    /// Creates this from the first 64 KiB of `text`, redacting `secrets`.
    pub(crate) fn new(text: impl AsRef<[u8]>, secrets: &[&[u8]]) -> Self {
        let text = text.as_ref();
        let redacted = match bounded(text) {
            Some(text) => redact_cut(text, secrets),
            None => redact(text, secrets),
        };
        let text = String::from_utf8_lossy(&redacted).into_owned();
        Self(text.into_boxed_str())
    }

    /// Like `new`, but for text that comes from a library. It may have escaped whatever it quotes.
    pub(crate) fn of_library(text: &str, secrets: &[&[u8]]) -> Self {
        let text = text.as_bytes();
        let redacted = match bounded(text) {
            Some(text) => redact_escaped(text, secrets, true),
            None => redact_escaped(text, secrets, false),
        };
        let text = String::from_utf8_lossy(&redacted).into_owned();
        Self(text.into_boxed_str())
    }

    /// Returns the text. It's redacted, but not escaped.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0.into_string()
    }
}

/// If the text is too long, this returns the part that we keep.
fn bounded(text: &[u8]) -> Option<&[u8]> {
    let kept = text.get(..LONGEST)?;
    if kept.len() == text.len() {
        return None;
    }
    // If we've split a character, drop all of it.
    let letters = kept.utf8_chunks().last();
    let torn = letters.map_or(0, |last| last.invalid().len());
    Some(&kept[..kept.len() - if torn < 4 { torn } else { 0 }])
}

impl fmt::Display for Sanitized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Shown(&self.0), f)
    }
}

impl fmt::Debug for Sanitized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Shown(&self.0), f)
    }
}

/// The start of a body with credentials redacted. This isn't meant to be displayed.
#[derive(Clone, Default)]
pub(crate) struct SanitizedBody(Bytes);

impl SanitizedBody {
    /// Creates this from the first 64 KiB of `body`, which may have been cut off, redacting
    /// `secrets`.
    pub(crate) fn new(body: &Bytes, secrets: &[&[u8]]) -> Self {
        let kept = body.slice(..body.len().min(LONGEST));
        let redacted = match redact_escaped(&kept, secrets, true) {
            std::borrow::Cow::Owned(redacted) => Some(Bytes::from(redacted)),
            std::borrow::Cow::Borrowed(_) => None,
        };
        Self(redacted.unwrap_or(kept))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"secret-0123456789";

    #[test]
    fn redacts_and_truncates_on_construction() {
        let text = Sanitized::new("a secret-0123456789 b", &[SECRET]);
        assert_eq!(text.as_str(), "a <redacted> b");
        let long = format!("{}secret-0123456789", "x".repeat(LONGEST - 7));
        let text = Sanitized::new(&long, &[SECRET]);
        assert!(
            text.as_str().ends_with("xx<redacted>"),
            "cut within the secret"
        );
        let long = "é".repeat(LONGEST);
        assert_eq!(Sanitized::new(&long, &[]).as_str(), &long[..LONGEST]);
        let long = format!("a{long}");
        assert_eq!(Sanitized::new(&long, &[]).as_str(), &long[..LONGEST - 1]);
        assert_eq!(Sanitized::new(b"caf\xe9", &[]).as_str(), "caf\u{fffd}");
    }

    #[test]
    fn display_truncates_and_escapes() {
        let text = Sanitized::new("\"a\\\u{1b}[2J\n\u{202e}", &[]);
        assert_eq!(text.to_string(), r#""a\\u{1b}[2J\n\u{202e}"#);
        assert_eq!(format!("{text:?}"), r#""\"a\\\u{1b}[2J\n\u{202e}""#);
        let text = Sanitized::new("x".repeat(1000), &[]);
        assert_eq!(text.to_string(), format!("{}…", "x".repeat(200)));
        assert_eq!(format!("{text:.3}, {text:.3?}"), "xxx…, \"xxx…\"");
    }

    #[test]
    fn redacts_nested_json_escapes() {
        // The secret in three rounds of JSON escapes, as the value of a string.
        let body = Bytes::from(r#"{"error": "\\\\\\\\u0021aaAA\\\\\\\\u005bxyz"}"#);
        let kept = SanitizedBody::new(&body, &[b"!aaAA[xyz"]);
        assert_eq!(kept.as_bytes(), br#"{"error": "<redacted>"}"#);
    }

    #[test]
    fn keeps_the_beginning_of_a_body() {
        let body = Bytes::from(format!("{}secret-0123456789", "x".repeat(LONGEST - 7)));
        let kept = SanitizedBody::new(&body, &[SECRET]);
        assert!(kept.as_bytes().ends_with(b"xx<redacted>"));
        let body = Bytes::from("as it is");
        let kept = SanitizedBody::new(&body, &[SECRET]);
        assert_eq!(kept.as_bytes().as_ptr(), body.as_ptr(), "not copied");
    }
}
