//! Annotations of GitHub Actions: workflow commands, one a line.

use std::fmt::Write as _;

use super::{heading, place, texts};
use crate::escape::{LINE, command, property};
use crate::report::Report;
use crate::verdict::Verdict;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
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

fn annotate(out: &mut String, level: &str, title: &str, message: &[String]) {
    let lines: Vec<String> = message.iter().map(|line| command(line)).collect();
    let (title, message) = (property(title), lines.join(LINE));
    let _infallible = writeln!(out, "::{level} title={title}::{message}");
}
