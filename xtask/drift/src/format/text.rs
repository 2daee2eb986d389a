//! Writes text for a terminal, grouped by operation, the worst first.

use std::fmt::Write as _;

use super::groups::{Folded, again, count, counted, groups, place};
use super::headline::headline;
use super::paint::{paint, verdicts};
use super::{overview, texts as shown};
use crate::escape::visible;
use crate::report::Report;
use crate::verdict::Verdict;

pub(super) fn write(report: &Report, colored: bool) -> String {
    let is_large = report.findings.len() > overview::FINDINGS && !report.full;
    let mut out = headline(report) + "\n";
    if is_large {
        out.push_str(&overview::write(report, colored));
    } else {
        out.push_str(&findings(report, colored));
    }
    match (is_large, shown::heading(report)) {
        (true, Some(heading)) => {
            let _infallible = writeln!(out, "\n{heading}; --full shows them");
        }
        _ => out.push_str(&texts(report, colored)),
    }
    let accepted = report.accepted.iter().map(|it| {
        let (finding, reason) = (&it.finding, visible(&it.reason));
        format!(
            "accepted: {} {}: {reason}",
            finding.fingerprint, finding.rule
        )
    });
    let notes = report.stale.iter().chain(&report.notes);
    let notes = notes.map(|line| format!("note: {}", visible(line)));
    let rest: Vec<String> = accepted.chain(notes).collect();
    if !rest.is_empty() {
        let _infallible = writeln!(out, "\n{}", rest.join("\n"));
    }
    out
}

fn findings(report: &Report, colored: bool) -> String {
    let mut out = String::new();
    for (heading, findings) in groups(report) {
        let heading = paint(&visible(&heading), "1", colored);
        let _infallible = writeln!(out, "\n{heading}");
        let (prose, rest): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|it| it.finding.worst() == Verdict::Documentation);
        for folded in rest {
            one(&mut out, folded, colored);
        }
        let prose = count(&prose);
        if prose > 0 {
            let _infallible = writeln!(out, "  {} of documentation", counted(prose, "change"));
        }
    }
    out
}

/// Returns the changed texts, each as a diff below its place.
pub(super) fn texts(report: &Report, colored: bool) -> String {
    let Some(heading) = shown::heading(report) else {
        return String::new();
    };
    let mut out = format!("\n{}:\n", paint(&heading, "1", colored));
    let (texts, more) = shown::shown(report);
    for text in texts {
        let _infallible = writeln!(out, "  {}{}", text.pointer, text.again);
        for line in text.lines {
            let color = match line.chars().next() {
                Some('-') => "31",
                Some('+') => "32",
                _ => "2",
            };
            let _infallible = writeln!(out, "    {}", paint(&line, color, colored));
        }
    }
    if let Some(more) = more {
        let _infallible = writeln!(out, "  ({more})");
    }
    out
}

fn one(out: &mut String, folded: Folded<'_>, colored: bool) {
    let finding = folded.finding;
    let _infallible = writeln!(
        out,
        "  {}: {}\n    {} at {}{} [{}]",
        verdicts(finding, colored),
        visible(&finding.message),
        finding.rule,
        visible(place(finding)),
        again(folded.more),
        finding.fingerprint
    );
    let locations: Vec<String> = finding.locations().map(ToString::to_string).collect();
    if !locations.is_empty() {
        let _infallible = writeln!(out, "    {}", visible(&locations.join(" -> ")));
    }
}
