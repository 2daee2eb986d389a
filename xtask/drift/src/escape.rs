//! Escapes foreign text in output: on a terminal, in Markdown, and in GitHub workflow commands.

use std::fmt::Write as _;

/// Returns true for characters that are invisible or change the direction of text: control characters,
/// the general category `Cf`, and default ignorable code points.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns the text on one line with all characters visible. It is safe on a terminal, and GitHub Actions
/// finds no command in it, even at the start of a line.
///
/// ```
/// assert_eq!(trackstar_drift::visible("a\n\u{1b}[31m\u{202e}b"), "a\\n\\u{1b}[31m\\u{202e}b");
/// assert_eq!(trackstar_drift::visible(" ::error::a"), " \\::error::a");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut begun = false;
    for (at, character) in text.char_indices() {
        // The runner reads `::` as a command at the start of a line, even after blanks.
        if !begun && text[at..].starts_with("::") {
            visible.push('\\');
        }
        begun |= is_hidden(character) || !character.is_whitespace();
        match character {
            '\n' => visible.push_str("\\n"),
            '\r' => visible.push_str("\\r"),
            '\t' => visible.push_str("\\t"),
            // The runner reads `##[` as a command anywhere in a line.
            '[' if visible.ends_with("##") => visible.push_str("\\["),
            hidden if is_hidden(hidden) => {
                let _infallible = write!(visible, "\\u{{{:x}}}", u32::from(hidden));
            }
            other => visible.push(other),
        }
    }
    visible
}

/// Returns Markdown that shows the text without markup, mentions, and GitHub's links for addresses and
/// issue numbers. It is safe in a table cell.
pub(crate) fn markdown(text: &str) -> String {
    // An invisible space, which ends a mention or a link.
    const SPACE: &str = "&#8203;";
    let text = visible(text.trim());
    let mut escaped = String::with_capacity(text.len());
    let list = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let number = (list.starts_with(['.', ')'])).then(|| text.len() - list.len());
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '-' | '+' | '=' if at == 0 => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => {
                if Some(at) == number {
                    escaped.push('\\');
                }
                escaped.push(other);
            }
        }
        let before = &text[..at];
        let ends = |word: &str| {
            let end = before
                .len()
                .checked_sub(word.len())
                .and_then(|at| before.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(word))
        };
        let linked = match character {
            '@' => true,
            '#' => rest.starts_with(|it: char| it.is_ascii_digit()),
            '-' => ends("gh"),
            ':' => rest.starts_with("//") || ends("mailto") || ends("xmpp"),
            '.' => ends("www"),
            _ => false,
        };
        if linked {
            escaped.push_str(SPACE);
        }
    }
    escaped
}

/// Returns the text for HTML, in an element or in a quoted attribute, with all characters visible.
pub(crate) fn html(text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns a Markdown code span on one line. GitHub does not interpret markup, mentions or links in code.
///
/// ```
/// assert_eq!(trackstar_drift::code_span("GET /a`b"), "``GET /a`b``");
/// ```
#[must_use]
pub fn code_span(text: &str) -> String {
    let text = visible(text);
    let marks = "`".repeat(longest_run(&text) + 1);
    let padded = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let space = if padded { " " } else { "" };
    format!("{marks}{space}{text}{space}{marks}")
}

/// Returns a Markdown code block whose fence is longer than any in the lines.
pub(crate) fn code_block(label: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    format!("{fence}{label}\n{}\n{fence}\n", lines.join("\n"))
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|it| it != '`');
    runs.map(str::len).max().unwrap_or_default()
}

/// Returns the message of a workflow command. The text can neither end the command nor start another one.
/// [`LINE`] separates lines.
pub(crate) fn command(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// A line break in a workflow command.
pub(crate) const LINE: &str = "%0A";

/// Returns a property of a workflow command.
pub(crate) fn property(text: &str) -> String {
    command(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns JSON that is safe on a terminal and in a log of GitHub Actions. Only strings contain
/// characters to escape, and they can be written by number.
pub(crate) fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        let command = character == '[' && escaped.ends_with("##");
        if character != '\n' && is_hidden(character) || command {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
