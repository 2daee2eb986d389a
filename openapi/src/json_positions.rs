//! Positions in JSON text. Parsing it as YAML gives the same positions, ten times slower.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::position::{NodeContent, Position, SourceNode};
use crate::yaml::MAX_DEPTH;

/// Returns the positions of a text, or `None` if it is not JSON.
///
/// Checks only as much of the syntax as it needs to find the values.
pub(crate) fn read(text: &str) -> Option<SourceNode> {
    let mut scanner = Scanner {
        text,
        at: 0,
        position: Position { line: 1, column: 1 },
        counted: 0,
    };
    let node = scanner.value(0)?;
    scanner.skip_space();
    (scanner.at == text.len()).then_some(node)
}

struct Scanner<'t> {
    text: &'t str,
    /// Offset of the next byte.
    at: usize,
    /// The position of the byte at `counted`.
    position: Position,
    /// Offset up to which characters are counted. Counting from the start of the line would take
    /// quadratic time for a document on one line.
    counted: usize,
}

impl<'t> Scanner<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.at += 1;
            if byte == b'\n' || byte == b'\r' && self.peek() != Some(b'\n') {
                self.position.line += 1;
                self.position.column = 1;
                self.counted = self.at;
            }
        }
    }

    /// Consumes a byte if it is the next one after white space.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Returns the position of the next byte.
    fn position(&mut self) -> Position {
        self.position.column += self.text[self.counted..self.at].chars().count();
        self.counted = self.at;
        self.position
    }

    fn value(&mut self, depth: usize) -> Option<SourceNode> {
        self.skip_space();
        let at = self.position();
        let content = match self.peek()? {
            b'{' if depth < MAX_DEPTH => self.fields(depth)?,
            b'[' if depth < MAX_DEPTH => self.items(depth)?,
            b'{' | b'[' => return None,
            b'"' => {
                self.string()?;
                NodeContent::Scalar(Value::Null)
            }
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let is_end = |byte: &u8| b",]} \t\r\n".contains(byte);
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                self.at += length;
                (length > 0).then_some(NodeContent::Scalar(Value::Null))?
            }
        };
        Some(SourceNode {
            at,
            content: Rc::new(content),
        })
    }

    fn fields(&mut self, depth: usize) -> Option<NodeContent> {
        let mut fields = BTreeMap::new();
        self.at += 1;
        if self.take(b'}') {
            return Some(NodeContent::Map(fields));
        }
        loop {
            self.skip_space();
            let at = self.position();
            let key = serde_json::from_str(self.string()?).ok()?;
            let value = self.take(b':').then(|| self.value(depth + 1))??;
            fields.insert(key, (at, value));
            if self.take(b'}') {
                return Some(NodeContent::Map(fields));
            }
            self.take(b',').then_some(())?;
        }
    }

    fn items(&mut self, depth: usize) -> Option<NodeContent> {
        let mut items = Vec::new();
        self.at += 1;
        if self.take(b']') {
            return Some(NodeContent::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Some(NodeContent::List(items));
            }
            self.take(b',').then_some(())?;
        }
    }

    /// Consumes a string and returns it with its quotes.
    fn string(&mut self) -> Option<&'t str> {
        let text = self.text;
        let start = self.at;
        let rest = &text.as_bytes()[start..];
        let mut length = usize::from(rest.first() == Some(&b'"'));
        (length > 0).then_some(())?;
        loop {
            length += match rest.get(length)? {
                b'"' => break,
                b'\\' => 2,
                _ => 1,
            };
        }
        self.at += length + 1;
        text.get(start..self.at)
    }
}
