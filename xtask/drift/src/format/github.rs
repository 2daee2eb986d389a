//! Writes annotations for GitHub Actions: one workflow command per line.

use std::fmt::Write as _;
use std::path::{Component, Path};

use super::groups::{heading, place};
use super::headline::headline;
use super::texts;
use crate::escape::{LINE, command, property};
use crate::finding::{Finding, Location};
use crate::report::Report;
use crate::verdict::Verdict;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    annotate(&mut out, "notice", "drift", &[headline(report)]);
    for finding in &report.findings {
        let level = match finding.worst() {
            Verdict::Breaks => "error",
            Verdict::MayBreak => "warning",
            Verdict::Safe => "notice",
            Verdict::Documentation => continue,
        };
        let message = [
            format!(
                "{} (wire {}, source {})",
                finding.message,
                finding.wire.words(),
                finding.source.words()
            ),
            format!("at {}", place(finding)),
            format!("used by {}", heading(finding)),
        ];
        let title = format!("{} {}", finding.rule, finding.fingerprint);
        let title = property(&title) + &file(finding).unwrap_or_default();
        annotate(&mut out, level, &title, &message);
    }
    let (texts, more) = texts::shown(report);
    for text in texts {
        let place = format!("at {}{}", text.pointer, text.again);
        let message: Vec<String> = [place].into_iter().chain(text.lines).collect();
        annotate(&mut out, "notice", "text-changed", &message);
    }
    for line in more.iter().chain(&report.stale).chain(&report.notes) {
        annotate(&mut out, "notice", "drift", std::slice::from_ref(line));
    }
    out
}

/// Returns the properties of the annotated file: a file of the repository, the newer one if both are.
fn file(finding: &Finding) -> Option<String> {
    let in_repository = |location: &&Location| {
        let mut parts = Path::new(&location.file).components();
        parts.all(|part| matches!(part, Component::Normal(_))) && !location.file.contains(':')
    };
    let Location { file, line, column } = finding.locations().rev().find(in_repository)?;
    Some(format!(",file={},line={line},col={column}", property(file)))
}

/// Writes a command. The title is escaped and may be followed by other properties.
fn annotate(out: &mut String, level: &str, title: &str, message: &[String]) {
    let lines: Vec<String> = message.iter().map(|line| command(line)).collect();
    let message = lines.join(LINE);
    let _infallible = writeln!(out, "::{level} title={title}::{message}");
}
