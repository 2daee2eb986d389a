//! Writes a tree as Markdown.

use std::fmt::Write as _;

use pulldown_cmark::Alignment;

use super::escape::{self, Around};
use super::tree::{Block, Inline, Mark, Table};

/// Label of code blocks. rustdoc assumes that a block without a label is Rust, and runs it.
const LABEL: &str = "text";

/// Writes the blocks as Markdown.
pub(super) fn markdown(blocks: &[Block]) -> String {
    Writer.blocks(blocks, false)
}

struct Writer;

/// The kind of line that a text is on.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Paragraph,
    Heading,
    Cell,
}

impl Writer {
    fn blocks(&self, blocks: &[Block], tight: bool) -> String {
        let mut written: Vec<String> = Vec::new();
        // Adjacent lists must have different markers, or they would be parsed as one list.
        let mut other_marks = false;
        for (index, block) in blocks.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &blocks[before]);
            let follows_list = match (before, block) {
                (Some(Block::List { start: one, .. }), Block::List { start: other, .. }) => {
                    one.is_some() == other.is_some()
                }
                _ => false,
            };
            other_marks = follows_list && !other_marks;
            written.push(self.block(block, other_marks));
        }
        written.join(if tight { "\n" } else { "\n\n" })
    }

    fn block(&self, block: &Block, other_marks: bool) -> String {
        match block {
            Block::Paragraph(inlines) => self.line(inlines, Place::Paragraph),
            Block::Heading(level, inlines) => {
                let line = self.line(inlines, Place::Heading);
                format!("{} {line}", "#".repeat(*level))
            }
            Block::Quotation(inner) => indented(&self.blocks(inner, false), "> ", "> "),
            Block::List {
                start,
                tight,
                items,
            } => self.list(*start, *tight, items, other_marks),
            Block::Code(code) => escape::code_block(LABEL, code),
            Block::Table(table) => self.table(table),
            // Asterisks, because dashes after the marker of a list item would be parsed as a single rule.
            Block::Rule => "***".to_owned(),
        }
    }

    fn list(
        &self,
        start: Option<u64>,
        tight: bool,
        items: &[Vec<Block>],
        other_marks: bool,
    ) -> String {
        let tight = tight && items.iter().all(|item| can_be_tight(item));
        // Markdown limits list numbers to nine digits.
        let start = start.map(|start| {
            let fits = start.saturating_add(items.len() as u64) <= 999_999_999;
            if fits { start } else { 1 }
        });
        let items = (0_u64..).zip(items).map(|(index, item)| {
            let mark = match start {
                Some(start) => format!("{}{} ", start + index, if other_marks { ')' } else { '.' }),
                None if other_marks => "+ ".to_owned(),
                None => "- ".to_owned(),
            };
            indented(&self.blocks(item, tight), &mark, &" ".repeat(mark.len()))
        });
        let items: Vec<String> = items.collect();
        items.join(if tight { "\n" } else { "\n\n" })
    }

    fn table(&self, table: &Table) -> String {
        let mut lines = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let cells = row.iter().map(|cell| self.line(cell, Place::Cell));
            lines.push(in_bars(cells));
            if index == 0 {
                let delimiters = table.columns.iter().map(|column| match column {
                    Alignment::None => "---",
                    Alignment::Left => ":--",
                    Alignment::Center => ":-:",
                    Alignment::Right => "--:",
                });
                lines.push(in_bars(delimiters.map(str::to_owned)));
            }
        }
        lines.join("\n")
    }

    fn line(&self, inlines: &[Inline], place: Place) -> String {
        let mut out = String::new();
        self.inlines(inlines, place, true, &mut out);
        out
    }

    /// Writes the inlines. `last` is true if the line ends after them.
    fn inlines(&self, inlines: &[Inline], place: Place, last: bool, out: &mut String) {
        let mut rest = inlines.iter().peekable();
        while let Some(inline) = rest.next() {
            let line_end = match rest.peek() {
                None => last,
                Some(Inline::LineEnd | Inline::Break) => true,
                Some(_) => false,
            };
            let line_start = place == Place::Paragraph && (out.is_empty() || out.ends_with('\n'));
            let around = Around {
                line_start,
                line_end,
                before_link: matches!(rest.peek(), Some(Inline::Link(..))),
                cell: place == Place::Cell,
                heading: place == Place::Heading,
            };
            match inline {
                Inline::Text(text) => out.push_str(&escape::text(text, around)),
                // A vertical bar ends a table cell even within code.
                Inline::Code(code) if place == Place::Cell && code.contains('|') => {
                    out.push_str(&escape::text(code, around));
                }
                Inline::Code(code) => out.push_str(&escape::code(code)),
                Inline::LineEnd | Inline::Break if place != Place::Paragraph => out.push(' '),
                Inline::Break => out.push_str("\\\n"),
                Inline::LineEnd => out.push('\n'),
                Inline::Marked(mark, inner) => self.marked(*mark, inner, place, out),
                Inline::Link(url, inner) => self.link(url, inner, place, out),
            }
        }
    }

    fn marked(&self, mark: Mark, inner: &[Inline], place: Place, out: &mut String) {
        let delimiter = mark.delimiter();
        out.push_str(delimiter);
        self.inlines(inner, place, false, out);
        out.push_str(delimiter);
    }

    fn link(&self, url: &str, inner: &[Inline], place: Place, out: &mut String) {
        let named_by_itself = matches!(inner, [Inline::Text(text)] if text == url);
        if named_by_itself {
            let _infallible = write!(out, "<{}>", escape::address(url));
        } else {
            out.push('[');
            self.inlines(inner, place, true, out);
            let _infallible = write!(out, "]({})", escape::address(url));
        }
    }
}

/// Returns true if an item can be written without empty lines: text, optionally followed by a tight list.
fn can_be_tight(item: &[Block]) -> bool {
    let words = |block: &Block| matches!(block, Block::Paragraph(_));
    match item {
        [only] => words(only) || is_tight_list(only),
        [first, rest @ ..] => words(first) && rest.iter().all(is_tight_list) && rest.len() == 1,
        [] => true,
    }
}

fn is_tight_list(block: &Block) -> bool {
    match block {
        // A list that begins with another number cannot interrupt a paragraph.
        Block::List {
            start,
            tight,
            items,
        } => {
            *tight
                && start.is_none_or(|start| start == 1)
                && items.iter().all(|it| can_be_tight(it))
        }
        _ => false,
    }
}

fn in_bars(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |", cells.join(" | "))
}

/// Prefixes the first line with `first` and all other lines with `others`.
fn indented(text: &str, first: &str, others: &str) -> String {
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let indentation = if index == 0 { first } else { others };
        out.push_str(format!("{indentation}{line}").trim_end());
    }
    out
}
