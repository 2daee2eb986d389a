//! Taking credentials out of what a server sends: some servers quote what they refuse, and not
//! always letter by letter.

use std::borrow::Cow;

/// What stands in the place of a credential.
const REDACTED: &[u8] = b"<redacted>";

/// A shorter text cannot be told from an ordinary word, and protects nothing. In bytes.
pub(crate) const SHORTEST: usize = 8;

/// Replaces every occurrence of a secret in `text`: written plainly, or with any of its characters
/// escaped as JSON, Rust, URLs or HTML escape them. Secrets are visible ASCII.
pub(crate) fn redact<'a>(text: &'a [u8], secrets: &[&[u8]]) -> Cow<'a, [u8]> {
    // No spelling is shorter than the plain one.
    let lengths = secrets.iter().map(|secret| secret.len());
    let shortest = lengths.filter(|length| *length >= SHORTEST).min();
    if shortest.is_none_or(|shortest| text.len() < shortest) {
        return Cow::Borrowed(text);
    }
    // At most places no secret can begin, in no spelling: this is what keeps long texts cheap.
    let mut begins = [false; 256];
    let firsts = secrets.iter().filter_map(|secret| secret.first());
    for byte in firsts.chain(br"\%&+") {
        begins[usize::from(*byte)] = true;
    }
    let mut out: Option<Vec<u8>> = None;
    let (mut at, mut copied) = (0, 0);
    while let Some(next) = text[at..].iter().position(|it| begins[usize::from(*it)]) {
        at += next;
        // The longest match wins: one secret may begin with another.
        let end = secrets
            .iter()
            .filter(|secret| secret.len() >= SHORTEST)
            .filter_map(|secret| match_at(text, at, secret))
            .max();
        match end {
            Some(end) => {
                let out = out.get_or_insert_default();
                out.extend_from_slice(&text[copied..at]);
                out.extend_from_slice(REDACTED);
                (at, copied) = (end, end);
            }
            None => at += 1,
        }
    }
    match out {
        Some(mut out) => {
            out.extend_from_slice(&text[copied..]);
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

/// So many of its first characters tell of a secret whose end is missing, and give little of it away.
const TELLING: usize = 4;

/// How long a character can be in any spelling, in bytes.
const LONGEST_SPELLING: usize = 20;

/// As [`redact`], for a text whose end may be missing, and with it the end of a secret.
pub(crate) fn redact_cut<'a>(text: &'a [u8], secrets: &[&[u8]]) -> Cow<'a, [u8]> {
    let text = redact(text, secrets);
    let secrets = secrets.iter().filter(|secret| secret.len() >= SHORTEST);
    let begins = secrets.filter_map(|secret| {
        let from = text.len().saturating_sub(LONGEST_SPELLING * secret.len());
        (from..text.len()).find(|start| is_cut_off(&text, *start, secret))
    });
    match begins.min() {
        Some(at) => Cow::Owned([&text[..at], REDACTED].concat()),
        None => text,
    }
}

/// Whether `secret`, in any spelling, begins at `start` and goes on behind the end of the text.
fn is_cut_off(text: &[u8], start: usize, secret: &[u8]) -> bool {
    // At most places of a text not even the first character fits, and nothing is allocated.
    let fits = |first: &u8| spellings(&text[start..], *first, start).next().is_some();
    if !secret.first().is_some_and(fits) {
        return false;
    }
    let mut places = vec![start];
    for (index, &expected) in secret.iter().enumerate() {
        // What is left may be the beginning of one more character's spelling.
        let at_the_end = |at: &usize| match &text[*at..] {
            [] => true,
            [b'\\' | b'%' | b'&', rest @ ..] => rest.len() < LONGEST_SPELLING,
            _ => false,
        };
        if index >= TELLING && places.iter().any(at_the_end) {
            return true;
        }
        places = after(text, &places, expected);
    }
    false
}

