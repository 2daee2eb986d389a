//! Sanitizes text from the document for doc comments and for the help of the command line.
//!
//! rustdoc compiles and runs code blocks, passes HTML to the browser, and resolves links. Text from the
//! document must therefore never reach it unchanged. [`markdown`] parses the text ([`read`]) and keeps only
//! harmless elements: paragraphs, headings, lists, quotations, tables, emphasis, and links to web pages and
//! mail addresses. It then writes them as Markdown ([`write`]), escapes all other characters, and labels every
//! code block `text`. Before the result is used, it is parsed again to verify that it is safe.

mod characters;
mod escape;
mod links;
mod read;
mod tree;
mod verify;
mod write;

use tree::Block;

/// Maximum number of rewrites until the text must be stable.
const ROUNDS: usize = 4;

/// Returns the text as Markdown that is safe in a doc comment, without a trailing line break.
///
/// The function is idempotent.
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
    // The text is parsed differently after each rewrite, so it is shown verbatim.
    write::markdown(&[Block::Code(original)])
}

/// Returns the text with every character visible, for use in messages.
pub(crate) fn visible(text: &str) -> String {
    characters::clean(text)
}

/// Returns the text in a code span. Use it for names, paths and values, which must not be parsed as Markdown.
pub(crate) fn code(text: &str) -> String {
    let text = characters::one_line(text);
    if text.trim().is_empty() {
        return escape::text(&text, escape::Around::default());
    }
    escape::code(&text)
}

/// Returns the text on a single line, with Markdown syntax escaped.
pub(crate) fn words(text: &str) -> String {
    let around = escape::Around {
        line_start: true,
        ..escape::Around::default()
    };
    escape::text(characters::one_line(text).trim(), around)
}

#[cfg(test)]
mod tests;
