//! Parses Markdown into a tree of the elements to keep.

use std::iter::Peekable;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::characters;
use super::links::address;
use super::tree::{Block, Inline, Mark, Table};

/// Maximum nesting of lists and quotations. Deeper ones are merged into their parents.
const DEEPEST: usize = 8;

/// Markdown extensions that rustdoc enables, except smart punctuation. It replaces quotation marks and dashes,
/// but does not affect the structure.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// Parses a text from [`characters::clean`] into blocks.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut reader = Reader {
        events: Parser::new_ext(text, OPTIONS).peekable(),
    };
    reader.blocks(0).0
}

struct Reader<'t> {
    events: Peekable<Parser<'t>>,
}

impl Reader<'_> {
    /// Reads up to and including the end of the current block. The boolean is true if the blocks include a
    /// paragraph. A list is tight if none of its items include one.
    fn blocks(&mut self, depth: usize) -> (Vec<Block>, bool) {
        let (mut blocks, mut loose) = (Vec::new(), false);
        let mut dissolved = 0_usize;
        while let Some(event) = self.events.peek() {
            if is_inline(event) && !matches!(event, Event::End(_)) {
                let inlines = self.inlines(&[], false);
                push_paragraph(inlines, &mut blocks);
                continue;
            }
            match self.events.next() {
                Some(Event::Start(tag)) => match tag {
                    Tag::Paragraph => {
                        loose = true;
                        let inlines = self.inlines(&[], false);
                        self.events.next();
                        push_paragraph(inlines, &mut blocks);
                    }
                    Tag::Heading { level, .. } => {
                        let inlines = trimmed(self.inlines(&[], false));
                        self.events.next();
                        if !inlines.is_empty() {
                            blocks.push(Block::Heading(level as usize, inlines));
                        }
                    }
                    Tag::CodeBlock(_) => blocks.extend(self.code()),
                    Tag::HtmlBlock => self.html(&mut blocks),
                    Tag::Table(columns) => blocks.extend(self.table(columns)),
                    Tag::FootnoteDefinition(label) if depth < DEEPEST => {
                        let (inner, _) = self.blocks(depth + 1);
                        footnote(&label, inner, &mut blocks);
                    }
                    Tag::BlockQuote(_) if depth < DEEPEST => {
                        let (inner, _) = self.blocks(depth + 1);
                        if !inner.is_empty() {
                            blocks.push(Block::Quotation(inner));
                        }
                    }
                    Tag::List(start) if depth < DEEPEST => {
                        blocks.extend(self.list(start, depth + 1));
                    }
                    // Lists and quotations that are nested too deeply, and extensions that are not enabled.
                    _ => dissolved += 1,
                },
                Some(Event::Rule) => blocks.push(Block::Rule),
                Some(Event::End(_)) if dissolved > 0 => dissolved -= 1,
                Some(Event::End(_)) | None => break,
                Some(_) => {}
            }
        }
        (blocks, loose)
    }

    fn list(&mut self, start: Option<u64>, depth: usize) -> Option<Block> {
        let (mut items, mut tight) = (Vec::new(), true);
        while let Some(Event::Start(_)) = self.events.next() {
            let (item, loose) = self.blocks(depth);
            tight &= !loose;
            if !item.is_empty() {
                items.push(item);
            }
        }
        (!items.is_empty()).then_some(Block::List {
            start,
            tight,
            items,
        })
    }

    fn code(&mut self) -> Option<Block> {
        let mut code = String::new();
        while let Some(Event::Text(text)) = self.events.next() {
            code.push_str(&text);
        }
        let code = characters::clean(&code);
        let lines: Vec<&str> = code.lines().map(str::trim_end).collect();
        let code = lines.join("\n");
        let code = code.trim_matches('\n');
        (!code.is_empty()).then(|| Block::Code(code.to_owned()))
    }

    /// Reads HTML as text. Removing tags would also remove placeholders such as `<your key>`.
    fn html(&mut self, blocks: &mut Vec<Block>) {
        let mut html = String::new();
        while let Some(Event::Html(text) | Event::Text(text)) = self.events.next() {
            html.push_str(&text);
        }
        let mut inlines = Vec::new();
        for line in characters::clean(&html).lines() {
            if !inlines.is_empty() {
                inlines.push(Inline::LineEnd);
            }
            push_text(line, &mut inlines);
        }
        push_paragraph(inlines, blocks);
    }

    fn table(&mut self, columns: Vec<pulldown_cmark::Alignment>) -> Option<Block> {
        let mut rows = Vec::new();
        while let Some(Event::Start(_)) = self.events.next() {
            let mut row = Vec::new();
            while let Some(Event::Start(_)) = self.events.next() {
                row.push(one_line(self.inlines(&[], false)));
                self.events.next();
            }
            rows.push(row);
        }
        let cells = rows.iter().flatten();
        let empty = cells.into_iter().all(Vec::is_empty);
        (!empty).then_some(Block::Table(Table { columns, rows }))
    }

    /// Reads up to the first event that is not inline, or to the end of the current mark or link.
    fn inlines(&mut self, within: &[Mark], linked: bool) -> Vec<Inline> {
        let mut inlines = Vec::new();
        let mut dissolved = 0_usize;
        while self.events.peek().is_some_and(is_inline) {
            if dissolved == 0 && matches!(self.events.peek(), Some(Event::End(_))) {
                break;
            }
            match self.events.next() {
                Some(Event::InlineHtml(html)) if is_break(&html) => inlines.push(Inline::Break),
                Some(Event::Text(text) | Event::InlineHtml(text) | Event::Html(text)) => {
                    push_text(&text, &mut inlines);
                }
                Some(Event::Code(code)) => {
                    let code = characters::clean(&code).replace('\n', " ");
                    if !code.trim().is_empty() {
                        inlines.push(Inline::Code(code));
                    }
                }
                Some(Event::FootnoteReference(label)) => {
                    push_text(&format!("[^{label}]"), &mut inlines);
                }
                Some(Event::TaskListMarker(done)) => {
                    push_text(if done { "[x] " } else { "[ ] " }, &mut inlines);
                }
                Some(Event::SoftBreak) => inlines.push(Inline::LineEnd),
                Some(Event::HardBreak) => inlines.push(Inline::Break),
                Some(Event::Start(Tag::Link {
                    dest_url,
                    link_type,
                    ..
                })) => {
                    let url = address(&dest_url, link_type).filter(|_| !linked);
                    let inner = self.inlines(within, linked || url.is_some());
                    self.events.next();
                    match url {
                        Some(url) if !inner.is_empty() => inlines.push(Inline::Link(url, inner)),
                        _ => join(inner, &mut inlines),
                    }
                }
                Some(Event::Start(tag)) => match mark(&tag) {
                    Some(mark) if !within.contains(&mark) => {
                        let inner = self.inlines(&[within, &[mark]].concat(), linked);
                        self.events.next();
                        push_marked(mark, inner, &mut inlines);
                    }
                    // A mark nested in an equal mark, or an image, of which the alternative text is kept.
                    _ => dissolved += 1,
                },
                Some(Event::End(_)) => dissolved -= 1,
                Some(_) | None => {}
            }
        }
        inlines
    }
}

