//! The result of a comparison, without accepted findings.

use jiff::civil::Date;
use serde::Serialize;
use trackstar_openapi::{Position, Source, positions};

use crate::accepted::Accepted;
use crate::finding::{Finding, Location, Side};
use crate::texts::TextChange;
use crate::verdict::Verdict;
use crate::version::{self, Bump};

/// The lowest severity at which a report counts as drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threshold {
    /// Deployed binaries break or may break.
    Wire,
    /// Code that is compiled again breaks or may break.
    Source,
    /// Anything changed except documentation.
    Any,
}

/// An accepted finding with its reason.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AcceptedFinding {
    pub(crate) reason: String,
    pub(crate) finding: Finding,
}

/// The findings that count, with notes and changed texts.
///
/// ```
/// use serde_json::json;
/// use trackstar_drift::{Accepted, Bump, Date, Report, Scope, Threshold, compare};
///
/// let base = json!({"openapi": "3.1.0", "paths": {"/a": {"get": {}}}});
/// let revision = json!({"openapi": "3.1.0", "paths": {}});
/// let findings = compare(&base, &revision, &Scope::All).unwrap();
/// let fingerprint = findings[0].fingerprint.clone();
///
/// let mut report = Report::new(findings);
/// assert_eq!(report.bump(), Bump::Major);
/// assert!(report.reaches(Threshold::Wire));
///
/// let text = format!(
///     "[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'Unused.'\nexpires = 9999-12-31",
/// );
/// let accepted = Accepted::parse("accepted-drift.toml", &text).unwrap();
/// report.accept(&accepted, Date::constant(2026, 11, 24));
/// assert_eq!(report.bump(), Bump::None);
/// assert!(!report.reaches(Threshold::Any));
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) accepted: Vec<AcceptedFinding>,
    /// Entries of the list of accepted findings that should be removed.
    pub(crate) stale: Vec<String>,
    /// Notes for readers, such as overlay actions that did not apply.
    pub(crate) notes: Vec<String>,
    /// Changed texts for readers.
    pub(crate) texts: Vec<TextChange>,
    /// Whether all findings and texts are shown.
    pub(crate) full: bool,
    /// The number of compared operations, and of all operations of the documents.
    pub(crate) compared: Option<(usize, usize)>,
    /// The current version of the client, without build metadata.
    pub(crate) version: Option<String>,
}

