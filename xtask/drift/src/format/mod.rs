//! Writes reports. Each format has one file.

mod github;
mod headline;
mod html;
mod json;
mod markdown;
mod overview;
mod paint;
mod text;
mod texts;

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::report::Report;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Text for people, without color.
    Text,
    /// Text for people on a terminal, with color.
    ColoredText,
    /// JSON for programs. `xtask/drift/report.schema.json` describes it.
    Json,
    /// Markdown for pull requests and job summaries.
    Markdown,
    /// Annotations for GitHub Actions.
    Github,
    /// A page for a browser, in one file and without scripts.
    Html,
}

impl Report {
    /// Returns only the changed texts, as on a terminal. Returns an empty text if there are none.
    ///
    /// ```
    /// assert_eq!(trackstar_drift::Report::new(Vec::new()).write_texts(), "");
    /// ```
    #[must_use]
    pub fn write_texts(&self) -> String {
        text::texts(self, false)
    }

    /// Returns the report in a format, with a newline at the end.
    ///
    /// ```
    /// use trackstar_drift::{Format, Report};
    ///
    /// let report = Report::new(Vec::new());
    /// assert_eq!(report.write(Format::Text), "no drift\n");
    /// assert_eq!(report.write(Format::Github), "::notice title=drift::no drift\n");
    /// ```
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Text => text::write(self, false),
            Format::ColoredText => text::write(self, true),
            Format::Json => json::write(self),
            Format::Markdown => markdown::write(self),
            Format::Github => github::write(self),
            Format::Html => html::write(self),
        }
    }
}

/// A finding that stands for all equal ones at other places.
#[derive(Clone, Copy)]
struct Folded<'r> {
    finding: &'r Finding,
    /// The number of the others.
    more: usize,
}

impl Folded<'_> {
    /// Returns the number of the others in brackets, or nothing if there are none.
    fn again(self) -> String {
        match self.more {
            0 => String::new(),
            more => format!(" (and {})", counted(more, "more place")),
        }
    }
}

/// Returns the number of findings, including those that are folded.
fn count<'f, 'r: 'f>(all: impl IntoIterator<Item = &'f Folded<'r>>) -> usize {
    all.into_iter().map(|folded| 1 + folded.more).sum()
}

/// Returns the findings grouped by the operations that they affect, the worst group first. Findings of a
/// group that differ only in their place are folded, unless the report is shown in full.
fn groups(report: &Report) -> Vec<(String, Vec<Folded<'_>>)> {
    let mut groups: Vec<(String, Vec<Folded<'_>>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut folded = BTreeMap::new();
    for finding in &report.findings {
        let heading = heading(finding);
        let index = *known.entry(heading.clone()).or_insert_with(|| {
            groups.push((heading, Vec::new()));
            groups.len() - 1
        });
        let all = &mut groups[index].1;
        let key = (
            index,
            (finding.wire, finding.source),
            (&finding.rule, &finding.message),
        );
        let at = *folded.entry(key).or_insert(all.len());
        match all.get_mut(at) {
            Some(first) if !report.full => first.more += 1,
            _ => all.push(Folded { finding, more: 0 }),
        }
    }
    groups
}

fn heading(finding: &Finding) -> String {
    let mut heading = String::new();
    for (index, name) in finding.used_by.iter().enumerate() {
        if index > 0 {
            heading.push_str(", ");
        }
        heading.push_str(name);
    }
    if heading.is_empty() {
        heading.push_str("the document");
    }
    heading
}

/// Returns the pointer that helps a reader most: in the second document, if the place exists there.
fn place(finding: &Finding) -> &str {
    let side = finding.revision.as_ref().or(finding.base.as_ref());
    side.map_or("", |side| side.pointer.as_str())
}

/// Returns a count with its noun, such as `3 findings`.
fn counted(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}
