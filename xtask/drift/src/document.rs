//! A document under comparison: places that know their path from the root, and references.

use std::collections::HashMap;

use serde_json::Value;
use trackstar_openapi::model::{self, Operation, Scheme};
use trackstar_openapi::pointer::{self, JsonPointer};
use trackstar_openapi::reference;

use crate::Error;
use crate::canonical;

/// Maximum depth. The parser stops there too, but a document may be built by hand.
const MAX_DEPTH: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V30,
    V31,
}

/// A place in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) value: &'a Value,
    node: usize,
}

impl<'a> At<'a> {
    /// Returns the place with the value that absence implies.
    pub(crate) fn implied(self, value: &'a Value) -> Self {
        Self { value, ..self }
    }

    /// Returns a number that identifies the value within the document.
    pub(crate) fn address(self) -> usize {
        std::ptr::from_ref(self.value).addr()
    }
}

#[derive(Clone, Copy, Debug)]
enum Segment<'a> {
    Name(&'a str),
    Index(usize),
}

#[derive(Debug)]
struct Node<'a> {
    parent: usize,
    key: Segment<'a>,
    value: &'a Value,
}

/// The operations and the security schemes of a document.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) operations: Vec<Operation>,
    pub(crate) schemes: Vec<Scheme>,
}

impl Model {
    pub(crate) fn read(document: &Value) -> Self {
        Self {
            operations: model::read(document),
            schemes: model::schemes(document),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) version: Version,
    pub(crate) model: &'a Model,
    /// Whether a schema may apply to one direction only.
    pub(crate) has_directions: bool,
    nodes: Vec<Node<'a>>,
    references: HashMap<&'a str, Option<At<'a>>>,
    /// The schemas by `$anchor`, collected when the first one is referred to.
    anchors: Option<HashMap<&'a str, At<'a>>>,
}

impl<'a> Document<'a> {
    pub(crate) fn read(name: &str, root: &'a Value, model: &'a Model) -> Result<Self, Error> {
        let refuse = |what: &str| Err(Error::new(format!("{name}: {what}")));
        let Some(has_directions) = survey(root) else {
            return refuse("it is nested deeper than 128 levels; use a flatter document");
        };
        let Some(stated) = root.get("openapi").and_then(Value::as_str) else {
            return refuse("it has no OpenAPI version; use a document of 3.0 or 3.1");
        };
        let version = match stated.split('.').collect::<Vec<_>>().as_slice() {
            ["3", "0", ..] => Version::V30,
            ["3", "1", ..] => Version::V31,
            _ => {
                return refuse(
                    "its version is neither OpenAPI 3.0 nor 3.1; use a document of one of these",
                );
            }
        };
        let paths = root.get("paths");
        if !(paths.is_some_and(Value::is_object) || (paths.is_none() && version == Version::V31)) {
            return refuse("its `paths` is not a map of paths; use a document with operations");
        }
        Ok(Self {
            version,
            model,
            nodes: vec![Node {
                parent: 0,
                key: Segment::Index(0),
                value: root,
            }],
            has_directions,
            references: HashMap::new(),
            anchors: None,
        })
    }

    pub(crate) fn root(&self) -> At<'a> {
        At {
            value: self.nodes[0].value,
            node: 0,
        }
    }

