//! Writes Markdown for pull requests and job summaries.

use std::fmt::Write as _;

use super::groups::{again, count, counted, groups, place, shortened};
use super::headline::headline;
use super::texts;
use crate::escape::{code_block, code_span, markdown};
use crate::report::Report;
use crate::verdict::Verdict;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::from("## Drift\n\n");
    let _infallible = writeln!(out, "{}.", markdown(&headline(report)));
    let mut prose = 0;
    for (heading, findings) in groups(report) {
        let grave: Vec<_> = findings
            .iter()
            .filter(|it| it.finding.worst() > Verdict::Documentation)
            .collect();
        prose += count(&findings) - count(grave.iter().copied());
        let Some(first) = grave.first().map(|it| it.finding) else {
            continue;
        };
        let _infallible = if let Some((first, more)) = shortened(first) {
            writeln!(
                out,
                "\n### {} and {more}\n\n<details><summary>all of them</summary>\n\n{}\n\n</details>\n",
                markdown(&first),
                markdown(&heading)
            )
        } else {
            writeln!(out, "\n### {}\n", markdown(&heading))
        };
        out.push_str("| wire | source | change | where | fingerprint |\n");
        out.push_str("| --- | --- | --- | --- | --- |\n");
        for folded in grave {
            let finding = folded.finding;
            let _infallible = writeln!(
                out,
                "| {} | {} | {} ({}) | {}{} | {} |",
                finding.wire.words(),
                finding.source.words(),
                markdown(&finding.message),
                finding.rule,
                markdown(place(finding)),
                again(folded.more),
                finding.fingerprint
            );
        }
    }
    if prose > 0 {
        let _infallible = writeln!(out, "\n{} of documentation.", counted(prose, "change"));
    }
    if let Some(heading) = texts::heading(report) {
        let _infallible = writeln!(out, "\n### {heading}");
        let (shown, more) = texts::shown(report);
        for text in shown {
            let block = code_block("diff", &text.lines);
            let _infallible = write!(
                out,
                "\n{}{}\n\n{block}",
                code_span(&text.pointer),
                text.again
            );
        }
        if let Some(more) = more {
            let _infallible = writeln!(out, "\n{more}.");
        }
    }
    for accepted in &report.accepted {
        let _infallible = writeln!(
            out,
            "\n- accepted: {} ({}): {}",
            accepted.finding.fingerprint,
            accepted.finding.rule,
            markdown(&accepted.reason)
        );
    }
    for line in report.stale.iter().chain(&report.notes) {
        let _infallible = writeln!(out, "\n- {}", markdown(line));
    }
    out
}
