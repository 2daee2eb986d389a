//! Two documents under comparison, and the output of comparing one pair of their parts.
//!
//! A comparison of two parts reports changes and adds the pairs of schemas that it meets. It knows neither
//! verdicts nor the order of the work.

use serde_json::Value;

use crate::document::{At, Document};
use crate::verdict::{Aspect, Effect, Mode, Presence};

/// The surroundings of a compared part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    pub(crate) mode: Mode,
    /// Whether the part is within a keyword that the generated code does not see, such as a condition.
    pub(crate) unseen: bool,
    /// Whether the part is within the schema of one of the first items of a list.
    pub(crate) first_items: bool,
    /// Whether the part is within a `not`, so that widening it narrows the schema around it.
    pub(crate) flipped: bool,
}

impl Context {
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            mode,
            unseen: false,
            first_items: false,
            flipped: false,
        }
    }

    /// Returns the context within a keyword for which no code is generated.
    pub(crate) fn unseen(self) -> Self {
        Self {
            unseen: true,
            ..self
        }
    }

    /// Returns the context within the schema of one of the first items of a list.
    pub(crate) fn first_items(self) -> Self {
        Self {
            first_items: true,
            ..self
        }
    }
}

/// Properties of a schema's place that add to the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    pub(crate) optional: bool,
    pub(crate) null: bool,
}

impl Site {
    /// Two places that add nothing.
    pub(crate) const PLAIN: (Self, Self) = {
        let plain = Self {
            optional: false,
            null: false,
        };
        (plain, plain)
    };

    pub(crate) fn of(presence: Presence) -> Self {
        Self {
            optional: presence != Presence::Required,
            null: false,
        }
    }
}

/// Two schemas to compare.
#[derive(Clone, Debug)]
pub(crate) struct Task<'a> {
    pub(crate) base: Vec<At<'a>>,
    pub(crate) revision: Vec<At<'a>>,
    pub(crate) context: Context,
    pub(crate) sites: (Site, Site),
}

/// A change before it is judged.
#[derive(Debug)]
pub(crate) struct Change {
    /// The rule without the prefix for its direction.
    pub(crate) rule: String,
    pub(crate) effect: Effect,
    pub(crate) aspect: Aspect,
    pub(crate) base: Option<Value>,
    pub(crate) revision: Option<Value>,
    pub(crate) message: String,
}

impl Change {
    pub(crate) fn new(
        rule: impl Into<String>,
        effect: Effect,
        aspect: Aspect,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            effect,
            aspect,
            base: None,
            revision: None,
            message: message.into(),
        }
    }

    /// Returns the change that a part is only in one of the documents. `rule` is the rule without its end,
    /// `what` names the part in the message, and `value` is the value of the part.
    pub(crate) fn one_sided(
        at: (Option<At<'_>>, Option<At<'_>>),
        rule: &str,
        what: &str,
        value: Option<&str>,
        aspect: Aspect,
    ) -> Self {
        let (how, effect, words) = if at.0.is_some() {
            ("removed", Effect::Narrowed, "is gone")
        } else {
            ("added", Effect::Widened, "is new")
        };
        Self::new(
            format!("{rule}-{how}"),
            effect,
            aspect,
            format!("{what} {words}"),
        )
        .values(
            at.0.and(value).map(Value::from),
            at.1.and(value).map(Value::from),
        )
    }

    /// Sets the values before and after the change.
    pub(crate) fn values(self, base: Option<Value>, revision: Option<Value>) -> Self {
        Self {
            base,
            revision,
            ..self
        }
    }
}

/// A change with its context and its place in each document that has one.
#[derive(Debug)]
pub(crate) struct LocatedChange<'a> {
    pub(crate) context: Context,
    pub(crate) base: Option<At<'a>>,
    pub(crate) revision: Option<At<'a>>,
    pub(crate) change: Change,
}

/// The two documents, and the output of the comparison that is running.
#[derive(Debug)]
pub(crate) struct Comparison<'a> {
    pub(crate) base: Document<'a>,
    pub(crate) revision: Document<'a>,
    pub(crate) changes: Vec<LocatedChange<'a>>,
    /// The pairs of schemas that the compared parts consist of.
    pub(crate) tasks: Vec<Task<'a>>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(base: Document<'a>, revision: Document<'a>) -> Self {
        Self {
            base,
            revision,
            changes: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// Adds a change to the output.
    pub(crate) fn report(
        &mut self,
        context: Context,
        base: Option<At<'a>>,
        revision: Option<At<'a>>,
        change: Change,
    ) {
        self.changes.push(LocatedChange {
            context,
            base,
            revision,
            change,
        });
    }

    /// Adds a pair of schemas to the output. It is compared later, so that a cycle ends and no document
    /// exhausts the stack.
    pub(crate) fn defer(
        &mut self,
        context: Context,
        base: Vec<At<'a>>,
        revision: Vec<At<'a>>,
        sites: (Site, Site),
    ) {
        self.tasks.push(Task {
            base,
            revision,
            context,
            sites,
        });
    }
}
