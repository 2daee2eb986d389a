//! Records judged changes as findings.

use std::collections::HashMap;

use serde_json::Value;

use crate::canonical;
use crate::comparison::LocatedChange;
use crate::document::{At, Document};
use crate::finding::{Finding, Side};
use crate::judge::judge;
use crate::worklist::{Unit, Worklist};

/// The findings of a comparison, each once.
#[derive(Debug, Default)]
pub(crate) struct Record {
    findings: Vec<Finding>,
    known: HashMap<String, usize>,
    /// The findings of each unit.
    by_unit: Vec<Vec<usize>>,
}

/// A place by its pointer and by its meaning.
type Named = Option<(String, String)>;

impl Record {
    /// Adds the changes that a unit reported.
    pub(crate) fn add<'a>(
        &mut self,
        unit: Unit,
        documents: (&Document<'a>, &Document<'a>),
        changes: Vec<LocatedChange<'a>>,
    ) {
        for change in changes {
            let base = named(documents.0, change.base);
            let revision = named(documents.1, change.revision);
            let finding = self.one(change, base, revision);
            if self.by_unit.len() <= unit.index() {
                self.by_unit.resize_with(unit.index() + 1, Vec::new);
            }
            self.by_unit[unit.index()].push(finding);
        }
    }

    /// Records a change and returns the number of its finding. A change that several units report is one
    /// finding with the worst verdicts.
    fn one(&mut self, located: LocatedChange<'_>, base: Named, revision: Named) -> usize {
        let judged = judge(located.context, &located.change);
        let change = located.change;
        let text = |value: &Option<Value>| value.as_ref().map(canonical::text).unwrap_or_default();
        let (before, after) = (text(&change.base), text(&change.revision));
        let pointer = |side: &Named| match side {
            Some((pointer, _)) => format!("at {pointer}"),
            None => "nowhere".to_owned(),
        };
        let places = (pointer(&base), pointer(&revision));
        let key = [judged.rule.as_str(), &places.0, &places.1, &before, &after].join("\n");
        if let Some(known) = self.known.get(&key).copied() {
            let finding = &mut self.findings[known];
            finding.wire = finding.wire.max(judged.wire);
            finding.source = finding.source.max(judged.source);
            return known;
        }
        let fingerprint = {
            let meanings = [&base, &revision].map(|side| side.as_ref().map(|it| it.1.as_str()));
            let first = meanings[0].or(meanings[1]).unwrap_or_default();
            // The fingerprint has a place that both documents share only once, so that it stays the same if
            // the part moves in both.
            let second = meanings[1].filter(|second| meanings[0].is_some() && *second != first);
            let second = second.unwrap_or_default();
            canonical::digest(&[&judged.rule, first, second, &before, &after])
        };
        let side = |side: Named, value| side.map(|(pointer, _meaning)| Side::new(pointer, value));
        self.findings.push(Finding {
            base: side(base, change.base),
            revision: side(revision, change.revision),
            rule: judged.rule,
            direction: judged.direction,
            effect: judged.effect,
            wire: judged.wire,
            source: judged.source,
            used_by: std::collections::BTreeSet::new(),
            message: change.message,
            fingerprint,
        });
        self.known.insert(key, self.findings.len() - 1);
        self.findings.len() - 1
    }

    /// Returns all findings, each with the operations that meet it.
    pub(crate) fn finish(
        mut self,
        worklist: &Worklist<'_>,
        operations: &[(Unit, String)],
    ) -> Vec<Finding> {
        for (unit, name) in operations {
            let reached = worklist.reached_from(*unit).into_iter();
            let lists = reached.filter_map(|unit| self.by_unit.get(unit.index()));
            for finding in lists.flatten() {
                let used_by = &mut self.findings[*finding].used_by;
                if !used_by.contains(name) {
                    used_by.insert(name.clone());
                }
            }
        }
        self.findings.sort_by_cached_key(Finding::order);
        self.findings
    }
}

fn named<'a>(document: &Document<'a>, at: Option<At<'a>>) -> Named {
    at.map(|at| (document.pointer(at), document.meaning(at)))
}
