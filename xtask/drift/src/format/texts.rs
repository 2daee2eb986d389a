//! Shortens changed texts for every format, unless the user requests them completely.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diff::Line;
use crate::escape::visible;
use crate::report::Report;

use super::groups::{again, counted};

/// Maximum number of texts.
const TEXTS: usize = 20;
/// Maximum number of lines of a text.
const LINES: usize = 12;
/// Maximum number of characters of a line.
const WIDTH: usize = 200;
/// Number of characters before and after the different part of a line.
const AROUND: usize = 40;

/// A change in its printed form.
pub(super) struct Shown {
    /// The first of the places with this change.
    pub(super) pointer: String,
    /// The number of other places with the same change, in words and brackets.
    pub(super) again: String,
    /// The lines without hidden characters.
    pub(super) lines: Vec<String>,
}

/// Returns the changes to print, and a sentence about the others. A change at many places is printed
/// once. Replacements come before additions and removals.
pub(super) fn shown(report: &Report) -> (Vec<Shown>, Option<String>) {
    let mut places: BTreeMap<(bool, &[Line]), Vec<&str>> = BTreeMap::new();
    for text in &report.texts {
        let removed = text
            .lines
            .iter()
            .any(|line| matches!(line, Line::Removed(_)));
        let added = text.lines.iter().any(|line| matches!(line, Line::Added(_)));
        let one_sided = removed != added;
        let places = places.entry((one_sided, &text.lines)).or_default();
        places.push(&text.pointer);
    }
    let mut all: Vec<_> = places.into_iter().collect();
    all.sort_by_key(|((one_sided, _), places)| (*one_sided, places[0]));
    let count = if report.full { all.len() } else { TEXTS };
    let rest: usize = all.iter().skip(count).map(|(_, places)| places.len()).sum();
    let shown = all
        .into_iter()
        .take(count)
        .map(|((_, changed), places)| Shown {
            pointer: visible(places[0]),
            again: again(places.len() - 1),
            lines: lines(changed, report.full),
        });
    let more = format!("{}; --full shows all", counted(rest, "more text"));
    (shown.collect(), (rest > 0).then_some(more))
}

/// Returns a heading such as `2 texts changed`.
pub(super) fn heading(report: &Report) -> Option<String> {
    let number = report.texts.len();
    (number > 0).then(|| format!("{} changed", counted(number, "text")))
}

fn lines(changed: &[Line], full: bool) -> Vec<String> {
    if changed.is_empty() {
        return vec!["(only white space at the end differs)".to_owned()];
    }
    let count = if full { changed.len() } else { LINES };
    let kept = changed.iter().take(count).enumerate();
    let mut lines: Vec<String> = kept
        .map(|(index, line)| {
            let shown = if full {
                visible(line.text())
            } else {
                excerpt(line.text(), partner(changed, index))
            };
            format!("{} {shown}", line.sign()).trim_end().to_owned()
        })
        .collect();
    let rest = changed.len().saturating_sub(count);
    if rest > 0 {
        lines.push(format!(
            "({}; --full shows all)",
            counted(rest, "more line")
        ));
    }
    lines
}

/// Returns the line that replaces this one or that this one replaces: the line at the same position, if
/// as many lines are removed as added.
fn partner(lines: &[Line], index: usize) -> Option<&str> {
    let removed = |line: &Line| matches!(line, Line::Removed(_));
    let gone = removed(&lines[index]);
    let start = lines[..=index]
        .iter()
        .rposition(|line| removed(line) != gone);
    let own = start.map_or(0, |start| start + 1);
    let length = lines[own..]
        .iter()
        .take_while(|line| removed(line) == gone)
        .count();
    let other = if gone {
        own + length
    } else {
        let others = lines[..own].iter().rev();
        own - others.take_while(|line| removed(line)).count()
    };
    let others = lines[other.min(lines.len())..].iter();
    let others = others.take_while(|line| removed(line) != gone).count();
    (others == length).then(|| lines[other + index - own].text())
}

/// Returns a line. A long line is cut to the part that differs from its partner.
fn excerpt(line: &str, partner: Option<&str>) -> String {
    let characters: Vec<char> = line.chars().collect();
    if characters.len() <= WIDTH {
        return visible(line);
    }
    let partner: Vec<char> = partner.unwrap_or_default().chars().collect();
    let same = |(one, other): &(&char, &char)| one == other;
    let before = characters.iter().zip(&partner).take_while(same).count();
    let (own, others) = (characters[before..].iter(), partner[before..].iter());
    let after = own.rev().zip(others.rev()).take_while(same).count();
    let start = before.saturating_sub(AROUND);
    let end = (characters.len() - after + AROUND).clamp(start, characters.len());
    let shown_end = end.min(start + WIDTH);
    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    out.push_str(&visible(
        &characters[start..shown_end].iter().collect::<String>(),
    ));
    if shown_end < end {
        let rest = counted(end - shown_end, "more character");
        let _infallible = write!(out, "… ({rest}; --full shows all)");
    } else if end < characters.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::TextChange;

    use super::*;

    fn texts(before: &str, after: &str) -> Vec<String> {
        lines(&crate::diff::lines(before, after), false)
    }

    #[test]
    fn shortens_long_lines_to_their_difference() {
        let (head, tail) = ("h".repeat(300), "t".repeat(300));
        let around = |word: &str| format!("{head}{word}{tail}");
        let (h, t) = ("h".repeat(40), "t".repeat(40));
        assert_eq!(
            texts(&around("old"), &around("new")),
            [format!("- …{h}old{t}…"), format!("+ …{h}new{t}…")]
        );
        // The number of removed and added lines is equal.
        assert_eq!(
            texts(
                &format!("a\n{}", around("old")),
                &format!("b\n{}", around("new"))
            ),
            [
                "- a".to_owned(),
                format!("- …{h}old{t}…"),
                "+ b".to_owned(),
                format!("+ …{h}new{t}…"),
            ]
        );
        let long = "é".repeat(1_000);
        assert_eq!(
            texts("", &long),
            [format!(
                "+ {}… (800 more characters; --full shows all)",
                "é".repeat(200)
            )]
        );
    }

    #[test]
    fn counts_hidden_lines() {
        let many: Vec<String> = (1..=30).map(|it| it.to_string()).collect();
        let shown = texts("", &many.join("\n"));
        assert_eq!(shown.len(), 13);
        assert_eq!(shown[11], "+ 12");
        assert_eq!(shown[12], "(18 more lines; --full shows all)");
        assert_eq!(texts("a\n", "a"), ["(only white space at the end differs)"]);
    }

    #[test]
    fn groups_equal_changes_and_shows_replacements_first() {
        let text = |pointer: &str, before: &str, after: &str| TextChange {
            pointer: pointer.to_owned(),
            lines: crate::diff::lines(before, after),
        };
        let mut report = Report::new(Vec::new());
        report.add_texts(vec![
            text("/a", "", "x"),
            text("/b", "y", "z"),
            text("/c", "", "x"),
        ]);
        let (shown, more) = shown(&report);
        let places: Vec<String> = shown
            .iter()
            .map(|it| format!("{}{}", it.pointer, it.again))
            .collect();
        assert_eq!(places, ["/b", "/a (and 1 more place)"]);
        assert_eq!(more, None);
        let many = (10..40).map(|it| text(&format!("/{it}"), "", &it.to_string()));
        report.add_texts(many.collect());
        let (shown, more) = super::shown(&report);
        assert_eq!(shown.len(), 20);
        assert_eq!(more.as_deref(), Some("13 more texts; --full shows all"));
    }
}
