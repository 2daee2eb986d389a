//! The work of a comparison: pairs of schemas that wait, what was found where, and who uses it.
//!
//! No schema is compared twice in the same surroundings, and none within another: a pair that is
//! met waits in a list, so that circles end and no document exhausts the stack.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::canonical;
use crate::document::{At, Document};
use crate::finding::{Direction, Finding, Side};
use crate::verdict::{Aspect, Effect, Mode, Presence, verdicts};

/// In what surroundings something is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    pub(crate) mode: Mode,
    /// Within a keyword that the generated code does not see, such as a condition.
    pub(crate) unseen: bool,
    /// Within the schema of one of the first items of a list.
    first_items: bool,
    /// Within a `not`: whatever is widened there narrows what is around it.
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

    /// Within a keyword that no code is generated for.
    pub(crate) fn unseen(self) -> Self {
        Self {
            unseen: true,
            ..self
        }
    }

    /// Within the schema of one of the first items of a list.
    pub(crate) fn first_items(self) -> Self {
        Self {
            first_items: true,
            ..self
        }
    }
}

/// What the place of a schema adds to what the schema says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    pub(crate) optional: bool,
    pub(crate) null: bool,
}

impl Site {
    pub(crate) const PLAIN: Self = Self {
        optional: false,
        null: false,
    };

    pub(crate) fn of(presence: Presence) -> Self {
        Self {
            optional: presence != Presence::Required,
            null: false,
        }
    }
}

/// Two schemas that are to be compared.
#[derive(Clone, Debug)]
pub(crate) struct Task<'a> {
    pub(crate) base: Vec<At<'a>>,
    pub(crate) revision: Vec<At<'a>>,
    pub(crate) context: Context,
    pub(crate) sites: (Site, Site),
}

type Key = (Vec<usize>, Vec<usize>, Context, (Site, Site));

/// Operation or pair of schemas: what was found in it, and what it uses.
#[derive(Debug, Default)]
struct Unit {
    findings: Vec<usize>,
    uses: Vec<usize>,
}

/// A change that was found at a place, before it is judged.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) rule: String,
    pub(crate) effect: Effect,
    pub(crate) aspect: Aspect,
    pub(crate) base: Option<Value>,
    pub(crate) revision: Option<Value>,
    pub(crate) message: String,
}

