//! A rule, and its explanation.

use std::fmt::Write as _;

use serde::Deserialize;

use super::example::Example;
use crate::finding::Direction;

/// The directions in which a rule occurs. They are the prefix of its name in a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Directions {
    /// No prefix in any direction.
    Neither,
    Request,
    Response,
    /// Requests and responses.
    #[default]
    Values,
    /// Requests and responses, and without a prefix for the operation itself.
    Any,
}

impl Directions {
    pub(super) fn all(self) -> &'static [Direction] {
        match self {
            Self::Neither => &[Direction::None],
            Self::Request => &[Direction::Request],
            Self::Response => &[Direction::Response],
            Self::Values => &[Direction::Request, Direction::Response],
            Self::Any => &[Direction::None, Direction::Request, Direction::Response],
        }
    }
}

/// The reasons for the verdicts, for deployed binaries and for code that is compiled again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reasons {
    pub(super) wire: String,
    pub(super) source: String,
    /// The reasons in a response, if they differ.
    pub(super) response: Option<Box<Reasons>>,
}

/// A kind of change that findings name.
#[derive(Debug)]
pub struct Rule {
    /// The name without the prefix for a direction.
    pub(super) name: String,
    pub(super) meaning: String,
    pub(super) directions: Directions,
    pub(super) example: Example,
    pub(super) reasons: Reasons,
}

impl Rule {
    /// Returns the names in findings, one for each direction.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let directions = self.directions.all().iter();
        directions.map(|direction| format!("{}{}", prefix(*direction), self.name))
    }

    /// Returns the meaning in one sentence without a period.
    pub(crate) fn meaning(&self) -> &str {
        &self.meaning
    }

    /// Returns the meaning, an example, and the reasons for both verdicts.
    ///
    /// ```
    /// let rule = trackstar_drift::Rule::find("type-changed").unwrap();
    /// let text = rule.explain();
    /// assert!(text.contains("The JSON type changed."));
    /// assert!(text.contains("before: {type: integer}"));
    /// ```
    #[must_use]
    pub fn explain(&self) -> String {
        let names: Vec<String> = self.names().collect();
        let Example {
            place,
            before,
            after,
        } = &self.example;
        let mut out = format!(
            "{}\n\n{}.\n\nExample ({}):\n  before: {before}\n  after:  {after}\n",
            names.join(", "),
            self.meaning,
            place.words(),
        );
        let findings = self.example.findings();
        for direction in self.directions.all() {
            let Reasons { wire, source, .. } = self.reasons_in(*direction);
            let name = format!("{}{}", prefix(*direction), self.name);
            let title = match direction {
                Direction::None => "The operation or the document",
                Direction::Request => "In a request",
                Direction::Response => "In a response",
            };
            let found = findings.iter().find(|finding| finding.rule == name);
            let verdicts = found.map(|it| [it.wire.words(), it.source.words()]);
            let said = |index: usize| {
                verdicts.map_or(String::new(), |it| {
                    format!(" ({} in this example)", it[index])
                })
            };
            let (on_wire, in_source) = (said(0), said(1));
            let _infallible = writeln!(
                out,
                "\n{title}:\n  wire{on_wire}: {wire}\n  source{in_source}: {source}"
            );
        }
        out
    }

    pub(super) fn reasons_in(&self, direction: Direction) -> &Reasons {
        let response = self.reasons.response.as_deref();
        let response = response.filter(|_| direction == Direction::Response);
        response.unwrap_or(&self.reasons)
    }
}

fn prefix(direction: Direction) -> &'static str {
    match direction {
        Direction::None => "",
        Direction::Request => "request-",
        Direction::Response => "response-",
    }
}
