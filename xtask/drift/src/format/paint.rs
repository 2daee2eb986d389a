//! Colors for terminals.

use crate::finding::Finding;
use crate::verdict::Verdict;

/// Returns the text in a color, if colors are wanted.
pub(super) fn paint(text: &str, code: &str, colored: bool) -> String {
    if colored {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Returns both verdicts of a finding, in the color of the worse one.
pub(super) fn verdicts(finding: &Finding, colored: bool) -> String {
    let verdicts = format!(
        "wire {}, source {}",
        finding.wire.words(),
        finding.source.words()
    );
    let color = match finding.worst() {
        Verdict::Breaks => "31",
        Verdict::MayBreak => "33",
        Verdict::Safe | Verdict::Documentation => "32",
    };
    paint(&verdicts, color, colored)
}
