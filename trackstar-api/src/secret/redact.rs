//! Redacts credentials in text that comes from a server or library.
//!
//! Some servers quote what they reject, and the quote isn't necessarily verbatim.

#[cfg(test)]
mod encoders;
mod escapes;
mod pattern;
mod search;
mod secrets;
#[cfg(test)]
mod spellings;
mod steps;

use std::borrow::Cow;

use escapes::Text;
use pattern::{Pattern, TELLING};
pub(crate) use secrets::Secrets;

/// The replacement for a credential.
const REDACTED: &[u8] = b"<redacted>";

/// The minimum length of a secret in bytes. We can't tell anything shorter from an ordinary word,
/// and it wouldn't be much of a secret anyway.
pub(crate) const SHORTEST: usize = 8;

/// The maximum number of times that we decode a text.
const ROUNDS: usize = 3;

/// Redacts every occurrence of a secret in `text`.
///
/// The text is decoded up to three times, which covers percent-encoding, HTML entities, and JSON
/// and Rust escapes. After that, we look for the secret itself, for its hexadecimal form, and for
/// base64 (or base64url) of anything that contains it. We ignore ASCII case.
#[must_use]
pub fn redact<'a>(text: &'a [u8], secrets: &[&[u8]]) -> Cow<'a, [u8]> {
    redacted(text, secrets, ROUNDS, false)
}

/// Like `redact`, but for text in which a server's text may have been escaped once more. This
/// includes the messages of a library and strings in a JSON body.
pub(crate) fn redact_escaped<'a>(text: &'a [u8], secrets: &[&[u8]], cut: bool) -> Cow<'a, [u8]> {
    redacted(text, secrets, ROUNDS + 1, cut)
}

/// Like `redact`, but for text that may have been cut off, perhaps in the middle of a secret.
pub(crate) fn redact_cut<'a>(text: &'a [u8], secrets: &[&[u8]]) -> Cow<'a, [u8]> {
    redacted(text, secrets, ROUNDS, true)
}

