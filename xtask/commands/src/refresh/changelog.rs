//! The entry of a refresh under upstream's changes in the changelog.

use std::collections::BTreeMap;

use trackstar_drift::code_span;

use super::report::{differences, plain};
use crate::record::Record;

const UNRELEASED: &str = "## [Unreleased]";
const UPSTREAM: &str = "### Upstream";

/// Returns the changes of a refresh as a list entry, or `None` if no operation changed.
pub(super) fn entry(before: &Record, after: &Record) -> Option<String> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, group) in differences(before, after) {
        let names = groups.entry(group).or_default();
        names.push(code_span(&plain(name)));
    }
    let groups: Vec<String> = groups
        .iter()
        .map(|(group, names)| format!("{group} {}", names.join(", ")))
        .collect();
    let date = after.retrieved.date;
    (!groups.is_empty()).then(|| format!("- As of {date}: {}.\n", groups.join("; ")))
}

/// Returns the changelog with an entry added at the top of upstream's unreleased changes, or `None` if it
/// has no such section.
pub(super) fn with_entry(changelog: &str, entry: &str) -> Option<String> {
    let lines: Vec<&str> = changelog.split_inclusive('\n').collect();
    let heading = |line: &&str, heading: &str| line.trim_end() == heading;
    let unreleased = lines.iter().position(|line| heading(line, UNRELEASED))? + 1;
    let rest = &lines[unreleased..];
    let end = rest.iter().position(|line| line.starts_with("## "));
    let section = &rest[..end.unwrap_or(rest.len())];
    let upstream = section.iter().position(|line| heading(line, UPSTREAM))?;
    let mut at = unreleased + upstream + 1;
    let mut kept: Vec<&str> = lines[..at].to_vec();
    if lines.get(at).is_some_and(|line| line.trim().is_empty()) {
        kept.push(lines[at]);
        at += 1;
    } else {
        kept.push("\n");
    }
    kept.push(entry);
    // The section may have been empty, and a heading needs an empty line before it.
    if lines.get(at).is_some_and(|line| line.starts_with('#')) {
        kept.push("\n");
    }
    kept.extend(&lines[at..]);
    Some(kept.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_an_entry_at_the_top_of_upstream_changes() {
        let changelog = "# Changelog\n\n## [Unreleased]\n\n### Client\n\n- a\n\n### Upstream\n\n- b\n\n\
                         ## [0.1.0] - 2026-01-01\n\n### Upstream\n\n- c\n";
        let expected = "# Changelog\n\n## [Unreleased]\n\n### Client\n\n- a\n\n### Upstream\n\n- new\n\
                        - b\n\n## [0.1.0] - 2026-01-01\n\n### Upstream\n\n- c\n";
        assert_eq!(with_entry(changelog, "- new\n").as_deref(), Some(expected));
    }

    #[test]
    fn separates_an_entry_from_the_next_heading() {
        for empty in ["### Upstream\n\n", "### Upstream\n"] {
            let changelog = format!("## [Unreleased]\n\n{empty}### Client\n\n## [0.1.0] - x\n");
            let expected =
                "## [Unreleased]\n\n### Upstream\n\n- new\n\n### Client\n\n## [0.1.0] - x\n";
            assert_eq!(with_entry(&changelog, "- new\n").as_deref(), Some(expected));
        }
    }

    #[test]
    fn keeps_a_changelog_without_an_upstream_section() {
        for changelog in [
            "",
            "## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n### Upstream\n\n- c\n",
        ] {
            assert_eq!(with_entry(changelog, "- new\n"), None, "{changelog}");
        }
    }
}
