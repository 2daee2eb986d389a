//! Writes reports. Each format has one file.

mod github;
mod groups;
mod headline;
mod html;
mod json;
mod markdown;
mod overview;
mod paint;
mod text;
mod texts;

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
