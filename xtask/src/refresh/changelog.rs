//! The entry that a refresh makes among upstream's changes in the changelog.

use std::collections::{BTreeMap, BTreeSet};

use trackstar_drift::code_span;

use super::report::plain;
use crate::record::Record;

const UNRELEASED: &str = "## [Unreleased]";
const UPSTREAM: &str = "### Upstream";

/// What a refresh comes to, in one entry of a list; `None` where no operation is another one.
pub(super) fn entry(before: &Record, after: &Record) -> Option<String> {
    let (old, new) = (&before.operations, &after.operations);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names {
        let group = match (old.get(name), new.get(name)) {
            (None, _) => "added",
            (_, None) => "removed",
            (old, new) if old != new => "changed",
            _ => continue,
        };
        groups
            .entry(group)
            .or_default()
            .push(code_span(&plain(name)));
    }
    let groups: Vec<String> = groups
        .iter()
        .map(|(group, names)| format!("{group} {}", names.join(", ")))
        .collect();
    let date = after.retrieved.date;
    (!groups.is_empty()).then(|| format!("- As of {date}: {}.\n", groups.join("; ")))
}

/// The changelog with an entry more at the head of upstream's unreleased changes; `None` where it has no
/// place for it.
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
    // The section may have been empty, and a heading has an empty line before it.
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
    fn an_entry_comes_first_among_the_unreleased_changes_of_upstream() {
        let changelog = "# Changelog\n\n## [Unreleased]\n\n### Client\n\n- a\n\n### Upstream\n\n- b\n\n\
                         ## [0.1.0] - 2026-01-01\n\n### Upstream\n\n- c\n";
        let expected = "# Changelog\n\n## [Unreleased]\n\n### Client\n\n- a\n\n### Upstream\n\n- new\n\
                        - b\n\n## [0.1.0] - 2026-01-01\n\n### Upstream\n\n- c\n";
        assert_eq!(with_entry(changelog, "- new\n").as_deref(), Some(expected));
    }

    #[test]
    fn an_entry_of_an_empty_section_stands_apart_from_the_next_heading() {
        for empty in ["### Upstream\n\n", "### Upstream\n"] {
            let changelog = format!("## [Unreleased]\n\n{empty}### Client\n\n## [0.1.0] - x\n");
            let expected =
                "## [Unreleased]\n\n### Upstream\n\n- new\n\n### Client\n\n## [0.1.0] - x\n";
            assert_eq!(with_entry(&changelog, "- new\n").as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_changelog_without_the_place_is_left_alone() {
        for changelog in [
            "",
            "## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n### Upstream\n\n- c\n",
        ] {
            assert_eq!(with_entry(changelog, "- new\n"), None, "{changelog}");
        }
    }
}