#[derive(Debug)]
pub(crate) struct Engine<'a> {
    pub(crate) base: Document<'a>,
    pub(crate) revision: Document<'a>,
    findings: Vec<Finding>,
    known: HashMap<String, usize>,
    units: Vec<Unit>,
    memo: HashMap<Key, usize>,
    waiting: Vec<(usize, Task<'a>)>,
    current: usize,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(base: Document<'a>, revision: Document<'a>) -> Self {
        Self {
            base,
            revision,
            findings: Vec::new(),
            known: HashMap::new(),
            units: Vec::new(),
            memo: HashMap::new(),
            waiting: Vec::new(),
            current: 0,
        }
    }

    /// From here on, what is found belongs to another operation. Its number.
    pub(crate) fn begin(&mut self) -> usize {
        self.units.push(Unit::default());
        self.current = self.units.len() - 1;
        self.current
    }

    pub(crate) fn wait(&mut self, task: Task<'a>) {
        let addresses = |places: &[At<'a>]| places.iter().map(|at| at.address()).collect();
        let key = (
            addresses(&task.base),
            addresses(&task.revision),
            task.context,
            task.sites,
        );
        let unit = if let Some(known) = self.memo.get(&key) {
            *known
        } else {
            self.units.push(Unit::default());
            let unit = self.units.len() - 1;
            self.memo.insert(key, unit);
            self.waiting.push((unit, task));
            unit
        };
        self.units[self.current].uses.push(unit);
    }

    /// The next pair; what is found from here on belongs to it.
    pub(crate) fn next(&mut self) -> Option<Task<'a>> {
        let (unit, task) = self.waiting.pop()?;
        self.current = unit;
        Some(task)
    }

    /// Records a change, judged. A change that is met again, on another way, is the same finding with
    /// the graver verdict.
    pub(crate) fn found(
        &mut self,
        context: Context,
        base: Option<At<'a>>,
        revision: Option<At<'a>>,
        change: Change,
    ) {
        let Change {
            rule,
            effect,
            aspect,
            base: before,
            revision: after,
            message,
        } = change;
        let effect = if context.flipped {
            effect.mirrored()
        } else {
            effect
        };
        let aspect = match aspect {
            Aspect::Documentation | Aspect::Unknown => aspect,
            _ if context.unseen => Aspect::Limit { typed: false },
            _ if context.first_items => Aspect::FirstItem,
            _ => aspect,
        };
        let (wire, source) = verdicts(effect, context.mode, aspect);
        let (direction, prefix) = match context.mode {
            Mode::Neither => (Direction::None, ""),
            Mode::Request => (Direction::Request, "request-"),
            Mode::Success | Mode::Failure => (Direction::Response, "response-"),
        };
        // What is not understood is so in any direction.
        let prefix = if aspect == Aspect::Unknown {
            ""
        } else {
            prefix
        };
        let rule = format!("{prefix}{rule}");
        let text = |value: &Option<Value>| value.as_ref().map(canonical::text).unwrap_or_default();
        let (before_text, after_text) = (text(&before), text(&after));
        let base = base.map(|at| (self.base.pointer(at), self.base.meaning(at)));
        let revision = revision.map(|at| (self.revision.pointer(at), self.revision.meaning(at)));
        let pointer = |side: &Option<(String, String)>| match side {
            Some((pointer, _)) => format!("at {pointer}"),
            None => "nowhere".to_owned(),
        };
        let key = [
            rule.as_str(),
            &pointer(&base),
            &pointer(&revision),
            &before_text,
            &after_text,
        ]
        .join("\n");
        if let Some(known) = self.known.get(&key).copied() {
            let finding = &mut self.findings[known];
            finding.wire = finding.wire.max(wire);
            finding.source = finding.source.max(source);
            self.units[self.current].findings.push(known);
            return;
        }
        let meaning = |side: &Option<(String, String)>| side.as_ref().map(|side| side.1.clone());
        let (was, is) = (meaning(&base), meaning(&revision));
        // Where both are the same place it is said once, so that one that moves stays what it is.
        let moved = is
            .as_ref()
            .filter(|is| was.is_some() && was.as_ref() != Some(is));
        let fingerprint = canonical::digest(&[
            &rule,
            was.as_ref().or(is.as_ref()).map_or("", String::as_str),
            moved.map_or("", String::as_str),
            &before_text,
            &after_text,
        ]);
        let side = |side: Option<(String, String)>, value| {
            side.map(|(pointer, _)| Side::new(pointer, value))
        };
        self.findings.push(Finding {
            base: side(base, before),
            revision: side(revision, after),
            rule,
            direction,
            effect,
            wire,
            source,
            used_by: BTreeSet::new(),
            message,
            fingerprint,
        });
        let number = self.findings.len() - 1;
        self.known.insert(key, number);
        self.units[self.current].findings.push(number);
    }

    /// All findings, each with the operations that meet it.
    pub(crate) fn finish(mut self, operations: &[(usize, String)]) -> Vec<Finding> {
        let mut reached = vec![usize::MAX; self.units.len()];
        for (number, (unit, name)) in operations.iter().enumerate() {
            let mut todo = vec![*unit];
            while let Some(unit) = todo.pop() {
                if std::mem::replace(&mut reached[unit], number) == number {
                    continue;
                }
                for finding in &self.units[unit].findings {
                    let used_by = &mut self.findings[*finding].used_by;
                    if !used_by.contains(name) {
                        used_by.insert(name.clone());
                    }
                }
                todo.extend(&self.units[unit].uses);
            }
        }
        self.findings.sort_by_cached_key(Finding::order);
        self.findings
    }
}
