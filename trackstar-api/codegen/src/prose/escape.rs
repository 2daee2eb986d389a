//! Text in Markdown that is read as that text.

/// What stands beside a text.
#[derive(Clone, Copy, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are of different sides, and do not exclude each other"
)]
pub(super) struct Around {
    /// Whether the text is the first of a line.
    pub(super) line_start: bool,
    /// Whether nothing else is on the line behind the text.
    pub(super) line_end: bool,
    /// Whether a link follows, whose bracket makes an image of it behind an exclamation mark.
    pub(super) before_link: bool,
    /// Whether the text is in a cell, which a bar ends.
    pub(super) cell: bool,
    /// Whether the text is in a heading, which number signs end.
    pub(super) heading: bool,
}

/// Returns the text with a backslash before every character that would be read as markup.
pub(super) fn text(text: &str, around: Around) -> String {
    let mut out = String::with_capacity(text.len());
    let marker = if around.line_start {
        marker(text, around.line_end)
    } else {
        None
    };
    let mut before = None;
    // Of the run of underscores that was last.
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

/// Returns the place of the character that makes the start of a line one of a list, a heading, a
/// quotation, a table, a rule or a line that makes a heading of the one above.
fn marker(text: &str, line_end: bool) -> Option<usize> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    // More of the line may follow in code or emphasis, none of which begins with a space.
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

/// Returns true if an underscore, or the run that begins with it, has letters or digits at both ends, as in
/// `page_token`.
fn is_in_word(before: Option<char>, after: &str) -> bool {
    let after = after.trim_start_matches('_').chars().next();
    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

/// Returns true if what follows an ampersand makes a character of it, such as `amp;` or `#10;`.
fn is_entity(rest: &str) -> bool {
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '#');
    end.is_some_and(|end| end > 0 && rest[end..].starts_with(';'))
}

/// Returns a code span: its marks are longer than any run of backticks in it.
pub(super) fn code(text: &str) -> String {
    let marks = "`".repeat(longest_run(text) + 1);
    let quoted = text.starts_with('`') || text.ends_with('`');
    let padded = text.starts_with(' ') && text.ends_with(' ');
    let space = if quoted || padded { " " } else { "" };
    format!("{marks}{space}{text}{space}{marks}")
}

/// Returns a code block, whose fence is longer than any run of backticks in it.
pub(super) fn code_block(label: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{label}\n{text}\n{fence}")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|it| it != '`');
    runs.map(str::len).max().unwrap_or_default()
}

/// Returns the address as the target of a link. All characters but those of addresses are escaped in it.
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
