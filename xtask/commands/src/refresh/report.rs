//! The messages of a refresh.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Map, Value};
use trackstar_drift::{Format, Report, visible};
use trackstar_openapi::{Listed, Problem, WEBHOOKS};

use crate::drift::{Comparison, Read};
use crate::record::Record;
use crate::sources::{Document, SourceLocation};
use crate::vendored::DOCUMENT;

/// Maximum number of lines shown of a list of any length.
const SHOWN: usize = 20;

/// Prints the source and anything unusual about it.
pub(super) fn source(
    place: &SourceLocation,
    read: &Document,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "read {place} ({})", read.format)?;
    for contradiction in read.contradictions.iter().take(SHOWN) {
        writeln!(out, "  {}", plain(&contradiction.to_string()))?;
    }
    more(read.contradictions.len(), "contradictions", out)?;
    for link in read.not_followed.iter().take(SHOWN) {
        writeln!(out, "  not followed: {}", plain(link))?;
    }
    more(read.not_followed.len(), "links were not followed", out)
}

fn more(count: usize, what: &str, out: &mut impl Write) -> io::Result<()> {
    match count.checked_sub(SHOWN) {
        Some(rest @ 1..) => writeln!(out, "  {rest} more {what}"),
        _ => Ok(()),
    }
}

/// Returns the operations that differ between two records, each with `added`, `changed` or `removed`.
pub(super) fn differences<'a>(
    before: &'a Record,
    after: &'a Record,
) -> BTreeMap<&'a str, &'static str> {
    let (before, after) = (&before.operations, &after.operations);
    let names = before.keys().chain(after.keys());
    let difference = |name: &'a String| match (before.get(name), after.get(name)) {
        (None, _) => Some((name.as_str(), "added")),
        (_, None) => Some((name.as_str(), "removed")),
        (old, new) => (old != new).then_some((name.as_str(), "changed")),
    };
    names.filter_map(difference).collect()
}

/// Prints how the vendored operations differ from the previous ones, by their hashes. `drift` reports
/// what the differences mean.
pub(super) fn operations(before: &Record, after: &Record, out: &mut impl Write) -> io::Result<()> {
    let differences = differences(before, after);
    for (name, what) in &differences {
        writeln!(out, "  {what:<7}  {}", plain(name))?;
    }
    let all = after.operations.keys();
    let unchanged = all.filter(|name| !differences.contains_key(name.as_str()));
    writeln!(
        out,
        "vendored operations: {}, of which unchanged: {}",
        after.operations.len(),
        unchanged.count()
    )
}

/// Prints the number of upstream operations that are not vendored.
pub(super) fn beyond(count: usize, out: &mut impl Write) -> io::Result<()> {
    match count {
        0 => Ok(()),
        1 => writeln!(
            out,
            "1 more operation is available: cargo xtask refresh --list"
        ),
        count => writeln!(
            out,
            "{count} more operations are available: cargo xtask refresh --list"
        ),
    }
}

/// Returns the number of webhooks in a document.
pub(super) fn webhooks(document: &Value) -> usize {
    let all = WEBHOOKS.map(|field| document.get(field).and_then(Value::as_object));
    all.into_iter().flatten().map(Map::len).sum()
}

/// Prints the webhooks that are vendored with the operations.
pub(super) fn with_webhooks(document: &Value, out: &mut impl Write) -> io::Result<()> {
    match webhooks(document) {
        0 => Ok(()),
        1 => writeln!(out, "its webhook is vendored with them"),
        count => writeln!(out, "its {count} webhooks are vendored with them"),
    }
}

/// Prints the upstream operations that are not vendored, one per line.
pub(super) fn list(
    offered: &[Listed],
    vendored: &BTreeSet<String>,
    out: &mut impl Write,
) -> io::Result<()> {
    for operation in offered.iter().filter(|it| !vendored.contains(&it.name())) {
        write!(out, "{}", plain(&operation.name()))?;
        if !operation.tags.is_empty() {
            write!(out, "  [{}]", plain(&operation.tags.join(", ")))?;
        }
        if let Some(summary) = &operation.summary {
            write!(out, "  {}", plain(summary))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Prints what changes in the client, as `drift` reports it. `counts` are the numbers of compared and of
/// available operations.
pub(super) fn changes(
    comparison: &Comparison<'_>,
    [before, after]: [&str; 2],
    counts: (usize, usize),
    full: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let report = || -> anyhow::Result<Report> {
        let (base, revision) = (Read::of(DOCUMENT, before)?, Read::of(DOCUMENT, after)?);
        comparison.report(&base, &revision)
    };
    let mut report = match report() {
        Ok(report) => report,
        // A refresh repairs a vendored document that cannot be read.
        Err(error) => {
            let error = plain(&format!("{error:#}"));
            return writeln!(out, "the changes of the document are unknown: {error}");
        }
    };
    report.set_compared(counts.0, counts.1);
    if full {
        report.show_in_full();
    }
    writeln!(out, "\n{}", report.write(Format::Text))
}

/// Returns an upstream text on one line and without terminal control characters.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    visible(&words.join(" "))
}

/// Prints the stale overlay actions, and how to remove them.
pub(super) fn stale(actions: &[Problem], out: &mut impl Write) -> io::Result<()> {
    for action in actions {
        writeln!(out, "{action}")?;
    }
    if !actions.is_empty() {
        writeln!(
            out,
            "these actions are stale, and no build applies them: remove them from \
             their files, or all of them with `cargo xtask check --drop-stale`"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_upstream_texts_for_the_terminal() {
        assert_eq!(
            plain("a\u{1b}[2J\n  b\u{9b}\u{202e}"),
            r"a\u{1b}[2J b\u{9b}\u{202e}"
        );
    }
}