fn mark(tag: &Tag<'_>) -> Option<Mark> {
    match tag {
        Tag::Emphasis => Some(Mark::Emphasis),
        Tag::Strong => Some(Mark::Strong),
        Tag::Strikethrough => Some(Mark::Strikethrough),
        _ => None,
    }
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(
            tag,
            Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript
                | Tag::Link { .. }
                | Tag::Image { .. }
        ),
        Event::End(tag) => matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
                | TagEnd::Image
        ),
        Event::Rule => false,
        _ => true,
    }
}

fn is_break(html: &str) -> bool {
    let name = html
        .trim_start_matches('<')
        .trim_end_matches(['/', '>', ' ']);
    name.eq_ignore_ascii_case("br")
}

/// Adds a marked text. Whitespace moves outside the mark, because delimiters next to whitespace are not parsed
/// as such.
fn push_marked(mark: Mark, inner: Vec<Inline>, inlines: &mut Vec<Inline>) {
    let spaced = |inline: Option<&Inline>, ends: fn(&str) -> bool| match inline {
        Some(Inline::Text(text)) => ends(text),
        Some(Inline::LineEnd | Inline::Break) => true,
        _ => false,
    };
    let before = spaced(inner.first(), |text| text.starts_with(char::is_whitespace));
    let after = spaced(inner.last(), |text| text.ends_with(char::is_whitespace));
    let inner = trimmed(inner);
    if before {
        push_text(" ", inlines);
    }
    if !inner.is_empty() {
        inlines.push(Inline::Marked(mark, inner));
    }
    if after {
        push_text(" ", inlines);
    }
}

