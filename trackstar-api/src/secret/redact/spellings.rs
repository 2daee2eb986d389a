//! Tests `redact` with generated secrets in different forms, with different levels of escaping and
//! upper and lower case, and truncated at different positions.

use std::borrow::Cow;

use proptest::prelude::*;
use proptest::sample::select;

use super::encoders::{ENCODERS, Encoder, FORMS, HEADERS, encoded};
use super::{redact, redact_cut};

fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[!-~][ -~]{6,30}[!-~]",
        "[%&\\\\;#xu0-9a-f]{8,24}",
        "[0a]{8,40}"
    ]
}

fn encoders() -> impl Strategy<Value = Vec<(&'static str, Encoder)>> {
    proptest::collection::vec(select(&ENCODERS), 0..=3)
}

fn text(bytes: Cow<'_, [u8]>) -> String {
    String::from_utf8(bytes.into_owned()).expect("text stays text")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn finds_secrets_in_every_spelling(
        secret in secret(),
        (form, write) in select(&FORMS),
        header in select(&HEADERS),
        encoders in encoders(),
        upper in any::<bool>(),
    ) {
        let header = if form.starts_with("base64") { header } else { "" };
        let written = write(&format!("{header}{secret}"));
        let mut spelling = encoded(&written, &encoders);
        if upper {
            spelling.make_ascii_uppercase();
        }
        let found = text(redact(format!("before {spelling} after").as_bytes(), &[b"another-secret", secret.as_bytes()]));
        let rest = found.strip_prefix("before ").and_then(|it| it.strip_suffix(" after"));
        let rest = rest.expect("the surrounding text is kept");
        let (before, behind) = rest.split_once("<redacted>").expect("it is found");
        prop_assert!(!behind.contains("<redacted>"), "{found}");
        // Base64 digits that don't contain any bits of the secret stay as they are, and so does
        // padding.
        let stays = encoded(&written[..8 * header.len() / 6], &encoders);
        prop_assert!(before.eq_ignore_ascii_case(&stays) || stays.starts_with(before), "{found}");
        let padding = encoded("==", &encoders);
        prop_assert!(behind.len() <= padding.len(), "{found}");
        if form == "plain" || form == "hex" {
            prop_assert_eq!(found, "before <redacted> after");
        }
    }

    #[test]
    fn finds_secret_truncated_at_the_end(
        secret in secret(),
        (_, write) in select(&FORMS),
        encoders in encoders(),
        cut in any::<prop::sample::Index>(),
    ) {
        let written = write(&secret);
        let spelling = encoded(&written, &encoders);
        let end = cut.index(spelling.len() + 1);
        let found = text(redact_cut(format!("before {}", &spelling[..end]).as_bytes(), &[secret.as_bytes()]));
        if end >= encoded(&written[..5], &encoders).len() {
            let behind = found.strip_prefix("before <redacted>").expect("it is found");
            // If a trailing escape is padded with zeros, those could be the start of a secret that
            // consists of zeros.
            let behind = behind.strip_suffix("<redacted>").unwrap_or(behind);
            prop_assert!(encoded("==", &encoders).starts_with(behind), "{found}");
        }
    }

    /// This leaves out all letters of the secret, and those that its other forms can't do without.
    /// For hexadecimal and percent-encoding, these are 6 and 7. For HTML, it's `&`. For base64,
    /// it's any one of G, H, M, N, W, X, 2 and 3.
    #[test]
    fn keeps_text_without_secrets(
        text in r"[ !-%'-/014589:-@A-F\[-`a-f{-~]{0,80}",
        secret in "[g-z]{8,20}",
    ) {
        let found = redact_cut(text.as_bytes(), &[secret.as_bytes()]);
        prop_assert_eq!(found, text.as_bytes());
    }
}
