//! Escapes text that we don't trust before it's printed to a terminal. Otherwise, it could move the
//! cursor, change the title or colors, or reorder the text around it.

use std::fmt::Write as _;

use heck::ToKebabCase as _;
use trackstar_api::__rt::untyped::{is_unsafe, write_escaped};

/// Escapes text, including line breaks.
pub(super) fn one_line(text: &str) -> String {
    escaped(text, |_| false)
}

/// Separates `{n}`, which clap would replace with a line break.
pub(super) fn without_placeholders(text: &str) -> String {
    text.replace("{n}", "{ n }")
}

/// Escapes text, except for line breaks.
pub(super) fn lines(text: &str) -> String {
    escaped(text, |letter| letter == '\n')
}

fn escaped(text: &str, allowed: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if allowed(letter) || !is_unsafe(letter) => out.push(letter),
            letter => {
                let _infallible = write_escaped(&mut out, letter);
            }
        }
    }
    out
}

/// Escapes JSON. Unsafe characters only occur inside of strings, where we can use `\u`. The
/// serializer takes care of some of them.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != '\n' && is_unsafe(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    out
}

/// Converts a name to a flag. For example, `created_date[gte]` becomes `created-date-gte`.
pub(super) fn flag_name(wire: &str) -> String {
    let letters = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    wire.chars()
        .map(letters)
        .collect::<String>()
        .to_kebab_case()
}

/// Converts Markdown to plain text, keeping its paragraphs.
pub(super) fn plain(markdown: &str) -> String {
    let paragraphs = markdown.split("\n\n").map(|paragraph| {
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        without_marks(&words.join(" "))
    });
    let paragraphs: Vec<String> = paragraphs.filter(|it| !it.is_empty()).collect();
    lines(&paragraphs.join("\n\n"))
}

/// Removes tags, emphasis and the targets of links.
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '*', ']']) {
        out.push_str(&rest[..at]);
        let found = &rest[at..];
        let is_tag = |tag: &str| tag.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
        rest = if let Some(tag) = found.strip_prefix('<').filter(|tag| is_tag(tag))
            && let Some((_, after)) = tag.split_once('>')
        {
            after
        } else if let Some(after) = found.strip_prefix("**") {
            after
        } else if let Some(target) = found.strip_prefix("](")
            && let Some((_, after)) = target.split_once(')')
        {
            if let Some(begin) = out.rfind('[') {
                out.remove(begin);
            }
            after
        } else {
            let width = found.chars().next().map_or(1, char::len_utf8);
            out.push_str(&found[..width]);
            &found[width..]
        };
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// Returns the first sentence of a text. It is cut off after `longest` characters.
pub(super) fn first_sentence(text: &str, longest: usize) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let sentence = match paragraph.find(". ") {
        Some(end) => &paragraph[..=end],
        None => paragraph,
    };
    if sentence.chars().count() <= longest {
        return sentence.strip_suffix('.').unwrap_or(sentence).to_owned();
    }
    let cut: String = sentence.chars().take(longest - 1).collect();
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_plain_text() {
        let markdown =
            "The **date**, see\n[Filters](https://a.b/c).<br/>A < b and *c*.\n\nMore\u{1b}.";
        assert_eq!(
            plain(markdown),
            "The date, see Filters.A < b and *c*.\n\nMore\\u{1b}."
        );
        assert_eq!(first_sentence("One. Two.", 20), "One");
        assert_eq!(first_sentence("One two three", 9), "One two…");
    }

    #[test]
    fn flags_are_named_after_wire_names() {
        for (wire, name) in [
            ("created_date[gte]", "created-date-gte"),
            ("X-Pin", "x-pin"),
            ("orderId", "order-id"),
        ] {
            assert_eq!(flag_name(wire), name);
        }
    }

    #[test]
    fn escapes_terminal_control_characters() {
        let evil = "a\u{1b}[31mred\u{9b}2J\u{7}\rb\n\u{202e}c\u{7f}\u{61c}\u{ad}\u{fe0f}\u{e0041}";
        assert_eq!(
            one_line(evil),
            r"a\u{1b}[31mred\u{9b}2J\u{7}\rb\n\u{202e}c\u{7f}\u{61c}\u{ad}\u{fe0f}\u{e0041}"
        );
        assert_eq!(lines("a\nb\t\u{1b}"), "a\nb\\t\\u{1b}");
        let written = serde_json::to_string_pretty(&serde_json::json!({ "a": evil }));
        let written = json(&written.expect("writable"));
        assert!(
            !written.chars().any(|it| it != '\n' && is_unsafe(it)),
            "{written:?}"
        );
        let read: serde_json::Value = serde_json::from_str(&written).expect("still JSON");
        assert_eq!(read["a"], evil);
    }
}
