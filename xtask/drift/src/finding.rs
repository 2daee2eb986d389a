//! A change and the things that it breaks.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::verdict::{Effect, Verdict};

/// The direction of the values that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
    /// Neither: the operation, its server, its security requirements.
    None,
}

/// The position of a value in the text of a document before overlays.
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

/// The place of a change in one of the documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// The JSON pointer of the place.
    pub pointer: String,
    /// The value, or the part of it that the change is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The position in the text. If an overlay adds the value, it is the position of the object that
    /// contains it. Set by [`Report::locate`](crate::Report::locate).
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
    /// The kind of the change. It stays the same in all releases of this tool.
    pub rule: String,
    /// The direction of the values.
    pub direction: Direction,
    /// The effect on the set of values.
    pub effect: Effect,
    /// The verdict for deployed binaries.
    pub wire: Verdict,
    /// The verdict for code that is compiled again.
    pub source: Verdict,
    /// An identifier of the change that stays the same across runs and other edits.
    pub fingerprint: String,
    /// A sentence that describes the change.
    pub message: String,
    /// `METHOD /path` of every affected operation, and `webhook NAME` of every affected webhook.
    pub used_by: BTreeSet<String>,
    /// The place in the first document, if it exists there.
    pub base: Option<Side>,
    /// The place in the second document, if it exists there.
    pub revision: Option<Side>,
}

impl Finding {
    /// Returns the worse of the two verdicts.
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

    /// Returns the positions of the change in the documents that have it.
    pub(crate) fn locations(&self) -> impl DoubleEndedIterator<Item = &Location> {
        let sides = [&self.base, &self.revision].into_iter().flatten();
        sides.filter_map(|side| side.location.as_ref())
    }

    /// Returns a sort key: the worst findings first, then by rule and place.
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
