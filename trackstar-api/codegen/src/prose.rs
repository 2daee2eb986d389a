//! Text of the document in doc comments and in the help of the command line.
//!
//! rustdoc compiles and runs code blocks, passes HTML on to the browser, and resolves links, so no text of
//! the document may reach it as it is. [`markdown`] parses the text ([`read`]), keeps what cannot do harm
//! (paragraphs, headings, lists, quotations, tables, emphasis, links to web pages and mail addresses), and
//! writes that again ([`write`]), with every other character escaped and every code block labeled `text`.
//! The result is parsed once more before it is used.

mod characters;
mod escape;
mod links;
mod read;
mod tree;
mod verify;
mod write;

use tree::Block;

/// How often a text is written again until it no longer changes.
const ROUNDS: usize = 4;

/// Returns the text as Markdown that is safe in a doc comment, without a line break at the end.
///
/// Writing the result again changes nothing.
pub(crate) fn markdown(text: &str) -> String {
    let original = characters::clean(text);
    let mut current = original.clone();
    for _ in 0..ROUNDS {
        let next = write::markdown(&read::blocks(&current));
        if next == current && verify::is_safe(&next) {
            return next;
        }
        current = next;
    }
    // Markdown in which each reading finds something else is shown as it was written.
    write::markdown(&[Block::Code(original)])
}

/// Returns the text with every character visible, for a message.
pub(crate) fn visible(text: &str) -> String {
    characters::clean(text)
}

/// Returns the text in a code span: for names, paths and values, which are no Markdown.
pub(crate) fn code(text: &str) -> String {
    let text = characters::one_line(text);
    if text.trim().is_empty() {
        return escape::text(&text, escape::Around::default());
    }
    escape::code(&text)
}

/// Returns the text in one line, with everything escaped that Markdown would read.
pub(crate) fn words(text: &str) -> String {
    let around = escape::Around {
        line_start: true,
        ..escape::Around::default()
    };
    escape::text(characters::one_line(text).trim(), around)
}

#[cfg(test)]
mod tests;
