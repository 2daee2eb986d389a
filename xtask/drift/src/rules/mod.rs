//! The rules that findings name, for readers of a report.
//!
//! Every rule has a meaning, an example and the reasons for both verdicts. The verdicts of an example are
//! not written down but result from comparing it, and a test compares all of them. Another test verifies
//! that the comparisons emit no other rules.

mod example;
mod table;

use std::fmt::Write as _;
use std::sync::LazyLock;

use example::Example;
use serde::Deserialize;

use crate::finding::Direction;

const TABLE: &str = include_str!("rules.toml");

/// The rules of the table, which is part of the program. A broken table ends it, and every test.
static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| table::rules(TABLE).unwrap_or_else(|error| panic!("rules.toml: {error}")));

/// The directions in which a rule occurs. They are the prefix of its name in a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Directions {
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
    fn all(self) -> &'static [Direction] {
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
struct Reasons {
    wire: String,
    source: String,
    /// The reasons in a response, if they differ.
    response: Option<Box<Reasons>>,
}

/// A kind of change that findings name.
#[derive(Debug)]
pub struct Rule {
    /// The name without the prefix for a direction.
    name: String,
    meaning: String,
    directions: Directions,
    example: Example,
    reasons: Reasons,
}

impl Rule {
    /// Returns all rules, sorted by name.
    ///
    /// ```
    /// use trackstar_drift::Rule;
    ///
    /// assert!(Rule::all().iter().any(|rule| rule.names().any(|name| name == "request-type-changed")));
    /// ```
    #[must_use]
    pub fn all() -> &'static [Self] {
        &RULES
    }

    /// Returns the rule that a finding names. The prefix for the direction may be missing.
    ///
    /// ```
    /// use trackstar_drift::Rule;
    ///
    /// assert!(Rule::find("response-type-changed").is_some());
    /// assert!(Rule::find("type-changed").is_some());
    /// assert!(Rule::find("response-operation-removed").is_none());
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all()
            .iter()
            .find(|rule| rule.name == name || rule.names().any(|it| it == name))
    }

    /// Returns the names in findings, one for each direction.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let directions = self.directions.all().iter();
        directions.map(|direction| format!("{}{}", prefix(*direction), self.name))
    }

    /// Returns the meaning in one sentence without a period.
    pub(crate) fn meaning(&self) -> &str {
        &self.meaning
    }

    /// Returns a list of all rules for readers, one per line.
    ///
    /// ```
    /// let list = trackstar_drift::Rule::list();
    /// assert!(list.contains("\n[request-|response-]type-changed: The JSON type changed\n"));
    /// ```
    #[must_use]
    pub fn list() -> String {
        let mut list = String::new();
        for rule in Self::all() {
            let prefix = match rule.directions {
                Directions::Neither => "",
                Directions::Request => "request-",
                Directions::Response => "response-",
                Directions::Values => "[request-|response-]",
                Directions::Any => "[|request-|response-]",
            };
            let _infallible = writeln!(list, "{prefix}{}: {}", rule.name, rule.meaning);
        }
        list
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

    fn reasons_in(&self, direction: Direction) -> &Reasons {
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

#[cfg(test)]
mod tests;
