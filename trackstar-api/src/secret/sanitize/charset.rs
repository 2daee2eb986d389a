//! Decodes the character sets that servers still use.

use std::borrow::Cow;

use http::{HeaderMap, header};

/// Decodes a body using the character set of its media type.
///
/// Returns `None` if we don't support the character set, or if the body isn't valid.
pub fn decode<'b>(body: &'b [u8], headers: &HeaderMap) -> Option<Cow<'b, str>> {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    match charset(media_type).to_ascii_lowercase().as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => {
            std::str::from_utf8(body).ok().map(Cow::Borrowed)
        }
        // When servers say one of these, they mean the other (WHATWG Encoding, section 4.2).
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" | "windows-1252" | "cp1252" => {
            Some(
                body.iter()
                    .map(|byte| windows_1252(*byte))
                    .collect::<String>()
                    .into(),
            )
        }
        _ => None,
    }
}

/// Returns the `charset` parameter of a media type.
fn charset(media_type: &str) -> &str {
    let mut parameters = media_type.split(';').skip(1);
    let charset = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    });
    charset.unwrap_or_default().trim().trim_matches('"')
}

fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_80[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn decoded(media_type: &'static str, body: &[u8]) -> Option<String> {
        let media_type = HeaderValue::from_static(media_type);
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, media_type)]);
        decode(body, &headers).map(Cow::into_owned)
    }

    #[test]
    fn decodes_the_declared_charset() {
        let latin = b"caf\xe9 \x80";
        for media_type in [
            "text/plain; charset=ISO-8859-1",
            "text/plain;charset=\"latin1\"",
            "text/plain; format=flowed; Charset = windows-1252",
        ] {
            assert_eq!(decoded(media_type, latin).as_deref(), Some("café €"));
        }
        assert_eq!(
            decoded("text/plain", "café".as_bytes()).as_deref(),
            Some("café")
        );
        assert_eq!(decoded("text/plain", latin), None, "not UTF-8");
        assert_eq!(decoded("text/plain; charset=utf-8", latin), None);
        assert_eq!(decoded("text/plain; charset=koi8-r", b"abc"), None);
        assert_eq!(decode(b"abc", &HeaderMap::new()).as_deref(), Some("abc"));
    }
}