fn push_text(text: &str, inlines: &mut Vec<Inline>) {
    let text = characters::clean(text).replace('\n', " ");
    if text.is_empty() {
        return;
    }
    match inlines.last_mut() {
        Some(Inline::Text(last)) => last.push_str(&text),
        _ => inlines.push(Inline::Text(text)),
    }
}

fn join(more: Vec<Inline>, inlines: &mut Vec<Inline>) {
    for inline in more {
        match inline {
            Inline::Text(text) => push_text(&text, inlines),
            other => inlines.push(other),
        }
    }
}

fn push_paragraph(inlines: Vec<Inline>, blocks: &mut Vec<Block>) {
    let inlines = trimmed(inlines);
    if !inlines.is_empty() {
        blocks.push(Block::Paragraph(inlines));
    }
}

/// Removes white space at the start and end of lines. Markdown ignores it, but entities can reintroduce it.
fn trimmed(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut kept: Vec<Inline> = Vec::new();
    for inline in inlines {
        let begins = matches!(kept.last(), None | Some(Inline::LineEnd | Inline::Break));
        match inline {
            Inline::Text(text) if begins => {
                let text = text.trim_start();
                if !text.is_empty() {
                    kept.push(Inline::Text(text.to_owned()));
                }
            }
            Inline::LineEnd | Inline::Break => {
                trim_end(&mut kept);
                let begins = matches!(kept.last(), None | Some(Inline::LineEnd | Inline::Break));
                if !begins {
                    kept.push(inline);
                }
            }
            other => kept.push(other),
        }
    }
    trim_end(&mut kept);
    while matches!(kept.last(), Some(Inline::LineEnd | Inline::Break)) {
        kept.pop();
        trim_end(&mut kept);
    }
    kept
}

fn trim_end(inlines: &mut Vec<Inline>) {
    if let Some(Inline::Text(text)) = inlines.last_mut() {
        text.truncate(text.trim_end().len());
        if text.is_empty() {
            inlines.pop();
        }
    }
}

/// Replaces line breaks with spaces, for a table cell or a heading.
pub(super) fn one_line(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut line = Vec::new();
    for inline in trimmed(inlines) {
        match inline {
            Inline::LineEnd | Inline::Break => push_text(" ", &mut line),
            Inline::Text(text) => push_text(&text, &mut line),
            Inline::Marked(mark, inner) => line.push(Inline::Marked(mark, one_line(inner))),
            Inline::Link(url, inner) => line.push(Inline::Link(url, one_line(inner))),
            other @ Inline::Code(_) => line.push(other),
        }
    }
    line
}

/// Adds a footnote at the position of its definition, after a label that matches the references.
fn footnote(label: &str, mut inner: Vec<Block>, blocks: &mut Vec<Block>) {
    let mut words = Vec::new();
    push_text(&format!("[^{label}]: "), &mut words);
    if let Some(Block::Paragraph(first)) = inner.first_mut() {
        join(std::mem::take(first), &mut words);
        *first = words;
    } else {
        push_paragraph(words, blocks);
    }
    blocks.extend(inner);
}
