//! Findings grouped by the operations that they affect, and words that all formats use.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::report::Report;

/// Maximum number of operations in a heading.
const NAMED: usize = 3;

/// A finding that stands for all equal ones at other places.
#[derive(Clone, Copy)]
pub(super) struct Folded<'r> {
    pub(super) finding: &'r Finding,
    /// The number of the others.
    pub(super) more: usize,
}

/// Returns the number of other places in brackets, or nothing if there are none.
pub(super) fn again(more: usize) -> String {
    match more {
        0 => String::new(),
        more => format!(" (and {})", counted(more, "more place")),
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
    if finding.used_by.is_empty() {
        return "the document".to_owned();
    }
    let names: Vec<&str> = finding.used_by.iter().map(String::as_str).collect();
    names.join(", ")
}

/// Returns the first operations of a long heading, and the number of the others. Returns `None` for a
/// short heading.
pub(super) fn shortened(finding: &Finding) -> Option<(String, String)> {
    let names = &finding.used_by;
    let more = names.len().checked_sub(NAMED).filter(|more| *more > 0)?;
    let first: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    Some((first.join(", "), counted(more, "more operation")))
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
