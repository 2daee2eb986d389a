//! The differences between two texts, line by line.

use std::fmt;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A line that only one of two texts has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Line {
    /// A line of the first text.
    Removed(String),
    /// A line of the second text.
    Added(String),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sign(), self.text())
    }
}

impl Line {
    /// Returns the mark of the line in a diff.
    #[must_use]
    pub fn sign(&self) -> char {
        match self {
            Self::Removed(_) => '-',
            Self::Added(_) => '+',
        }
    }

    /// Returns the line without its end.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// Maximum number of compared pairs of lines. Above it, the first text counts as replaced by the second.
const PAIRS: usize = 4_000_000;

/// Returns the lines that differ, with removed lines before those that replace them. Ignores white space
/// at the ends of the texts.
pub(crate) fn lines(before: &str, after: &str) -> Vec<Line> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let pairs = before.len().saturating_mul(after.len());
    let changes = if pairs > PAIRS {
        let (old_len, new_len) = (before.len(), after.len());
        vec![DiffOp::Replace {
            old_index: 0,
            old_len,
            new_index: 0,
            new_len,
        }]
    } else {
        capture_diff_slices(Algorithm::Myers, &before, &after)
    };
    let mut lines = Vec::new();
    for change in changes {
        if matches!(change, DiffOp::Equal { .. }) {
            continue;
        }
        let removed = before[change.old_range()].iter();
        let added = after[change.new_range()].iter();
        lines.extend(removed.map(|line| Line::Removed((*line).to_owned())));
        lines.extend(added.map(|line| Line::Added((*line).to_owned())));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        lines(before, after)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn shows_changed_lines_in_order() {
        assert_eq!(shown("a\nb\nc\n", "a\nB\nc\nd"), ["- b", "+ B", "+ d"]);
        assert_eq!(shown("", "a"), ["+ a"]);
        assert_eq!(shown("a\n", "a"), [""; 0]);
    }

    #[test]
    fn shows_large_texts_as_replaced() {
        let text = |word: &str| format!("{word}\n").repeat(3_000);
        let lines = shown(&text("a"), &text("b"));
        assert_eq!(
            (lines.len(), lines[0].as_str(), lines[3_000].as_str()),
            (6_000, "- a", "+ b")
        );
    }
}