    fn push(&mut self, parent: usize, key: Segment<'a>, value: &'a Value) -> At<'a> {
        self.nodes.push(Node { parent, key, value });
        At {
            value,
            node: self.nodes.len() - 1,
        }
    }

    pub(crate) fn get(&mut self, at: At<'a>, key: &str) -> Option<At<'a>> {
        let (key, value) = at.value.as_object()?.get_key_value(key)?;
        Some(self.push(at.node, Segment::Name(key), value))
    }

    /// Returns the members of an object, or nothing for other values.
    pub(crate) fn members(&mut self, at: At<'a>) -> Vec<(&'a str, At<'a>)> {
        let members = at.value.as_object().into_iter().flatten();
        members
            .map(|(key, value)| (key.as_str(), self.push(at.node, Segment::Name(key), value)))
            .collect()
    }

    /// Returns the items of a list, or nothing for other values.
    pub(crate) fn items(&mut self, at: At<'a>) -> Vec<At<'a>> {
        let items = at.value.as_array().into_iter().flatten().enumerate();
        items
            .map(|(index, value)| self.push(at.node, Segment::Index(index), value))
            .collect()
    }

    /// Returns the target of a reference, or `None` if it does not exist in the document.
    pub(crate) fn resolve(&mut self, reference: &'a str) -> Option<At<'a>> {
        if let Some(known) = self.references.get(reference) {
            return *known;
        }
        let found = self.locate(reference);
        self.references.insert(reference, found);
        found
    }

    fn locate(&mut self, reference: &str) -> Option<At<'a>> {
        match reference::target(reference) {
            Some(pointer) => self.at(&pointer),
            None => self.anchored(reference.strip_prefix('#')?),
        }
    }

    /// Returns the place at a pointer.
    pub(crate) fn at(&mut self, pointer: &str) -> Option<At<'a>> {
        let mut at = self.root();
        for segment in pointer::segments(pointer) {
            at = match at.value {
                Value::Array(items) => {
                    let index = segment.parse().ok()?;
                    self.push(at.node, Segment::Index(index), items.get(index)?)
                }
                _ => self.get(at, &segment)?,
            };
        }
        Some(at)
    }

    /// Returns the schema with an anchor. The first call collects all anchors.
    fn anchored(&mut self, name: &str) -> Option<At<'a>> {
        if let Some(anchors) = &self.anchors {
            return anchors.get(name).copied();
        }
        let mut anchors = HashMap::new();
        let mut todo = vec![self.root()];
        while let Some(at) = todo.pop() {
            if let Some(anchor) = at.value.get("$anchor").and_then(Value::as_str) {
                anchors.entry(anchor).or_insert(at);
            }
            todo.extend(self.members(at).into_iter().map(|(_, member)| member));
            todo.extend(self.items(at));
        }
        self.anchors.insert(anchors).get(name).copied()
    }

    /// Returns the place itself, or the end of a chain of references. Returns `None` if a target does not
    /// exist.
    pub(crate) fn follow(&mut self, at: At<'a>) -> Option<At<'a>> {
        reference::end(at, |at| reference::of(at.value), |to| self.resolve(to))
    }

    /// Returns the value of a field or the target of its reference. An unresolved reference is compared as
    /// it is written.
    pub(crate) fn followed(&mut self, at: At<'a>, field: &str) -> Option<At<'a>> {
        let written = self.get(at, field)?;
        Some(self.follow(written).unwrap_or(written))
    }

    /// Returns the JSON pointer of a place.
    pub(crate) fn pointer(&self, at: At<'a>) -> String {
        let mut pointer = JsonPointer::default();
        for node in self.way(at) {
            match node.key {
                Segment::Name(name) => pointer.push(name),
                Segment::Index(index) => pointer.push_index(index),
            }
        }
        pointer.as_str().to_owned()
    }

    /// Returns the place by its meaning: with names instead of indexes and without keywords that only
    /// structure the document. It stays the same if a list is reordered or a property moves into an
    /// `allOf`.
    pub(crate) fn meaning(&self, at: At<'a>) -> String {
        const SPELLING: [&str; 5] = ["components", "content", "schema", "allOf", "paths"];
        let mut meaning = String::new();
        let mut before: Option<&str> = None;
        for node in self.way(at) {
            // Keys of these objects are names that the document chooses, even if they look like keywords.
            let chosen = matches!(before, Some("properties" | "schemas" | "paths"));
            let said = match node.key {
                Segment::Name("properties") if !chosen => None,
                Segment::Name(name) if !chosen && SPELLING.contains(&name) => None,
                Segment::Name(name) => Some(name.to_owned()),
                Segment::Index(_) if before == Some("allOf") => None,
                Segment::Index(index) if before == Some("prefixItems") => Some(index.to_string()),
                Segment::Index(_) => Some(canonical::label(node.value)),
            };
            if let Some(said) = said {
                meaning.push('/');
                meaning.push_str(&said);
            }
            before = match node.key {
                Segment::Name(name) if !chosen => Some(name),
                _ => None,
            };
        }
        meaning
    }

    /// Returns the property, parameter or component in which a place is, for messages.
    pub(crate) fn subject(&self, at: At<'a>) -> String {
        let mut name = None;
        let mut within = "";
        let mut before = "";
        for node in self.way(at) {
            let chosen = matches!(before, "properties" | "schemas");
            before = match node.key {
                Segment::Name(key) if chosen => {
                    (name, within) = (Some(key), "");
                    ""
                }
                Segment::Name(key) => {
                    within = match key {
                        "items" => "the items of ",
                        "additionalProperties" => "the values of ",
                        _ => within,
                    };
                    key
                }
                Segment::Index(_) => {
                    if before == "parameters" {
                        name = node.value.get("name").and_then(Value::as_str);
                    }
                    ""
                }
            };
        }
        match name {
            Some(name) => format!("{within}`{name}`"),
            None => format!("{within}the body"),
        }
    }

    fn way(&self, at: At<'a>) -> Vec<&Node<'a>> {
        let mut way = Vec::new();
        let mut node = at.node;
        while node != 0 {
            way.push(&self.nodes[node]);
            node = self.nodes[node].parent;
        }
        way.reverse();
        way
    }
}

/// Visits all values level by level, so that the visit cannot exhaust the stack. Returns whether a schema may
/// apply to one direction only, or `None` for a document that is nested too deeply.
fn survey(root: &Value) -> Option<bool> {
    let mut has_directions = false;
    let mut level = vec![root];
    for _ in 0..=MAX_DEPTH {
        let mut next = Vec::new();
        for value in level {
            match value {
                Value::Object(fields) => {
                    has_directions |=
                        fields.contains_key("readOnly") || fields.contains_key("writeOnly");
                    next.extend(fields.values());
                }
                Value::Array(items) => next.extend(items),
                _ => {}
            }
        }
        if next.is_empty() {
            return Some(has_directions);
        }
        level = next;
    }
    None
}
