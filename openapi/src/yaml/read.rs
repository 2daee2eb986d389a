//! Reads YAML from the events of its parser, with the position of every value and key.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use granit_parser::{Event, Marker, Parser, Span, StrInput, StructureStyle, Tag, options};
use serde_json::Value;

use crate::pointer::JsonPointer;
use crate::position::{NodeContent, Position, SourceNode};
use crate::yaml::scalar;

/// Maximum number of nested levels in a document. Both parsers stop there, and overlays must not exceed
/// it, so no pass over a document can overflow the stack.
pub(crate) const MAX_DEPTH: usize = 128;

/// Maximum size that aliases may add to a document of any length, in values and bytes of text.
const ALIAS_ALLOWANCE: usize = 1 << 20;

/// An error with the location of the value that was being read.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) pointer: String,
    pub(crate) position: Position,
    pub(crate) message: String,
}

/// Reads a text with one document. Returns `None` if it contains only comments.
///
/// If `scalars` is set, the values of scalars are read. Otherwise only their positions are recorded.
pub(crate) fn read(text: &str, scalars: bool) -> Result<Option<SourceNode>, Refusal> {
    let options = options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        block_scalar_eof_without_line_feed: true,
    };
    let mut reader = YamlReader {
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
                return Err(
                    reader.refuse(span.start, "the text contains more than one YAML document")
                );
            }
            (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
            (event, span) => document = Some(reader.node(event, &span)?),
        }
    }
}

/// A value with an anchor.
struct Anchor {
    content: Rc<NodeContent>,
    /// Text of a scalar, because a key is read as it is written.
    text: Option<String>,
    cost: usize,
    height: usize,
}

struct YamlReader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    scalars: bool,
    /// Remaining cost. A document without aliases costs at most twice its length, because every value
    /// and every byte of text is written in it.
    budget: usize,
    /// Pointer to the value that is being read.
    pointer: JsonPointer,
    /// Number of open collections.
    depth: usize,
    /// Complete values by the number of their anchor.
    anchors: HashMap<usize, Anchor>,
}

impl<'t> YamlReader<'t> {
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
            position: position(at),
            message: message.to_owned(),
        }
    }

    fn node(&mut self, event: Event<'t>, span: &Span) -> Result<SourceNode, Refusal> {
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
                (anchor, Some(text), NodeContent::Scalar(value))
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(tag.as_deref(), tagged)?;
                (anchor, None, NodeContent::List(self.items()?))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.open(tag.as_deref(), tagged)?;
                (anchor, None, NodeContent::Map(self.fields()?))
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
        // The parser reports the start of a block sequence at its first dash or after it.
        let first = match &*content {
            NodeContent::List(items) if block => items.first().map(|item| item.at),
            _ => None,
        };
        let at = first.unwrap_or(position(start));
        Ok(SourceNode { at, content })
    }

    fn alias(&mut self, anchor: usize, start: Marker) -> Result<SourceNode, Refusal> {
        let Some(anchor) = self.anchors.get(&anchor) else {
            let message =
                "recursion limit exceeded: an alias is inside the value that it refers to";
            return Err(self.refuse(start, message));
        };
        let (content, cost) = (Rc::clone(&anchor.content), anchor.cost);
        if self.depth + anchor.height > MAX_DEPTH {
            return Err(self.refuse(start, TOO_DEEP));
        }
        self.pay(cost, start)?;
        let at = position(start);
        Ok(SourceNode { at, content })
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
            let message = "the aliases make the document too large";
            return Err(self.refuse(start, message));
        };
        self.budget = left;
        Ok(())
    }

    fn items(&mut self) -> Result<Vec<SourceNode>, Refusal> {
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

    fn fields(&mut self) -> Result<BTreeMap<String, (Position, SourceNode)>, Refusal> {
        let mut fields = BTreeMap::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                self.depth -= 1;
                return Ok(fields);
            }
            let key = self.key(event, &span)?;
            if fields.contains_key(&key) {
                let message = format!("duplicate key `{key}` in a mapping");
                return Err(self.refuse(span.start, &message));
            }
            self.pointer.push(&key);
            let (event, value) = self.next()?;
            let unwritten = value.is_empty() && matches!(event, Event::Scalar(..));
            let mut node = self.node(event, &value)?;
            if unwritten {
                // A null that is not written has the position of its key.
                node.at = position(span.start);
            }
            self.pointer.pop();
            fields.insert(key, (position(span.start), node));
        }
    }

    /// Reads a key as it is written. `200` and `1.10` are not normalized.
    fn key(&mut self, event: Event<'t>, span: &Span) -> Result<String, Refusal> {
        let start = span.start;
        let text = match event {
            // The parser returns `~` for an empty key.
            Event::Scalar(..) if span.is_empty() => Some(String::new()),
            Event::Scalar(text, ..) => Some(text.into_owned()),
            Event::Alias(anchor) => self.anchors.get(&anchor).and_then(|it| it.text.clone()),
            _ => None,
        };
        let Some(key) = text else {
            return Err(self.refuse(start, "a key is not a scalar"));
        };
        // As an ordinary name it would become a property. As a merge it would need rules for keys
        // that are on both sides. Published documents use neither.
        if key == "<<" && self.scalars {
            let message = "the merge key `<<` is not supported, repeat the keys instead";
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
