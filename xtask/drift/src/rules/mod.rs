//! The rules that findings name, for readers of a report.
//!
//! Every rule has a meaning, an example and the reasons for both verdicts. The verdicts of an example are
//! not written down but result from comparing it, and a test compares all of them. Another test verifies
//! that the comparisons emit no other rules.

mod example;
mod rule;
mod table;

use std::fmt::Write as _;
use std::sync::LazyLock;

use rule::Directions;
pub use rule::Rule;

const TABLE: &str = include_str!("rules.toml");

/// The rules of the table, which is part of the program. A broken table ends it, and every test.
static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| table::rules(TABLE).unwrap_or_else(|error| panic!("rules.toml: {error}")));

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
}

#[cfg(test)]
mod tests;
