//! The overview of a large report, which fits one screen: one line for each kind of change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::groups::{counted, place};
use super::paint::verdicts;
use crate::escape::visible;
use crate::finding::Finding;
use crate::report::Report;
use crate::verdict::Verdict;

/// Maximum number of findings that are shown one by one.
pub(super) const FINDINGS: usize = 25;

/// Maximum number of kinds of changes. Each has two lines, so that the report fits 40 lines.
const KINDS: usize = 15;

/// Returns the overview: the kinds of changes that break or may break something, the worst and most
/// frequent first, and the number of all others.
pub(super) fn write(report: &Report, colored: bool) -> String {
    let mut kinds: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        let key = (
            finding.worst(),
            finding.wire,
            finding.source,
            finding.rule.as_str(),
        );
        kinds.entry(key).or_default().push(finding);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|((worst, wire, _, rule), all)| {
        std::cmp::Reverse((*worst, *wire, all.len(), std::cmp::Reverse(*rule)))
    });
    let alarming = kinds.iter().filter(|(key, _)| key.0 >= Verdict::MayBreak);
    let mut out = String::new();
    for (_, findings) in alarming.clone().take(KINDS) {
        let first = findings[0];
        let _infallible = writeln!(
            out,
            "{}: {} ({})\n    such as {} at {}",
            verdicts(first, colored),
            first.rule,
            counted(findings.len(), "time"),
            visible(&first.message),
            visible(place(first)),
        );
    }
    let left_out = alarming
        .skip(KINDS)
        .map(|(_, all)| all.len())
        .sum::<usize>();
    if left_out > 0 {
        let _infallible = writeln!(
            out,
            "({} of other kinds)",
            counted(left_out, "more finding")
        );
    }
    let rest = kinds.iter().filter(|(key, _)| key.0 < Verdict::MayBreak);
    let rest: usize = rest.map(|(_, all)| all.len()).sum();
    let _infallible = writeln!(
        out,
        "{} break nothing; --full shows every finding",
        counted(rest, "finding"),
    );
    out
}
