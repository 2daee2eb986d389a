//! Findings grouped by the operations that they affect, and words that all formats use.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::report::Report;

/// A finding that stands for all equal ones at other places.
#[derive(Clone, Copy)]
pub(super) struct Folded<'r> {
    pub(super) finding: &'r Finding,
    /// The number of the others.
    pub(super) more: usize,
}

impl Folded<'_> {
    /// Returns the number of the others in brackets, or nothing if there are none.
    pub(super) fn again(self) -> String {
        match self.more {
            0 => String::new(),
            more => format!(" (and {})", counted(more, "more place")),
        }
    }
}

/// Returns the number of findings, including those that are folded.
pub(super) fn count<'f, 'r: 'f>(all: impl IntoIterator<Item = &'f Folded<'r>>) -> usize {
    all.into_iter().map(|folded| 1 + folded.more).sum()
}

/// Returns the findings grouped by the operations that they affect, the worst group first. Findings of a
/// group that differ only in their place are folded, unless the report is shown in full.
pub(super) fn groups(report: &Report) -> Vec<(String, Vec<Folded<'_>>)> {
    let mut groups: Vec<(String, Vec<Folded<'_>>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut folded = BTreeMap::new();
    for finding in &report.findings {
        let heading = heading(finding);
        let index = *known.entry(heading.clone()).or_insert_with(|| {
            groups.push((heading, Vec::new()));
            groups.len() - 1
        });
        let all = &mut groups[index].1;
        let key = (
            index,
            (finding.wire, finding.source),
            (&finding.rule, &finding.message),
        );
        let at = *folded.entry(key).or_insert(all.len());
        match all.get_mut(at) {
            Some(first) if !report.full => first.more += 1,
            _ => all.push(Folded { finding, more: 0 }),
        }
    }
    groups
}

pub(super) fn heading(finding: &Finding) -> String {
    let mut heading = String::new();
    for (index, name) in finding.used_by.iter().enumerate() {
        if index > 0 {
            heading.push_str(", ");
        }
        heading.push_str(name);
    }
    if heading.is_empty() {
        heading.push_str("the document");
    }
    heading
}

/// Returns the pointer that helps a reader most: in the second document, if the place exists there.
pub(super) fn place(finding: &Finding) -> &str {
    let side = finding.revision.as_ref().or(finding.base.as_ref());
    side.map_or("", |side| side.pointer.as_str())
}

/// Returns a count with its noun, such as `3 findings`.
pub(super) fn counted(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}
