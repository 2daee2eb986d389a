//! Positions of values in a document, as lines and columns.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde_json::Value;

use crate::pointer;

/// A position in a text.
///
/// ```
/// let position = trackstar_openapi::Position { line: 3, column: 5 };
/// assert_eq!(position.to_string(), "3:5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line number, starting at 1.
    pub line: usize,
    /// Column number in characters, starting at 1. A tab counts as one character, and a byte order mark
    /// is not counted.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value with its position.
#[derive(Debug)]
pub(crate) struct SourceNode {
    pub(crate) at: Position,
    /// Shared between an anchor and its aliases.
    pub(crate) content: Rc<NodeContent>,
}

#[derive(Debug)]
pub(crate) enum NodeContent {
    Scalar(Value),
    List(Vec<SourceNode>),
    Map(BTreeMap<String, (Position, SourceNode)>),
}

impl NodeContent {
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::List(items) => items.iter().map(|item| item.content.to_value()).collect(),
            Self::Map(fields) => {
                let fields = fields.iter();
                let values =
                    fields.map(|(key, (_, value))| (key.clone(), value.content.to_value()));
                values.collect()
            }
        }
    }

    /// Returns the maximum number of nested collections.
    pub(crate) fn height(&self) -> usize {
        let below: Box<dyn Iterator<Item = &SourceNode>> = match self {
            Self::Scalar(_) => return 0,
            Self::List(items) => Box::new(items.iter()),
            Self::Map(fields) => Box::new(fields.values().map(|(_, value)| value)),
        };
        1 + below
            .map(|node| node.content.height())
            .max()
            .unwrap_or_default()
    }
}

/// Positions of all keys and values in a document.
///
/// ```
/// use trackstar_openapi::{Position, Source, positions};
///
/// let text = "openapi: 3.1.0\npaths:\n  /a: {get: {}}\n";
/// let positions = positions(Source { name: "api.yaml", text }).unwrap();
/// assert_eq!(positions.value("/paths/~1a/get"), Some(Position { line: 3, column: 13 }));
/// assert_eq!(positions.key("/paths/~1a/get"), Some(Position { line: 3, column: 8 }));
/// assert_eq!(positions.value("/paths/~1b"), None);
/// assert_eq!(positions.nearest("/paths/~1b"), Position { line: 2, column: 1 });
/// ```
#[derive(Debug)]
pub struct Positions(pub(crate) SourceNode);

impl Positions {
    /// Returns the position of the value at a pointer.
    ///
    /// A block begins with its first key or item, and a block of text with its first line that is not
    /// empty. The value of an alias begins at the alias, and the values below it at their position in
    /// the anchor. A null that is not written has the position of its key.
    #[must_use]
    pub fn value(&self, pointer: &str) -> Option<Position> {
        self.find(pointer).1.map(|(_, value)| value)
    }

    /// Returns the position of the key of a value. Neither the root nor list items have keys.
    #[must_use]
    pub fn key(&self, pointer: &str) -> Option<Position> {
        self.find(pointer).1?.0
    }

    /// Returns the position of the key or item at a pointer, or of its closest ancestor that exists.
    #[must_use]
    pub fn nearest(&self, pointer: &str) -> Position {
        self.find(pointer).0
    }

    /// Returns the closest position, and the positions of key and value if the pointer leads to a value.
    fn find(&self, pointer: &str) -> (Position, Option<(Option<Position>, Position)>) {
        let mut node = &self.0;
        let mut key = None;
        for segment in pointer::segments(pointer) {
            let below = match &*node.content {
                NodeContent::List(items) => {
                    let index = segment.parse().ok();
                    index
                        .and_then(|index: usize| items.get(index))
                        .map(|item| (None, item))
                }
                NodeContent::Map(fields) => {
                    fields.get(&segment).map(|(key, value)| (Some(*key), value))
                }
                NodeContent::Scalar(_) => None,
            };
            let Some(below) = below else {
                return (key.unwrap_or(node.at), None);
            };
            (key, node) = below;
        }
        (key.unwrap_or(node.at), Some((key, node.at)))
    }
}
