//! Texts of others on a terminal: nothing in them moves its cursor, changes its title or its colours,
//! or reorders what stands beside them.

use std::fmt::Write as _;

/// Whether a terminal may take `letter` for something else than a letter.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            // Marks that reorder, line breaks of other names, and what is not seen at all.
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// In one line: line breaks are written like all else that is no letter.
pub(super) fn one_line(text: &str) -> String {
    escaped(text, |_| false)
}

/// In as many lines as it has.
pub(super) fn lines(text: &str) -> String {
    escaped(text, |letter| letter == '\n')
}

fn escaped(text: &str, allowed: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if allowed(letter) || !is_unsafe(letter) => out.push(letter),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter => {
                let _infallible = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
        }
    }
    out
}

/// JSON that a terminal shows as it is. In JSON such letters stand in texts alone, where they can be
/// written by their numbers; it escapes some of them by itself.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != '\n' && is_unsafe(letter) {
            let _infallible = write!(out, "\\u{:04x}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let evil = "a\u{1b}[31mred\u{9b}2J\u{7}\rb\n\u{202e}c\u{7f}";
        assert_eq!(
            one_line(evil),
            r"a\u{1b}[31mred\u{9b}2J\u{7}\rb\n\u{202e}c\u{7f}"
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
