//! Handling of invisible characters and of characters that affect the display of their neighbors.

use std::fmt::Write as _;

/// Returns the text with line feeds as its only control characters.
///
/// Control and bidirectional characters become visible escapes such as `\u{202e}`, so that reviewers notice
/// them. Other invisible characters are removed. Neither kind is allowed in Rust source. rustc rejects a bare
/// carriage return in a doc comment. A deny-by-default lint rejects characters that change the direction of
/// text.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut column = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let before = cleaned.len();
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    cleaned.push('\n');
                }
            }
            '\n' => cleaned.push('\n'),
            // Expand tabs, because the tab stops of Markdown would shift with the added indentation.
            '\t' => cleaned.push_str(&"    "[column % 4..]),
            '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => cleaned.push(' '),
            other => push(other, &mut cleaned),
        }
        column = if cleaned.ends_with('\n') {
            0
        } else {
            column + cleaned[before..].chars().count()
        };
    }
    cleaned
}

/// Returns the text of a name on a single line. Line breaks become visible escapes, because they are part of
/// the name.
pub(super) fn one_line(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => cleaned.push_str("\\n"),
            '\r' => cleaned.push_str("\\r"),
            '\t' => cleaned.push_str("\\t"),
            other => push(other, &mut cleaned),
        }
    }
    cleaned
}

fn push(character: char, out: &mut String) {
    if is_telling(character) {
        let _infallible = write!(out, "\\u{{{:x}}}", u32::from(character));
    } else if !is_invisible(character) {
        out.push(character);
    }
}

fn is_telling(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns true for format characters (general category `Cf`) and for other characters that are invisible
/// according to Unicode (`Default_Ignorable_Code_Point`).
pub(super) fn is_invisible(character: char) -> bool {
    is_telling(character)
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}
