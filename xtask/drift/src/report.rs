//! What a comparison comes to, once accepted findings are taken out.

use serde::Serialize;
use trackstar_openapi::{Position, Source, positions};

use crate::accepted::{Accepted, Date};
use crate::finding::{Finding, Location, Side};
use crate::texts::TextChange;
use crate::verdict::Verdict;

/// Which part of a version number the next release has to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Documentation alone.
    Patch,
    /// Code that compiled still does.
    Minor,
    /// Code that compiled may not.
    Major,
}

impl Bump {
    /// The word for it.
    ///
    /// ```
    /// assert_eq!(trackstar_drift::Bump::Minor.word(), "minor");
    /// ```
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// From which finding on a report counts as drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threshold {
    /// Deployed binaries break, or may.
    Wire,
    /// Code that is compiled again breaks, or may.
    Source,
    /// Anything but documentation.
    Any,
}

/// A finding that counts no more, and why.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AcceptedFinding {
    pub(crate) reason: String,
    pub(crate) finding: Finding,
}

/// The findings that count, and what else there is to say.
///
/// ```
/// use std::time::SystemTime;
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
/// report.accept(&accepted, Date::of(SystemTime::now()));
/// assert_eq!(report.bump(), Bump::None);
/// assert!(!report.reaches(Threshold::Any));
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) accepted: Vec<AcceptedFinding>,
    /// Entries of the list of accepted findings that should go.
    pub(crate) stale: Vec<String>,
    /// What else a reader should know, such as overlay actions that did not apply.
    pub(crate) notes: Vec<String>,
    /// Texts for readers that differ.
    pub(crate) texts: Vec<TextChange>,
    /// Whether texts are shown in full.
    pub(crate) full: bool,
}

impl Report {
    /// A report in which every finding counts.
    #[must_use]
    pub fn new(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            accepted: Vec::new(),
            stale: Vec::new(),
            notes: Vec::new(),
            texts: Vec::new(),
            full: false,
        }
    }

    /// Adds the texts for readers that differ. They are shown, and decide nothing.
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
    ///     "1 text changed:\n  /info/title\n    - Parcels\n    + Letters\n\nno drift\n",
    /// );
    /// ```
    pub fn add_texts(&mut self, texts: Vec<TextChange>) {
        self.texts.extend(texts);
    }

    /// Shows all texts in full. Without this call, long ones are shortened, and of many only the first are
    /// shown, with the number of those left out.
    pub fn show_in_full(&mut self) {
        self.full = true;
    }

    /// Adds where the findings are written, in the texts of the documents before overlays.
    ///
    /// A name that is a relative path stands for a file of the repository, which GitHub annotates.
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
    /// Returns an error if a text is no YAML or JSON.
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

    /// The findings that count, the gravest first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Adds what a reader should know besides.
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

    /// Takes out what is accepted today. Entries that have expired, or that match nothing, are
    /// reported.
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

    /// What the findings ask of the version of a client that is generated from the second document.
    #[must_use]
    pub fn bump(&self) -> Bump {
        let of = |finding: &Finding| match (finding.source, finding.wire) {
            (Verdict::Breaks | Verdict::MayBreak, _) => Bump::Major,
            (Verdict::Documentation, Verdict::Documentation) => Bump::Patch,
            _ => Bump::Minor,
        };
        self.findings.iter().map(of).max().unwrap_or(Bump::None)
    }

    /// Whether any finding is at or above the threshold.
    #[must_use]
    pub fn reaches(&self, threshold: Threshold) -> bool {
        self.findings.iter().any(|finding| match threshold {
            Threshold::Wire => finding.wire >= Verdict::MayBreak,
            Threshold::Source => finding.source >= Verdict::MayBreak,
            Threshold::Any => finding.worst() > Verdict::Documentation,
        })
    }

    /// How many findings have each verdict, the gravest first.
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

/// Adds where sides are written in a text, which is read only if there are any.
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
