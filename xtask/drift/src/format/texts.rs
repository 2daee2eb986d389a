//! Changes of texts, as every format has them: shortened, unless all of it is asked for.

use std::fmt::Write as _;

use crate::diff::Line;
use crate::escape::visible;
use crate::report::Report;
use crate::texts::TextChange;

use super::counted;

/// Texts that are shown.
const TEXTS: usize = 20;
/// Lines that are shown of one text.
const LINES: usize = 12;
/// Characters that are shown of a line.
const WIDTH: usize = 200;
/// Characters that are shown before and after the part of a line that differs.
const AROUND: usize = 40;

/// One text, ready to be shown: the lines have no hidden characters.
pub(super) struct Shown {
    pub(super) pointer: String,
    pub(super) lines: Vec<String>,
}

/// Returns the texts to show, and a sentence about those that are left out.
pub(super) fn shown(report: &Report) -> (Vec<Shown>, Option<String>) {
    let all = &report.texts;
    let count = if report.full { all.len() } else { TEXTS };
    let shown = all.iter().take(count).map(|text| Shown {
        pointer: visible(&text.pointer),
        lines: lines(text, report.full),
    });
    let rest = all.len().saturating_sub(count);
    let more = format!("{}; --full shows all of it", counted(rest, "more text"));
    (shown.collect(), (rest > 0).then_some(more))
}

/// Returns a heading such as `2 texts changed`.
pub(super) fn heading(report: &Report) -> Option<String> {
    let number = report.texts.len();
    (number > 0).then(|| format!("{} changed", counted(number, "text")))
}

fn lines(text: &TextChange, full: bool) -> Vec<String> {
    if text.lines.is_empty() {
        return vec!["(only white space at the end differs)".to_owned()];
    }
    if full {
        let lines = text.lines.iter();
        return lines.map(|line| visible(&line.to_string())).collect();
    }
    let kept = text.lines.iter().take(LINES).enumerate();
    let mut lines: Vec<String> = kept
        .map(|(index, line)| {
            let shown = excerpt(line.text(), partner(&text.lines, index));
            format!("{} {shown}", line.sign())
        })
        .collect();
    let rest = text.lines.len().saturating_sub(LINES);
    if rest > 0 {
        lines.push(format!(
            "({}; --full shows all of it)",
            counted(rest, "more line")
        ));
    }
    lines
}

/// Returns the line that replaces this one, or that this one replaces: of as many that are gone as are
/// new, the one at the same place.
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

/// Returns a line, if it is long only what is about the part that differs from its partner.
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
        let _infallible = write!(out, "… ({rest}; --full shows all of it)");
    } else if end < characters.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(before: &str, after: &str) -> Vec<String> {
        let change = TextChange {
            pointer: "/a".to_owned(),
            lines: crate::diff::lines(before, after),
        };
        lines(&change, false)
    }

    #[test]
    fn shortens_long_lines_to_what_differs() {
        let (head, tail) = ("h".repeat(300), "t".repeat(300));
        let around = |word: &str| format!("{head}{word}{tail}");
        let (h, t) = ("h".repeat(40), "t".repeat(40));
        assert_eq!(
            texts(&around("old"), &around("new")),
            [format!("- …{h}old{t}…"), format!("+ …{h}new{t}…")]
        );
        // As many lines as are gone replace them.
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
                "+ {}… (800 more characters; --full shows all of it)",
                "é".repeat(200)
            )]
        );
    }

    #[test]
    fn counts_the_lines_that_are_not_shown() {
        let many: Vec<String> = (1..=30).map(|it| it.to_string()).collect();
        let shown = texts("", &many.join("\n"));
        assert_eq!(shown.len(), 13);
        assert_eq!(shown[11], "+ 12");
        assert_eq!(shown[12], "(18 more lines; --full shows all of it)");
        assert_eq!(texts("a\n", "a"), ["(only white space at the end differs)"]);
    }
}
