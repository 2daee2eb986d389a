//! Escaping of text, so that Markdown parsers return it unchanged.

/// The context of a text, which determines the characters to escape.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each of them is independent of the others"
)]
pub(super) struct Around {
    /// Whether the text is at the start of a line.
    pub(super) line_start: bool,
    /// Whether the text is at the end of a line.
    pub(super) line_end: bool,
    /// Whether a link follows. An exclamation mark before its bracket would turn it into an image.
    pub(super) before_link: bool,
    /// Whether the text is in a table cell, which ends at a vertical bar.
    pub(super) cell: bool,
    /// Whether the text is in a heading, which number signs can close.
    pub(super) heading: bool,
}

/// Adds a backslash before every character that would be parsed as markup.
pub(super) fn text(text: &str, around: Around) -> String {
    let mut out = String::with_capacity(text.len());
    let marker = if around.line_start {
        marker(text, around.line_end)
    } else {
        None
    };
    let mut before = None;
    // Whether the current run of underscores is within a word.
    let mut in_word = false;
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        let after = rest.chars().next();
        let escaped = match character {
            '`' | '[' | ']' | '~' => true,
            '*' => !is_between_spaces(before, after),
            '_' => {
                if before != Some('_') {
                    in_word = is_in_word(before, rest);
                }
                !in_word && !is_between_spaces(before, after)
            }
            '<' => !after.is_some_and(|it| it.is_whitespace() || it.is_ascii_digit() || it == '='),
            '&' => is_entity(rest),
            '\\' => after.is_none_or(|it| it.is_ascii_punctuation()),
            '!' => around.before_link && after.is_none(),
            '|' => around.cell,
            '#' => around.heading,
            _ => false,
        };
        if escaped || marker == Some(at) {
            out.push('\\');
        }
        out.push(character);
        before = Some(character);
    }
    out
}

/// Returns the index of the character that would start a block at the start of a line: a list, a heading, a
/// quotation, a table, a rule, or an underline that turns the previous line into a heading.
fn marker(text: &str, line_end: bool) -> Option<usize> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    // Code or emphasis may follow on the same line, but neither begins with a space.
    let spaced = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
    match first {
        '#' | '>' | '=' | '|' => Some(0),
        '+' if spaced(rest) => Some(0),
        '-' if spaced(rest) || rest.starts_with(['-', '|', ':']) => Some(0),
        ':' if rest.starts_with('-') => Some(0),
        '0'..='9' => {
            let digits = text.len()
                - text
                    .trim_start_matches(|it: char| it.is_ascii_digit())
                    .len();
            let behind = &text[digits..];
            let ends = behind.starts_with(['.', ')']) && spaced(&behind[1..]);
            (ends && (behind.len() > 1 || line_end)).then_some(digits)
        }
        _ => None,
    }
}

fn is_between_spaces(before: Option<char>, after: Option<char>) -> bool {
    let space = |side: Option<char>| side.is_some_and(char::is_whitespace);
    space(before) && space(after)
}

/// Returns true if a run of underscores is between letters or digits, as in `page_token`.
fn is_in_word(before: Option<char>, after: &str) -> bool {
    let after = after.trim_start_matches('_').chars().next();
    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

/// Returns true if the text after an ampersand completes an entity, such as `amp;` or `#10;`.
fn is_entity(rest: &str) -> bool {
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '#');
    end.is_some_and(|end| end > 0 && rest[end..].starts_with(';'))
}

/// Returns a code span. Its delimiters are longer than any run of backticks in the text.
pub(super) fn code(text: &str) -> String {
    let marks = "`".repeat(longest_run(text) + 1);
    let quoted = text.starts_with('`') || text.ends_with('`');
    let padded = text.starts_with(' ') && text.ends_with(' ');
    let space = if quoted || padded { " " } else { "" };
    format!("{marks}{space}{text}{space}{marks}")
}

/// Returns a code block. Its fence is longer than any run of backticks in the text.
pub(super) fn code_block(label: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{label}\n{text}\n{fence}")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|it| it != '`');
    runs.map(str::len).max().unwrap_or_default()
}

/// Returns the URL as a link target. Entities are escaped. All characters that URLs do not allow must already
/// be percent-encoded.
pub(super) fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for (at, character) in url.char_indices() {
        if character == '&' && is_entity(&url[at + 1..]) {
            out.push_str("&amp;");
        } else {
            out.push(character);
        }
    }
    out
}
