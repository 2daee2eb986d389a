//! For pull requests and job summaries.

use std::fmt::Write as _;

use super::{counted, groups, place, tame};
use crate::report::Report;
use crate::verdict::Verdict;

/// A heading that names more operations than this is no heading.
const NAMED: usize = 3;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::from("## Drift\n\n");
    if report.findings.is_empty() {
        out.push_str("No drift.\n");
    } else {
        let breaks =
            |(verdict, number): &(Verdict, usize)| (*verdict == Verdict::Breaks).then_some(*number);
        let wire = report.counts(|finding| finding.wire);
        let source = report.counts(|finding| finding.source);
        let _infallible = writeln!(
            out,
            "{}; {} on the wire, {} in source. Version bump: **{}**.",
            counted(report.findings.len(), "finding"),
            counted(wire.iter().find_map(breaks).unwrap_or(0), "break"),
            counted(source.iter().find_map(breaks).unwrap_or(0), "break"),
            report.bump().word()
        );
    }
    let mut prose = 0;
    for (heading, findings) in groups(report) {
        let grave: Vec<_> = findings
            .iter()
            .filter(|finding| finding.worst() > Verdict::Documentation)
            .collect();
        prose += findings.len() - grave.len();
        let Some(first) = grave.first() else {
            continue;
        };
        let _infallible = if first.used_by.len() > NAMED {
            let first: Vec<&str> = first
                .used_by
                .iter()
                .take(NAMED)
                .map(String::as_str)
                .collect();
            let more = findings[0].used_by.len() - NAMED;
            writeln!(
                out,
                "\n### {} and {}\n\n<details><summary>all of them</summary>\n\n{}\n\n</details>\n",
                escape(&first.join(", ")),
                counted(more, "more operation"),
                escape(&heading)
            )
        } else {
            writeln!(out, "\n### {}\n", escape(&heading))
        };
        out.push_str("| wire | source | change | where | fingerprint |\n");
        out.push_str("| --- | --- | --- | --- | --- |\n");
        for finding in grave {
            let _infallible = writeln!(
                out,
                "| {} | {} | {} ({}) | {} | {} |",
                finding.wire.words(),
                finding.source.words(),
                escape(&finding.message),
                finding.rule,
                escape(place(finding)),
                finding.fingerprint
            );
        }
    }
    if prose > 0 {
        let _infallible = writeln!(out, "\n{} of documentation.", counted(prose, "change"));
    }
    for accepted in &report.accepted {
        let _infallible = writeln!(
            out,
            "\n- accepted: {} ({}): {}",
            accepted.finding.fingerprint,
            accepted.finding.rule,
            escape(&accepted.reason)
        );
    }
    for line in report.stale.iter().chain(&report.notes) {
        let _infallible = writeln!(out, "\n- {}", escape(line));
    }
    out
}

/// Text that Markdown shows as it is, in a table as well.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in tame(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // A mention would call a person.
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '!' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_document_leaves_its_cell() {
        assert_eq!(
            escape("a|b\n<script>`@who`"),
            "a\\|b\\\\n&lt;script&gt;\\`&#64;who\\`"
        );
    }
}
