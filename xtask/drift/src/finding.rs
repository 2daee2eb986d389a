//! One change that was found, with what it breaks.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::verdict::{Effect, Verdict};

/// Which way the values travel that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
    /// Neither: the operation itself, its server, who may call it.
    None,
}

/// Where a value is written, in the text of a document before overlays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Location {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What one of the documents has at the place of a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// The JSON pointer of the place.
    pub pointer: String,
    /// What it says, as far as the change is about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Where it is written, or what it stands in if an overlay adds it, once the report
    /// [locates](crate::Report::locate) its findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Side {
    pub(crate) fn new(pointer: String, value: Option<Value>) -> Self {
        Self {
            pointer,
            value,
            location: None,
        }
    }
}

/// A change between two documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of change it is: the same in every release of this tool.
    pub rule: String,
    /// Which way the values travel.
    pub direction: Direction,
    /// What it does to the set of values.
    pub effect: Effect,
    /// What it breaks in binaries that are deployed.
    pub wire: Verdict,
    /// What it breaks in code that is compiled again.
    pub source: Verdict,
    /// Names the change across runs, whatever else is edited.
    pub fingerprint: String,
    /// The change as a sentence.
    pub message: String,
    /// `METHOD /path` of every operation that meets it.
    pub used_by: BTreeSet<String>,
    /// The place in the first document; none where it has none.
    pub base: Option<Side>,
    /// The place in the second document; none where it has none.
    pub revision: Option<Side>,
}

impl Finding {
    /// The graver of the two verdicts.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_drift::{Scope, Verdict, compare};
    ///
    /// let base = json!({"openapi": "3.1.0", "paths": {"/a": {"get": {}}}});
    /// let revision = json!({"openapi": "3.1.0", "paths": {}});
    /// let findings = compare(&base, &revision, &Scope::All).unwrap();
    /// assert_eq!(findings[0].rule, "operation-removed");
    /// assert_eq!(findings[0].worst(), Verdict::Breaks);
    /// ```
    #[must_use]
    pub fn worst(&self) -> Verdict {
        self.wire.max(self.source)
    }

    /// Where the change is written, in the documents that have it.
    pub(crate) fn locations(&self) -> impl DoubleEndedIterator<Item = &Location> {
        let sides = [&self.base, &self.revision].into_iter().flatten();
        sides.filter_map(|side| side.location.as_ref())
    }

    /// The gravest first, and then by rule and place.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let pointer = |side: &Option<Side>| side.as_ref().map(|side| side.pointer.clone());
        (
            std::cmp::Reverse((self.worst(), self.wire)),
            pointer(&self.base).or(pointer(&self.revision)),
            self.rule.clone(),
            pointer(&self.revision),
            self.fingerprint.clone(),
        )
    }
}
