//! A tree of the Markdown elements to keep.

/// An element that occupies whole lines.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    Heading(usize, Vec<Inline>),
    Quotation(Vec<Block>),
    List {
        /// The number of the first item, if the list is numbered.
        start: Option<u64>,
        /// Whether the items follow each other without empty lines.
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
    /// Rows of cells, beginning with the header.
    pub(super) rows: Vec<Vec<Vec<Inline>>>,
}

/// An element within a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Inline {
    Text(String),
    Code(String),
    /// A line break in the source that is not displayed.
    LineEnd,
    /// A line break that is displayed.
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
