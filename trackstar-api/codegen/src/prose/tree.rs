//! Markdown as a tree of what is kept of it.

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    Heading(usize, Vec<Inline>),
    Quotation(Vec<Block>),
    List {
        /// The number of the first item of a numbered list.
        start: Option<u64>,
        /// Whether the items stand without empty lines between them.
        tight: bool,
        items: Vec<Vec<Block>>,
    },
    Code(String),
    Table(Table),
    Rule,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) columns: Vec<pulldown_cmark::Alignment>,
    /// The head first.
    pub(super) rows: Vec<Vec<Vec<Inline>>>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Inline {
    Text(String),
    Code(String),
    /// The end of a line of the source.
    LineEnd,
    /// The end of a line that is one for readers, too.
    Break,
    Marked(Mark, Vec<Inline>),
    Link(String, Vec<Inline>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Emphasis,
    Strong,
    Strikethrough,
}

impl Mark {
    pub(super) fn delimiter(self) -> &'static str {
        match self {
            Self::Emphasis => "*",
            Self::Strong => "**",
            Self::Strikethrough => "~~",
        }
    }
}
