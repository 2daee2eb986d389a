//! Writes text for a terminal, grouped by operation, the worst first.

use std::fmt::Write as _;

use super::paint::{paint, verdicts};
use super::{counted, groups, overview, place};
use crate::escape::visible;
use crate::finding::Finding;
use crate::format::texts as shown;
use crate::report::Report;
use crate::verdict::Verdict;

pub(super) fn write(report: &Report, coloured: bool) -> String {
    let is_large = report.findings.len() > overview::FINDINGS && !report.full;
    let mut out = if is_large {
        format!("{}{}", summary(report), overview::write(report, coloured))
    } else {
        findings(report, coloured)
    };
    if let (true, Some(heading)) = (is_large, shown::heading(report)) {
        let _infallible = writeln!(out, "{heading}; --full shows them\n");
    } else {
        out.push_str(&texts(report, coloured));
    }
    for accepted in &report.accepted {
        let _infallible = writeln!(
            out,
            "accepted: {} {}: {}",
            accepted.finding.fingerprint,
            accepted.finding.rule,
            visible(&accepted.reason)
        );
    }
    for line in report.stale.iter().chain(&report.notes) {
        let _infallible = writeln!(out, "note: {}", visible(line));
    }
    if !is_large {
        out.push_str(&summary(report));
    }
    out
}

fn findings(report: &Report, coloured: bool) -> String {
    let mut out = String::new();
    for (heading, findings) in groups(report) {
        let _infallible = writeln!(out, "{}", paint(&visible(&heading), "1", coloured));
        let (prose, rest): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|finding| finding.worst() == Verdict::Documentation);
        for finding in rest {
            one(&mut out, finding, coloured);
        }
        if !prose.is_empty() {
            let text = format!("  {} of documentation\n", counted(prose.len(), "change"));
            out.push_str(&text);
        }
        out.push('\n');
    }
    out
}

/// Returns the changed texts, each as a diff below its place.
pub(super) fn texts(report: &Report, coloured: bool) -> String {
    let Some(heading) = shown::heading(report) else {
        return String::new();
    };
    let mut out = format!("{}:\n", paint(&heading, "1", coloured));
    let (texts, more) = shown::shown(report);
    for text in texts {
        let _infallible = writeln!(out, "  {}{}", text.pointer, text.again);
        for line in text.lines {
            let colour = match line.chars().next() {
                Some('-') => "31",
                Some('+') => "32",
                _ => "2",
            };
            let _infallible = writeln!(out, "    {}", paint(&line, colour, coloured));
        }
    }
    if let Some(more) = more {
        let _infallible = writeln!(out, "  ({more})");
    }
    out.push('\n');
    out
}

fn one(out: &mut String, finding: &Finding, coloured: bool) {
    let _infallible = writeln!(
        out,
        "  {}: {}\n    {} at {} [{}]",
        verdicts(finding, coloured),
        visible(&finding.message),
        finding.rule,
        visible(place(finding)),
        finding.fingerprint
    );
    let locations: Vec<String> = finding.locations().map(ToString::to_string).collect();
    if !locations.is_empty() {
        let _infallible = writeln!(out, "    {}", visible(&locations.join(" -> ")));
    }
}

fn summary(report: &Report) -> String {
    if report.findings.is_empty() {
        return "no drift\n".to_owned();
    }
    let counts = |of: fn(&Finding) -> Verdict| {
        let counts = report.counts(of).into_iter();
        let said = counts.filter(|(_, number)| *number > 0);
        let said: Vec<String> = said
            .map(|(verdict, number)| format!("{number} {}", verdict.words()))
            .collect();
        said.join(", ")
    };
    format!(
        "{}: on the wire {}; in source {}. Version bump: {}\n",
        counted(report.findings.len(), "finding"),
        counts(|finding| finding.wire),
        counts(|finding| finding.source),
        report.bump().word()
    )
}