impl Report {
    /// Returns a report in which every finding counts.
    #[must_use]
    pub fn new(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            accepted: Vec::new(),
            stale: Vec::new(),
            notes: Vec::new(),
            texts: Vec::new(),
            full: false,
            compared: None,
            version: None,
        }
    }

    /// Sets the number of compared operations, and of all operations of the documents, for the headline.
    ///
    /// ```
    /// use trackstar_drift::{Format, Report};
    ///
    /// let mut report = Report::new(Vec::new());
    /// report.set_compared(1, 120);
    /// assert_eq!(report.write(Format::Text), "1 of 120 operations compared: no drift\n");
    /// ```
    pub fn set_compared(&mut self, compared: usize, all: usize) {
        self.compared = Some((compared, all));
    }

    /// Sets the current version of the client. The headline then states the next one.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_drift::{Format, Report, Scope, compare};
    ///
    /// let base = json!({"openapi": "3.1.0", "paths": {"/a": {"get": {}}}});
    /// let revision = json!({"openapi": "3.1.0", "paths": {}});
    /// let mut report = Report::new(compare(&base, &revision, &Scope::All).unwrap());
    /// report.set_version("0.1.4");
    /// assert_eq!(report.next_version().as_deref(), Some("0.2.0"));
    /// let headline = "1 finding: on the wire 1 breaks; in source 1 breaks. Next version: 0.2.0 (now 0.1.4)\n";
    /// assert!(report.write(Format::Text).starts_with(headline));
    /// ```
    pub fn set_version(&mut self, current: &str) {
        let numbers = current.split('+').next().unwrap_or_default();
        self.version = Some(numbers.to_owned());
    }

    /// Returns the next version of a client generated from the second document, if the current version is
    /// known and valid.
    #[must_use]
    pub fn next_version(&self) -> Option<String> {
        version::next(self.version.as_deref()?, self.bump())
    }

    /// Adds changed texts for readers. They are shown and do not affect any verdict.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_drift::{Format, Report, Scope, texts};
    ///
    /// let document = |title: &str| json!({"openapi": "3.1.0", "info": {"title": title}});
    /// let mut report = Report::new(Vec::new());
    /// report.add_texts(texts(&document("Parcels"), &document("Letters"), &Scope::All));
    /// assert_eq!(
    ///     report.write(Format::Text),
    ///     "no drift\n\n1 text changed:\n  /info/title\n    - Parcels\n    + Letters\n",
    /// );
    /// ```
    pub fn add_texts(&mut self, texts: Vec<TextChange>) {
        self.texts.extend(texts);
    }

    /// Shows all findings and texts. By default, the text of a large report is an overview, long texts are
    /// shortened, and of many texts only the first are shown, with the number of the others.
    pub fn show_in_full(&mut self) {
        self.full = true;
    }

    /// Adds the positions of the findings in the texts of the documents before overlays.
    ///
    /// A relative path as a name is a file of the repository, which GitHub annotates.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_drift::{Report, Scope, compare};
    /// use trackstar_openapi::{Source, parse};
    ///
    /// let base = Source { name: "a.yaml", text: "openapi: 3.1.0\npaths:\n  /a:\n    get: {}\n" };
    /// let revision = json!({"openapi": "3.1.0", "paths": {}});
    /// let findings = compare(&parse(base).unwrap(), &revision, &Scope::All).unwrap();
    /// let mut report = Report::new(findings);
    /// report.locate(Some(base), None).unwrap();
    /// let side = report.findings()[0].base.as_ref().unwrap();
    /// assert_eq!(side.location.as_ref().unwrap().to_string(), "a.yaml:4:5");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a text is neither YAML nor JSON.
    pub fn locate(
        &mut self,
        base: Option<Source<'_>>,
        revision: Option<Source<'_>>,
    ) -> Result<(), trackstar_openapi::Error> {
        locate(self.all_mut().filter_map(|it| it.base.as_mut()), base)?;
        locate(
            self.all_mut().filter_map(|it| it.revision.as_mut()),
            revision,
        )
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        let accepted = self.accepted.iter_mut().map(|it| &mut it.finding);
        self.findings.iter_mut().chain(accepted)
    }

    /// Returns the findings that count, the worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Adds a note for readers.
    ///
    /// ```
    /// use trackstar_drift::{Format, Report};
    ///
    /// let mut report = Report::new(Vec::new());
    /// report.note("an overlay action matches nothing");
    /// assert!(report.write(Format::Text).contains("an overlay action matches nothing"));
    /// ```
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Removes the findings that are accepted on this day. Reports entries that expired or match no
    /// finding.
    pub fn accept(&mut self, accepted: &Accepted, today: Date) {
        for (fingerprint, (reason, expires)) in &accepted.entries {
            let matches = |finding: &Finding| finding.fingerprint == *fingerprint;
            if !self.findings.iter().any(matches) {
                self.stale.push(format!(
                    "the accepted finding {fingerprint} matches nothing; remove it from the list"
                ));
            } else if *expires < today {
                self.stale.push(format!(
                    "the acceptance of {fingerprint} expired on {expires}; look at it again"
                ));
            } else {
                let all = std::mem::take(&mut self.findings);
                let (out, kept) = all.into_iter().partition(matches);
                self.findings = kept;
                let accept = |finding| AcceptedFinding {
                    reason: reason.clone(),
                    finding,
                };
                let out: Vec<Finding> = out;
                self.accepted.extend(out.into_iter().map(accept));
            }
        }
    }

    /// Returns the part of the version to increase for a client generated from the second document.
    #[must_use]
    pub fn bump(&self) -> Bump {
        let of = |finding: &Finding| match (finding.source, finding.wire) {
            (Verdict::Breaks | Verdict::MayBreak, _) => Bump::Major,
            (Verdict::Documentation, Verdict::Documentation) => Bump::Patch,
            _ => Bump::Minor,
        };
        self.findings.iter().map(of).max().unwrap_or(Bump::None)
    }

    /// Returns true if a finding reaches the threshold.
    #[must_use]
    pub fn reaches(&self, threshold: Threshold) -> bool {
        self.findings.iter().any(|finding| match threshold {
            Threshold::Wire => finding.wire >= Verdict::MayBreak,
            Threshold::Source => finding.source >= Verdict::MayBreak,
            Threshold::Any => finding.worst() > Verdict::Documentation,
        })
    }

    /// Returns the number of findings for each verdict, the worst first.
    pub(crate) fn counts(&self, of: impl Fn(&Finding) -> Verdict) -> [(Verdict, usize); 4] {
        [
            Verdict::Breaks,
            Verdict::MayBreak,
            Verdict::Safe,
            Verdict::Documentation,
        ]
        .map(|verdict| {
            let all = self.findings.iter();
            (
                verdict,
                all.filter(|finding| of(finding) == verdict).count(),
            )
        })
    }
}

/// Adds the positions of places in a text. The text is only read if there are places.
fn locate<'a>(
    sides: impl Iterator<Item = &'a mut Side>,
    source: Option<Source<'_>>,
) -> Result<(), trackstar_openapi::Error> {
    let mut sides = sides.peekable();
    let Some(source) = source.filter(|_| sides.peek().is_some()) else {
        return Ok(());
    };
    let positions = positions(source)?;
    for side in sides {
        let Position { line, column } = positions.nearest(&side.pointer);
        let file = source.name.to_owned();
        side.location = Some(Location { file, line, column });
    }
    Ok(())
}
