//! Encodings that servers and libraries might apply to text. These are used in tests.

use std::fmt::Write as _;

/// Encodes text in some way.
pub(crate) type Encoder = fn(&str) -> String;

fn each(text: &str, encode: impl Fn(char, Option<char>) -> Option<String>) -> String {
    let mut letters = text.chars().peekable();
    let mut out = String::new();
    while let Some(letter) = letters.next() {
        match encode(letter, letters.peek().copied()) {
            Some(encoded) => out.push_str(&encoded),
            None => out.push(letter),
        }
    }
    out
}

fn unless_alphanumeric(text: &str, encode: impl Fn(u32) -> String) -> String {
    each(text, |it, _| {
        (!it.is_ascii_alphanumeric()).then(|| encode(it.into()))
    })
}

fn all(text: &str, encode: impl Fn(u32) -> String) -> String {
    each(text, |it, _| Some(encode(it.into())))
}

/// Returns the HTML name of an ASCII punctuation character.
fn name(letter: char) -> Option<&'static str> {
    Some(match letter {
        '&' => "amp",
        '\'' => "apos",
        '*' => "ast",
        '\\' => "bsol",
        ':' => "colon",
        ',' => "comma",
        '@' => "commat",
        '$' => "dollar",
        '=' => "equals",
        '!' => "excl",
        '>' => "gt",
        '^' => "Hat",
        '{' => "lbrace",
        '(' => "lpar",
        '[' => "lsqb",
        '<' => "lt",
        '_' => "lowbar",
        '#' => "num",
        '%' => "percnt",
        '.' => "period",
        '+' => "plus",
        '?' => "quest",
        '"' => "quot",
        '`' => "DiacriticalGrave",
        '}' => "rcub",
        ')' => "rpar",
        ']' => "rsqb",
        ';' => "semi",
        '/' => "sol",
        '|' => "VerticalLine",
        _ => return None,
    })
}

pub(crate) const ENCODERS: [(&str, Encoder); 17] = [
    ("percent, upper", |it| all(it, |it| format!("%{it:02X}"))),
    ("percent, lower", |it| all(it, |it| format!("%{it:02x}"))),
    ("percent, where needed", |it| {
        unless_alphanumeric(it, |it| format!("%{it:02X}"))
    }),
    ("names", |it| {
        each(it, |it, _| name(it).map(|name| format!("&{name};")))
    }),
    ("names without semicolons", |it| {
        each(it, |it, _| name(it).map(|name| format!("&{name}")))
    }),
    ("decimal", |it| all(it, |it| format!("&#{it};"))),
    ("decimal without semicolons", |it| {
        each(it, |it, next| {
            let end = if next.is_some_and(|it| it.is_ascii_digit()) {
                ";"
            } else {
                ""
            };
            (!it.is_ascii_alphanumeric()).then(|| format!("&#{}{end}", u32::from(it)))
        })
    }),
    ("hexadecimal", |it| all(it, |it| format!("&#x{it:x};"))),
    ("hexadecimal, padded", |it| {
        unless_alphanumeric(it, |it| format!("&#X{it:014X};"))
    }),
    ("hexadecimal without semicolons", |it| {
        each(it, |it, next| {
            let end = if next.is_some_and(|it| it.is_ascii_hexdigit()) {
                ";"
            } else {
                ""
            };
            (!it.is_ascii_alphanumeric()).then(|| format!("&#x{:x}{end}", u32::from(it)))
        })
    }),
    ("JSON", |it| {
        let text = serde_json::to_string(it).expect("a text");
        text[1..text.len() - 1].to_owned()
    }),
    ("JSON with slashes", |it| {
        let text = serde_json::to_string(it).expect("a text");
        text[1..text.len() - 1].replace('/', "\\/")
    }),
    ("JSON, all", |it| all(it, |it| format!("\\u{it:04x}"))),
    ("JSON, where needed", |it| {
        unless_alphanumeric(it, |it| format!("\\u{it:04X}"))
    }),
    ("Rust", |it| it.escape_default().to_string()),
    ("Rust, all", |it| all(it, |it| format!("\\u{{{it:x}}}"))),
    ("bytes", |it| {
        unless_alphanumeric(it, |it| format!("\\x{it:02x}"))
    }),
];

fn hex(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        write!(out, "{byte:02x}").expect("a String takes all");
    }
    out
}

fn base64(text: &str, letters: &[u8; 64], padding: &str) -> String {
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let byte = |index| u32::from(group.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..=group.len() {
            let sextet = bits >> (18 - 6 * index) & 63;
            out.push(char::from(letters[sextet as usize]));
        }
        out.push_str(&padding.repeat(3 - group.len()));
    }
    out
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Templates for a value, which consist of a prefix, the secret and a suffix.
pub(crate) const FORMS: [(&str, Encoder); 6] = [
    ("plain", str::to_owned),
    ("hex", hex),
    ("base64", |it| base64(it, STANDARD, "=")),
    ("base64 without padding", |it| base64(it, STANDARD, "")),
    ("base64url", |it| base64(it, URL, "=")),
    ("base64url without padding", |it| base64(it, URL, "")),
];

/// Prefixes of every length modulo three.
pub(crate) const HEADERS: [&str; 4] = [
    "",
    "x-trackstar-api-key: ",
    "x-trackstar-access-token: ",
    "key ",
];

/// Applies all encoders, one after the other.
pub(crate) fn encoded(text: &str, encoders: &[(&str, Encoder)]) -> String {
    let texts = encoders.iter().map(|(_, encode)| encode);
    texts.fold(text.to_owned(), |text, encode| encode(&text))
}
