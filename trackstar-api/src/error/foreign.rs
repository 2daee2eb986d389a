//! Texts of others, made fit to be shown.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};

/// How much of a body that is not the API's own is shown, in characters.
pub(super) const SHOWN_BODY: usize = 200;

/// A decoder's text without the value that it stumbled on.
pub(super) fn without_quotes(text: &str) -> String {
    match (text.find('"'), text.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}…{}", &text[..=first], &text[last..])
        }
        _ => text.to_owned(),
    }
}

/// The innermost cause, which is where the reason stands, as `: connection refused`.
pub(super) struct Cause<'a>(pub(super) Option<&'a (dyn StdError + 'static)>);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mut cause) = self.0 else {
            return Ok(());
        };
        while let Some(next) = cause.source() {
            cause = next;
        }
        write!(f, ": {}", shown(&cause.to_string(), SHOWN_BODY))
    }
}

/// An error and its causes in one line.
pub(super) fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let _infallible = write!(text, ": {next}");
        cause = next.source();
    }
    text
}

/// A foreign text made fit for a log or a terminal: at most `limit` characters, none of them a
/// control character.
pub(super) fn shown(text: &str, limit: usize) -> String {
    let mut out: String = text.chars().take(limit).flat_map(visible).collect();
    if text.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}

fn visible(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control().then(|| character.escape_default());
    let plain = escaped.is_none().then_some(character);
    escaped.into_iter().flatten().chain(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_text_is_shortened_and_cannot_move_the_cursor() {
        assert_eq!(shown("a\u{1b}[2Jb\n", 10), "a\\u{1b}[2Jb\\n");
        assert_eq!(shown("abcdef", 3), "abc…");
        assert_eq!(shown("äöü", 3), "äöü");
    }
}