/// Where `secret`, in any spelling, ends when it begins at `start`.
fn match_at(text: &[u8], start: usize, secret: &[u8]) -> Option<usize> {
    // A character can have several spellings that fit (a backslash is one, and begins others), so
    // all places are kept where the secret may have come to.
    let (first, others) = secret.split_first()?;
    // At most places of a text not even the first character fits, and nothing is allocated.
    let mut places: Vec<usize> = spellings(text.get(start..)?, *first, start).collect();
    for &expected in others {
        places = after(text, &places, expected);
        if places.is_empty() {
            return None;
        }
    }
    places.into_iter().max()
}

/// Where `expected`, in any spelling, ends when it begins at one of `places`.
fn after(text: &[u8], places: &[usize], expected: u8) -> Vec<usize> {
    let mut next: Vec<usize> = places
        .iter()
        .flat_map(|&at| spellings(text.get(at..).unwrap_or_default(), expected, at))
        .collect();
    next.sort_unstable();
    next.dedup();
    next
}

/// The ends of every spelling of `expected` that `rest`, which begins at `at`, begins with.
fn spellings(rest: &[u8], expected: u8, at: usize) -> impl Iterator<Item = usize> {
    let plain = usize::from(rest.first() == Some(&expected));
    // What is escaped twice has several backslashes.
    let backslashes = rest
        .iter()
        .take(8)
        .take_while(|&&byte| byte == b'\\')
        .count();
    let run = if expected == b'\\' { backslashes } else { 0 };
    let length = match rest.first() {
        Some(b'\\') if rest.get(backslashes) == Some(&expected) => Some(backslashes + 1),
        Some(b'\\') => unicode_escape(&rest[backslashes - 1..], expected)
            .map(|length| backslashes - 1 + length),
        Some(b'%') => (number(rest.get(1..3), 16) == Some(u32::from(expected))).then_some(3),
        Some(b'&') => entity(rest, expected),
        // A form writes a space as a plus sign.
        Some(b'+') => (expected == b' ').then_some(1),
        _ => None,
    };
    (1..=plain.max(run))
        .chain(length)
        .map(move |length| at + length)
}

/// The length of `\u0061`, or of `\u{61}` as Rust writes it.
fn unicode_escape(rest: &[u8], expected: u8) -> Option<usize> {
    if rest.get(1) != Some(&b'u') {
        return None;
    }
    let (digits, length) = if rest.get(2) == Some(&b'{') {
        let end = rest.iter().take(12).position(|&byte| byte == b'}')?;
        (rest.get(3..end), end + 1)
    } else {
        (rest.get(2..6), 6)
    };
    (number(digits, 16) == Some(u32::from(expected))).then_some(length)
}

/// The length of `&quot;`, `&#34;` or `&#x22;`.
fn entity(rest: &[u8], expected: u8) -> Option<usize> {
    let end = rest.iter().take(12).position(|&byte| byte == b';')?;
    let found = match rest.get(1..end)? {
        b"quot" => u32::from(b'"'),
        b"apos" => u32::from(b'\''),
        b"amp" => u32::from(b'&'),
        b"lt" => u32::from(b'<'),
        b"gt" => u32::from(b'>'),
        [b'#', b'x' | b'X', digits @ ..] => number(Some(digits), 16)?,
        [b'#', digits @ ..] => number(Some(digits), 10)?,
        _ => return None,
    };
    (found == u32::from(expected)).then_some(end + 1)
}

fn number(digits: Option<&[u8]>, radix: u32) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits?).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str, secrets: &[&str]) -> String {
        let secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_bytes()).collect();
        String::from_utf8(redact(text.as_bytes(), &secrets).into_owned()).expect("text stays text")
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
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
    fn the_longer_of_two_secrets_goes_whole_whichever_comes_first() {
        let (short, long) = ("org-12345", "org-12345-SECRETTAIL");
        for secrets in [[short, long], [long, short]] {
            assert_eq!(
                redacted(&format!("{long},{short}"), &secrets),
                "<redacted>,<redacted>"
            );
        }
    }

    #[test]
    fn a_secret_whose_end_is_missing_is_found_in_every_spelling_from_its_fourth_character_on() {
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
    fn text_without_a_secret_is_not_even_copied_and_bytes_that_are_no_text_hide_none() {
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
