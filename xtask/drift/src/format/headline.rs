//! The first line of a report: the compared operations, what breaks, and the next version.

use std::fmt::Write as _;

use super::groups::counted;
use crate::finding::Finding;
use crate::report::Report;
use crate::verdict::Verdict;

/// Returns the headline without a newline.
pub(super) fn headline(report: &Report) -> String {
    let mut out = String::new();
    if let Some((compared, all)) = report.compared {
        let separator = if report.findings.is_empty() { ":" } else { "," };
        let all = counted(all, "operation");
        let _infallible = write!(out, "{compared} of {all} compared{separator} ");
    }
    if report.findings.is_empty() {
        out.push_str("no drift");
        return out;
    }
    let counts = |of: fn(&Finding) -> Verdict| {
        let counts = report.counts(of).into_iter();
        let counts = counts.filter(|(_, number)| *number > 0);
        let counts: Vec<String> = counts
            .map(|(verdict, number)| format!("{number} {}", verdict.words()))
            .collect();
        counts.join(", ")
    };
    let _infallible = write!(
        out,
        "{}: on the wire {}; in source {}. ",
        counted(report.findings.len(), "finding"),
        counts(|finding| finding.wire),
        counts(|finding| finding.source),
    );
    let _infallible = match (&report.version, report.next_version()) {
        (Some(current), Some(next)) => write!(out, "Next version: {next} (now {current})"),
        _ => write!(out, "Version bump: {}", report.bump().word()),
    };
    out
}
