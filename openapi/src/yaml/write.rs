//! Writes strings as YAML: plain if that is unambiguous, and quoted otherwise.

use std::fmt::Write as _;

use serde_json::Value;

use super::scalar;

/// Returns a string as a value or an item, with further lines indented by `indent` spaces.
///
/// A string with several lines becomes a literal block.
pub(crate) fn text(text: &str, indent: usize) -> String {
    if !text.contains('\n') || text.chars().any(is_special) {
        return line(text);
    }
    if text.ends_with(' ') || text.contains(" \n") {
        return quoted(text);
    }
    let mut block = "|".to_owned();
    if text.starts_with([' ', '\n']) {
        block.push('2');
    }
    match text.strip_suffix('\n') {
        None => block.push('-'),
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => block.push('+'),
        Some(_) => {}
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.extend([&" ".repeat(indent), line]);
        }
    }
    block
}

/// Returns a string as a key.
pub(crate) fn key(text: &str) -> String {
    line(text)
}

/// Returns a string on one line.
fn line(text: &str) -> String {
    if text.contains('\n') || text.chars().any(is_special) {
        quoted(text)
    } else if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Returns true if a line can be written without quotes.
fn is_plain(text: &str) -> bool {
    let indicator = text.starts_with(|first| ",[]{}#&*!|>'\"%@`".contains(first))
        || text.starts_with("---")
        || text.starts_with("...")
        || ["?", ":", "-"].contains(&text)
        || ["? ", ": ", "- "]
            .iter()
            .any(|start| text.starts_with(start));
    let ends = text.contains(": ") || text.ends_with(':') || text.contains(" #");
    let spaced = text.is_empty() || text.starts_with(' ') || text.ends_with(' ');
    !(indicator || ends || spaced) && scalar::plain(text) == Ok(Value::from(text))
}

/// Returns true for characters that are invisible or that versions of YAML treat differently.
fn is_special(character: char) -> bool {
    character != '\n' && character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Returns a string in double quotes, with JSON escapes.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for character in Value::from(text).to_string().chars() {
        if is_special(character) {
            let _infallible = write!(quoted, "\\u{:04x}", u32::from(character));
        } else {
            quoted.push(character);
        }
    }
    quoted
}
