//! Writes a page for readers: one file without scripts, grouped by operation, with both sides of each
//! change.

use std::fmt::Write as _;

use super::groups::{Folded, again, counted, groups, heading, shortened};
use super::headline::headline;
use super::{overview, texts};
use crate::Rule;
use crate::escape::html;
use crate::finding::{Finding, Side};
use crate::report::Report;
use crate::verdict::Verdict;

const STYLE: &str = include_str!("page.css");

/// Maximum number of links that are visible without a click.
const LINKS: usize = 10;

pub(super) fn write(report: &Report) -> String {
    let groups = groups(report);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'\">\n<title>Drift</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#changes\">Skip to the changes</a>\n\
         <header>\n<h1>Drift</h1>\n<p>{}.</p>\n</header>\n",
        html(&headline(report))
    );
    contents(&mut out, &groups);
    out.push_str("<main id=\"changes\" tabindex=\"-1\">\n");
    // The worst changes of a small report are visible without a click.
    let open = report.findings.len() <= overview::FINDINGS;
    for (index, (heading, findings)) in groups.iter().enumerate() {
        let _infallible = write!(out, "<section>\n<h2 id=\"group-{index}\">");
        title(&mut out, heading, findings);
        out.push_str("</h2>\n");
        for folded in findings {
            change(&mut out, *folded, open);
        }
        out.push_str("</section>\n");
    }
    changed_texts(&mut out, report);
    rest(&mut out, report);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// Writes links to the groups of changes.
fn contents(out: &mut String, groups: &[(String, Vec<Folded<'_>>)]) {
    if groups.len() < 2 {
        return;
    }
    let open = if groups.len() <= LINKS { " open" } else { "" };
    let _infallible = write!(
        out,
        "<nav aria-label=\"Operations\">\n<details{open}>\n<summary>{} of changes</summary>\n<ul>\n",
        counted(groups.len(), "group"),
    );
    for (index, (heading, findings)) in groups.iter().enumerate() {
        let _infallible = write!(out, "<li><a href=\"#group-{index}\">");
        title(out, heading, findings);
        out.push_str("</a></li>\n");
    }
    out.push_str("</ul>\n</details>\n</nav>\n");
}

/// Writes the name of a group, without most of the operations if there are many.
fn title(out: &mut String, heading: &str, findings: &[Folded<'_>]) {
    match findings.first().and_then(|it| shortened(it.finding)) {
        Some((first, more)) => {
            let _infallible = write!(out, "{} and {more}", html(&first));
        }
        None => out.push_str(&html(heading)),
    }
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breaks => "breaks",
        Verdict::MayBreak => "may-break",
        Verdict::Safe => "safe",
        Verdict::Documentation => "documentation",
    }
}

fn change(out: &mut String, folded: Folded<'_>, open: bool) {
    let finding = folded.finding;
    let open = if open && finding.worst() >= Verdict::MayBreak {
        " open"
    } else {
        ""
    };
    let _infallible = write!(out, "<details{open}>\n<summary>");
    for (name, verdict) in [("wire", finding.wire), ("source", finding.source)] {
        let (class, words) = (class(verdict), verdict.words());
        let _infallible = write!(out, "<span class=\"verdict {class}\">{name} {words}</span>");
    }
    let _infallible = write!(
        out,
        " {}{}</summary>\n<div class=\"more\">\n",
        html(&finding.message),
        again(folded.more)
    );
    about(out, finding);
    out.push_str("<div class=\"sides\">\n");
    side(out, "Before", finding.base.as_ref());
    side(out, "After", finding.revision.as_ref());
    out.push_str("</div>\n</div>\n</details>\n");
}

/// Writes the rule with its meaning, and all operations if the heading does not name them.
fn about(out: &mut String, finding: &Finding) {
    let _infallible = write!(
        out,
        "<p class=\"muted\"><code>{}</code>",
        html(&finding.rule)
    );
    if let Some(rule) = Rule::find(&finding.rule) {
        let _infallible = write!(out, ": {}", html(rule.meaning()));
    }
    let _infallible = writeln!(
        out,
        ". Fingerprint <code>{}</code>.</p>",
        html(&finding.fingerprint)
    );
    if shortened(finding).is_some() {
        let all = html(&heading(finding));
        let _infallible = writeln!(out, "<p class=\"muted\">Used by {all}.</p>");
    }
}

fn side(out: &mut String, name: &str, side: Option<&Side>) {
    let _infallible = writeln!(out, "<div class=\"side\">\n<h3>{name}</h3>");
    match side {
        None => out.push_str("<p class=\"muted\">Not in this document.</p>\n"),
        Some(side) => {
            let pointer = match side.pointer.as_str() {
                "" => "the document",
                pointer => pointer,
            };
            let _infallible = write!(out, "<p class=\"muted\">{}", html(pointer));
            if let Some(location) = &side.location {
                let _infallible = write!(out, " ({})", html(&location.to_string()));
            }
            out.push_str("</p>\n");
            if let Some(value) = &side.value {
                let text = match value.as_str() {
                    Some(text) => text.to_owned(),
                    None => format!("{value:#}"),
                };
                let lines: Vec<String> = text.lines().map(html).collect();
                let _infallible = writeln!(out, "<pre>{}</pre>", lines.join("\n"));
            }
        }
    }
    out.push_str("</div>\n");
}

fn changed_texts(out: &mut String, report: &Report) {
    let Some(heading) = texts::heading(report) else {
        return;
    };
    let _infallible = writeln!(out, "<section>\n<h2>{heading}</h2>");
    let (shown, more) = texts::shown(report);
    for text in shown {
        let _infallible = write!(
            out,
            "<details>\n<summary>{}{}</summary>\n<div class=\"more\">\n<pre>",
            html(&text.pointer),
            text.again
        );
        for line in text.lines {
            let line_html = html(&line);
            let _infallible = match line.chars().next() {
                Some('-') => writeln!(out, "<del>{line_html}</del>"),
                Some('+') => writeln!(out, "<ins>{line_html}</ins>"),
                _ => writeln!(out, "{line_html}"),
            };
        }
        out.push_str("</pre>\n</div>\n</details>\n");
    }
    if let Some(more) = more {
        let _infallible = writeln!(out, "<p class=\"muted\">{more}.</p>");
    }
    out.push_str("</section>\n");
}

/// Writes the accepted findings and the notes.
fn rest(out: &mut String, report: &Report) {
    let accepted = report.accepted.iter().map(|it| {
        let (finding, reason) = (&it.finding, &it.reason);
        format!(
            "accepted: {} {}: {reason}",
            finding.fingerprint, finding.rule
        )
    });
    let notes = report.stale.iter().chain(&report.notes).cloned();
    let all: Vec<String> = accepted.chain(notes).collect();
    if all.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>Notes</h2>\n<ul>\n");
    for line in all {
        let _infallible = writeln!(out, "<li>{}</li>", html(&line));
    }
    out.push_str("</ul>\n</section>\n");
}