fn redacted<'a>(text: &'a [u8], secrets: &[&[u8]], rounds: usize, cut: bool) -> Cow<'a, [u8]> {
    let secrets = secrets.iter().filter(|secret| secret.len() >= SHORTEST);
    let shortest = if cut {
        Some(TELLING)
    } else {
        secrets.clone().map(|it| it.len()).min()
    };
    // No form of a secret is shorter than the secret itself.
    if shortest.is_none_or(|shortest| text.len() < shortest) {
        return Cow::Borrowed(text);
    }
    let read = Text::new(text, rounds);
    let patterns = secrets.flat_map(|secret| Pattern::all(secret));
    let regions = patterns.flat_map(|pattern| search::regions(&read, &pattern, cut));
    let mut regions: Vec<_> = regions.map(|region| (region.start, region.end)).collect();
    if regions.is_empty() {
        return Cow::Borrowed(text);
    }
    regions.sort_unstable();
    let mut out = Vec::with_capacity(text.len());
    let mut copied = 0;
    for (start, end) in regions {
        // A region might start inside of another one, or even be part of it.
        if start >= copied {
            out.extend_from_slice(&text[copied..start]);
            out.extend_from_slice(REDACTED);
        }
        copied = copied.max(end);
    }
    out.extend_from_slice(&text[copied..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::steps::STEPS;
    use super::*;

    /// Returns how many steps the search takes.
    fn steps(text: &[u8], secret: &[u8]) -> usize {
        STEPS.set(0);
        let _found = redact_cut(text, &[secret]);
        STEPS.get()
    }

    #[test]
    fn repetitive_secrets_do_not_cost_more() {
        const LENGTH: usize = 1 << 16;
        let plain = steps(
            &b"api-key-2b1f07d6c9e84a3 ".repeat(LENGTH / 24),
            b"api-key-2b1f07d6c9e84a35",
        );
        for (secret, text) in [
            ("00000000-0000-0000-0000-000000000000".to_owned(), "0"),
            ("0".repeat(32), "0"),
            (format!("{}1", "0".repeat(31)), "0"),
            (format!("{}b", "a".repeat(64)), "a"),
            (format!("{}b", "a".repeat(1024)), "a"),
            (
                "00000000-0000-0000-0000-000000000000".to_owned(),
                "00000000-0000-0000-0000-00000000000 ",
            ),
        ] {
            let text = text.repeat(LENGTH / text.len());
            let steps = steps(text.as_bytes(), secret.as_bytes());
            assert!(steps <= 3 * plain, "{secret}: {steps} against {plain}");
        }
    }

    #[test]
    fn cost_is_linear_in_the_text() {
        let backslashes = format!("{}z", r"\".repeat(31));
        let key = "api-key-2b1f07d6c9e84a35";
        for secret in [
            key,
            &backslashes,
            r"\api-key-2b1f07d6c9e84a35",
            "0000000000000000",
        ] {
            for text in [
                r"\",
                "&",
                "%",
                "%25",
                "%61",
                "&#",
                "&#0",
                "&#48",
                "&#x",
                "&#x30",
                "&#&#48;",
                "&amp;",
                "&amp",
                r"\u",
                r"\u{0",
                r"\u{\u{30}",
                "&#38;",
                r"\\u005c",
                "%%25",
                "&#%26",
                "%26#48",
            ] {
                let [few, many] = [1 << 9, 1 << 12].map(|length| {
                    let text = text.repeat(length / text.len());
                    steps(text.as_bytes(), secret.as_bytes()).max(length)
                });
                assert!(many <= 9 * few, "{text} and {secret}: {few}, then {many}");
                assert!(many <= 100 << 12, "{text} and {secret}: {many}");
            }
        }
    }

    fn redacted(text: &str, secrets: &[&str]) -> String {
        let secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_bytes()).collect();
        String::from_utf8(redact(text.as_bytes(), &secrets).into_owned()).expect("text stays text")
    }

    #[test]
    fn redacts_secrets_in_every_spelling() {
        let secret = r#"sk/li"ve\<a&b>%+ 'z"#;
        let json = serde_json::to_string(secret).expect("a text");
        let spelled = |each: fn(char) -> String| secret.chars().map(each).collect::<String>();
        for spelling in [
            secret.to_owned(),
            json.trim_matches('"').to_owned(),
            json.trim_matches('"').replace('/', "\\/"),
            format!("{secret:?}").trim_matches('"').to_owned(),
            spelled(|it| format!("\\u{:04x}", u32::from(it))),
            spelled(|it| format!("\\u{{{:x}}}", u32::from(it))),
            spelled(|it| format!("%{:02X}", u32::from(it))),
            spelled(|it| format!("%{:02x}", u32::from(it))),
            spelled(|it| format!("&#{};", u32::from(it))),
            spelled(|it| format!("&#x{:x};", u32::from(it))),
            secret
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
            secret.replace('"', "&quot;").replace('\'', "&apos;"),
            secret
                .replace('%', "%25")
                .replace('+', "%2B")
                .replace(' ', "+"),
        ] {
            let text = format!("before {spelling} after {spelling}");
            let expected = "before <redacted> after <redacted>";
            assert_eq!(redacted(&text, &[secret]), expected, "{spelling}");
        }
    }

    #[test]
    fn redacts_the_longer_of_two_overlapping_secrets() {
        let (short, long) = ("org-12345", "org-12345-SECRETTAIL");
        for secrets in [[short, long], [long, short]] {
            assert_eq!(
                redacted(&format!("{long},{short}"), &secrets),
                "<redacted>,<redacted>"
            );
        }
    }

    #[test]
    fn redacts_truncated_secret_of_at_least_four_characters() {
        let secret = r#"se"cre\t-secret"#;
        let cut = |text: &str| {
            let text = redact_cut(text.as_bytes(), &[b"another-1", secret.as_bytes()]);
            String::from_utf8(text.into_owned()).expect("text stays text")
        };
        let json = serde_json::to_string(secret).expect("a text");
        let json = json.trim_matches('"');
        let percent = secret.bytes().map(|it| format!("%{it:02x}"));
        let percent = percent.collect::<Vec<String>>().concat();
        for (spelling, telling) in [(secret, 4), (json, 5), (&percent, 12)] {
            for end in 0..spelling.len() {
                let expected = match end {
                    _ if end < telling => format!("no {}", &spelling[..end]),
                    _ => "no <redacted>".to_owned(),
                };
                assert_eq!(cut(&format!("no {}", &spelling[..end])), expected);
            }
            assert_eq!(cut(&format!("no {spelling}")), "no <redacted>");
            assert_eq!(cut(&format!("no {spelling}!")), "no <redacted>!");
        }
        assert_eq!(cut("se\"cre, not"), "se\"cre, not", "not at the end");
        let whole = redact_cut(b"nothing of it se", &[secret.as_bytes()]);
        assert!(matches!(whole, Cow::Borrowed(_)));
    }

    #[test]
    fn borrows_text_without_secrets_and_searches_bytes() {
        assert!(matches!(
            redact(b"secret-sec \\u", &[b"secret-secret"]),
            Cow::Borrowed(_)
        ));
        assert!(matches!(redact(b"short", &[b"short"]), Cow::Borrowed(_)));
        assert_eq!(
            &*redact(b"\xffsecret-secret\xfe", &[b"secret-secret"]),
            b"\xff<redacted>\xfe"
        );
    }
}
