//! Annotations of GitHub Actions: workflow commands, one a line.

use std::fmt::Write as _;

use super::{heading, place, tame};
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
        let message = format!(
            "{} (wire {}, source {})\nat {}\nused by {}",
            tame(&finding.message),
            finding.wire.words(),
            finding.source.words(),
            tame(place(finding)),
            tame(&heading(finding)),
        );
        let title = format!("{} {}", finding.rule, finding.fingerprint);
        let _infallible = writeln!(
            out,
            "::{level} title={}::{}",
            property(&title),
            data(&message)
        );
    }
    for line in report.stale.iter().chain(&report.notes) {
        let _infallible = writeln!(out, "::notice title=drift::{}", data(line));
    }
    out
}

/// The text of a command, so that it can neither end the line nor begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_no_line_and_no_property() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
