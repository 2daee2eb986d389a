//! Texts of others on a terminal: nothing in them moves its cursor, changes its title or its colours,
//! or reorders what stands beside them.

use std::fmt::Write as _;

use crate::sanitize::{is_unsafe, write_escaped};

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
            letter => {
                let _infallible = write_escaped(&mut out, letter);
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
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(out, "\\u{unit:04x}");
            }
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
