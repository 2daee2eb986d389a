//! Escapes characters that are invisible or mess with how others are displayed.

use std::fmt::{self, Write};

/// Returns true if it's not safe to print this character.
///
/// That's the case for control characters and line separators, and for Unicode's format and
/// default-ignorable characters. These can reorder, join or hide the characters around them.
#[must_use]
pub fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'..='\u{891}'
                | '\u{8e2}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{110bd}'
                | '\u{110cd}'
                | '\u{13430}'..='\u{1343f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}')
}

/// Writes an unsafe character as a Rust escape, for example `\n` or `\u{202e}`.
///
/// # Errors
///
/// This only fails if writing to `out` does.
pub fn write_escaped(out: &mut impl Write, letter: char) -> fmt::Result {
    match letter {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        letter => write!(out, "\\u{{{:x}}}", u32::from(letter)),
    }
}

/// The default limit for displayed text, in characters.
const SHOWN: usize = 200;

/// Text that is escaped when displayed. If there is a precision, it's also shortened.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl Shown<'_> {
    fn write(&self, f: &mut fmt::Formatter<'_>, quoted: bool) -> fmt::Result {
        let mut letters = self.0.chars();
        for letter in letters.by_ref().take(f.precision().unwrap_or(SHOWN)) {
            match letter {
                letter if is_unsafe(letter) => write_escaped(f, letter)?,
                '"' | '\\' if quoted => write!(f, "\\{letter}")?,
                letter => f.write_char(letter)?,
            }
        }
        match letters.next() {
            Some(_) => f.write_char('…'),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.write(f, true)?;
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_only_invisible_characters() {
        for letter in [
            '\0',
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
        ] {
            let text = format!("a{letter}b");
            let escaped = format!("a\\u{{{:x}}}b", u32::from(letter));
            assert_eq!(Shown(&text).to_string(), escaped);
        }
        for text in [
            "Ungültig – «日本語» Ελληνικά עברית العربية 🙂",
            "a b\u{a0}c\u{3000}d",
            "e\u{301}",
        ] {
            assert_eq!(Shown(text).to_string(), text);
        }
    }
}
