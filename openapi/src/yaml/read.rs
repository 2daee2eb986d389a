//! Reads YAML from the events of its parser, with the position of every value and key.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use granit_parser::{Event, Marker, Parser, Span, StrInput, StructureStyle, Tag, options};
use serde_json::Value;

use crate::pointer::JsonPointer;
use crate::position::{Content, Node, Position};
use crate::yaml::scalar;

/// Maximum number of levels of a document. Both parsers stop there, and overlays may not go beyond it, so
/// that no pass over a document can exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 128;

/// Maximum size that aliases may add to a document of any length, in values and bytes of text.
const ALIAS_ALLOWANCE: usize = 1 << 20;

/// Why a text cannot be read.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) pointer: String,
    pub(crate) message: String,
}

/// Reads a text that has one document. Returns `None` if it has only comments.
///
/// With `scalars`, the values of scalars are read as well. Otherwise only their positions are.
pub(crate) fn read(text: &str, scalars: bool) -> Result<Option<Node>, Refusal> {
    let options = options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        block_scalar_eof_without_line_feed: true,
    };
    let mut reader = Reader {
        parser: Parser::new_from_str_with_options(text, options),
        scalars,
        budget: text.len().saturating_mul(2).saturating_add(ALIAS_ALLOWANCE),
        pointer: JsonPointer::default(),
        depth: 0,
        anchors: HashMap::new(),
    };
    let mut document = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(document),
            (Event::DocumentStart(..), span) if document.is_some() => {
                return Err(reader.refuse(span.start, "the text holds a second document"));
            }
            (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
            (event, span) => document = Some(reader.node(event, &span)?),
        }
    }
}

/// A value that has an anchor.
struct Anchor {
    content: Rc<Content>,
    /// The text of a scalar, since a key is read as it is written.
    text: Option<String>,
    cost: usize,
    height: usize,
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    scalars: bool,
    /// What the rest of the document may cost. A document without aliases cannot cost more than twice
    /// its length, since every value and every byte of text is written.
    budget: usize,
    /// The place of the value that is being read.
    pointer: JsonPointer,
    /// The number of collections that are open.
    depth: usize,
    /// The values that are complete, by the number of their anchor.
    anchors: HashMap<usize, Anchor>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Refusal> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.refuse(*error.marker(), &error.info())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn refuse(&self, at: Marker, message: &str) -> Refusal {
        Refusal {
            pointer: self.pointer.as_str().to_owned(),
            message: format!("{message} at {}", described(at)),
        }
    }

    fn node(&mut self, event: Event<'t>, span: &Span) -> Result<Node, Refusal> {
        let start = span.start;
        let tagged = span.tag_start().unwrap_or(start);
        let before = self.budget;
        let block = matches!(event, Event::SequenceStart(StructureStyle::Block, ..));
        let (anchor, text, content) = match event {
            Event::Alias(anchor) => return self.alias(anchor, start),
            Event::Scalar(text, style, anchor, tag) => {
                self.pay(text.len() + 1, start)?;
                let value = if self.scalars {
                    let value = scalar::read(&text, style, tag.as_deref());
                    value.map_err(|message| self.refuse(tagged, &message))?
                } else {
                    Value::Null
                };
                (anchor, Some(text), Content::Scalar(value))
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(tag.as_deref(), tagged)?;
                (anchor, None, Content::List(self.items()?))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.open(tag.as_deref(), tagged)?;
                (anchor, None, Content::Map(self.fields()?))
            }
            other => return Err(self.refuse(start, &format!("unexpected {other:?}"))),
        };
        let content = Rc::new(content);
        if anchor != 0 {
            let anchored = Anchor {
                content: Rc::clone(&content),
                text: text.map(Into::into),
                cost: before - self.budget,
                height: content.height(),
            };
            self.anchors.insert(anchor, anchored);
        }
        // The parser has a list without brackets begin at its first dash or behind it.
        let first = match &*content {
            Content::List(items) if block => items.first().map(|item| item.at),
            _ => None,
        };
        let at = first.unwrap_or(position(start));
        Ok(Node { at, content })
    }

    fn alias(&mut self, anchor: usize, start: Marker) -> Result<Node, Refusal> {
        let Some(anchor) = self.anchors.get(&anchor) else {
            let message = "recursion limit exceeded: an alias stands in the value that it names";
            return Err(self.refuse(start, message));
        };
        let (content, cost) = (Rc::clone(&anchor.content), anchor.cost);
        if self.depth + anchor.height > MAX_DEPTH {
            return Err(self.refuse(start, TOO_DEEP));
        }
        self.pay(cost, start)?;
        let at = position(start);
        Ok(Node { at, content })
    }

    fn open(&mut self, tag: Option<&Tag>, start: Marker) -> Result<(), Refusal> {
        scalar::known(tag).map_err(|message| self.refuse(start, &message))?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.refuse(start, TOO_DEEP));
        }
        self.pay(1, start)
    }

    fn pay(&mut self, cost: usize, start: Marker) -> Result<(), Refusal> {
        let Some(left) = self.budget.checked_sub(cost) else {
            let message = "the aliases multiply the document beyond all measure";
            return Err(self.refuse(start, message));
        };
        self.budget = left;
        Ok(())
    }

    fn items(&mut self) -> Result<Vec<Node>, Refusal> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                self.depth -= 1;
                return Ok(items);
            }
            self.pointer.push_index(items.len());
            items.push(self.node(event, &span)?);
            self.pointer.pop();
        }
    }

    fn fields(&mut self) -> Result<BTreeMap<String, (Position, Node)>, Refusal> {
        let mut fields = BTreeMap::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                self.depth -= 1;
                return Ok(fields);
            }
            let key = self.key(event, &span)?;
            if fields.contains_key(&key) {
                let message = format!("the key `{key}` stands twice in one mapping");
                return Err(self.refuse(span.start, &message));
            }
            self.pointer.push(&key);
            let (event, value) = self.next()?;
            let unwritten = value.is_empty() && matches!(event, Event::Scalar(..));
            let mut node = self.node(event, &value)?;
            if unwritten {
                // Nothing is written for a null, so the key stands for it.
                node.at = position(span.start);
            }
            self.pointer.pop();
            fields.insert(key, (position(span.start), node));
        }
    }

    /// Reads a key as the text it is written as: `200` and `1.10` are not changed.
    fn key(&mut self, event: Event<'t>, span: &Span) -> Result<String, Refusal> {
        let start = span.start;
        let text = match event {
            // The parser returns `~` for nothing.
            Event::Scalar(..) if span.is_empty() => Some(String::new()),
            Event::Scalar(text, ..) => Some(text.into_owned()),
            Event::Alias(anchor) => self.anchors.get(&anchor).and_then(|it| it.text.clone()),
            _ => None,
        };
        let Some(key) = text else {
            return Err(self.refuse(start, "a key is not a single text or number"));
        };
        // As a name it would become a property. As a merge it would need rules for keys on both
        // sides. Published documents have neither.
        if key == "<<" && self.scalars {
            let message = "the merge key `<<` is not supported, write the keys out";
            return Err(self.refuse(start, message));
        }
        self.pay(key.len() + 1, start)?;
        Ok(key)
    }
}

const TOO_DEEP: &str = "recursion limit exceeded: more than 128 levels";

fn position(mark: Marker) -> Position {
    Position {
        line: mark.line(),
        column: mark.col() + 1,
    }
}

fn described(mark: Marker) -> String {
    format!("line {} column {}", mark.line(), mark.col() + 1)
}
