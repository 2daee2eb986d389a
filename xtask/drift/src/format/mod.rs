//! A report, written down. One file a format.

mod github;
mod json;
mod markdown;
mod text;
mod texts;

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::report::Report;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// For a person, without colour.
    Text,
    /// For a person at a terminal.
    ColouredText,
    /// For programs: `xtask/drift/report.schema.json` describes it.
    Json,
    /// For pull requests and job summaries.
    Markdown,
    /// Annotations of GitHub Actions.
    Github,
}

impl Report {
    /// Returns only the texts that differ, as they are shown on a terminal; nothing if there are none.
    ///
    /// ```
    /// assert_eq!(trackstar_drift::Report::new(Vec::new()).write_texts(), "");
    /// ```
    #[must_use]
    pub fn write_texts(&self) -> String {
        text::texts(self, false)
    }

    /// The report in a format, with a newline at the end.
    ///
    /// ```
    /// use trackstar_drift::{Format, Report};
    ///
    /// let report = Report::new(Vec::new());
    /// assert_eq!(report.write(Format::Text), "no drift\n");
    /// assert_eq!(report.write(Format::Github), "");
    /// ```
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Text => text::write(self, false),
            Format::ColouredText => text::write(self, true),
            Format::Json => json::write(self),
            Format::Markdown => markdown::write(self),
            Format::Github => github::write(self),
        }
    }
}

/// The findings by who meets them, the gravest group first.
fn groups(report: &Report) -> Vec<(String, Vec<&Finding>)> {
    let mut groups: Vec<(String, Vec<&Finding>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &report.findings {
        let heading = heading(finding);
        let index = *known.entry(heading.clone()).or_insert_with(|| {
            groups.push((heading, Vec::new()));
            groups.len() - 1
        });
        groups[index].1.push(finding);
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

/// The place where a reader looks first.
fn place(finding: &Finding) -> &str {
    let side = finding.revision.as_ref().or(finding.base.as_ref());
    side.map_or("", |side| side.pointer.as_str())
}

/// `3 findings`.
fn counted(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}
