//! Compares two documents as the client has them, and reports the result.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use trackstar_drift::{Accepted, Report, Scope, compare, texts};
use trackstar_openapi::{Listed, WEBHOOKS};

use super::source::Read;
use crate::manifest::Manifest;
use crate::today::today;
use crate::vendored::Overlays;

const ACCEPTED: &str = "openapi/accepted-drift.toml";

/// A comparison of documents as the client has them.
#[derive(Debug)]
pub(crate) struct Comparison<'a> {
    pub(crate) root: &'a Path,
    pub(crate) overlays: &'a Overlays,
    /// The current version of the client, if it is known.
    pub(crate) manifest: Option<&'a Manifest>,
    /// The compared operations, or `None` for all.
    pub(crate) operations: Option<BTreeSet<String>>,
}

impl Comparison<'_> {
    /// Returns the report on the changes from one document to the other.
    pub(crate) fn report(&self, base: &Read, revision: &Read) -> anyhow::Result<Report> {
        let sources = (base, revision);
        // A refresh takes webhooks only if the vendored document has some. The overlays add others.
        let has_webhooks = WEBHOOKS.iter().any(|field| base.value.get(field).is_some());
        let with_webhooks = self.operations.is_none() || has_webhooks;
        let (base, revision) = std::thread::scope(|scope| {
            let base = scope.spawn(|| self.corrected(base, with_webhooks));
            let revision = self.corrected(revision, with_webhooks);
            let base = base.join().unwrap_or_else(|panic| resume_unwind(panic));
            (base, revision)
        });
        let (mut base, mut notes) = base?;
        let (mut revision, more) = revision?;
        notes.extend(more);
        let all = [&base, &revision].map(names);
        let all: BTreeSet<&String> = all.iter().flatten().collect();
        let (scope, compared) = match &self.operations {
            None => (Scope::All, all.len()),
            Some(wanted) => {
                let parts = (
                    slice(&sources.0.name, (&base, &revision), wanted),
                    slice(&sources.1.name, (&revision, &base), wanted),
                );
                match parts {
                    (Ok(one), Ok(other)) => (base, revision) = (one, other),
                    (one, other) => {
                        let refused = [one.err(), other.err()].into_iter().flatten();
                        notes.extend(
                            refused.map(|error| format!("compared with other operations: {error}")),
                        );
                    }
                }
                let compared = all.iter().filter(|name| wanted.contains(**name));
                (Scope::of(wanted.clone()), compared.count())
            }
        };
        let (changed, findings) = std::thread::scope(|threads| {
            let changed = threads.spawn(|| texts(&base, &revision, &scope));
            let findings = compare(&base, &revision, &scope);
            let changed = changed.join().unwrap_or_else(|panic| resume_unwind(panic));
            (changed, findings)
        });
        let mut report = Report::new(findings?);
        report.set_compared(compared, all.len());
        if let Some(manifest) = self.manifest {
            report.set_version(manifest.version());
        }
        report.add_texts(changed);
        for note in notes {
            report.note(note);
        }
        let located = (sources.0.shown(self.root), sources.1.shown(self.root));
        report.locate(sources.0.source(&located.0), sources.1.source(&located.1))?;
        if let Some(accepted) = accepted(self.root)? {
            report.accept(&accepted, today());
        }
        Ok(report)
    }

    /// Returns the document with the overlays applied, and notes on it. Without webhooks, those of the
    /// source are removed before.
    fn corrected(&self, source: &Read, webhooks: bool) -> anyhow::Result<(Value, Vec<String>)> {
        let mut document = source.value.clone();
        if let (Some(fields), false) = (document.as_object_mut(), webhooks) {
            fields.retain(|field, _| !WEBHOOKS.contains(&field.as_str()));
        }
        let (document, passed_over) = self.overlays.apply(document)?;
        let passed_over = passed_over.into_iter().map(|it| it.text);
        let all = passed_over.chain(source.notes.iter().cloned());
        let notes = all.map(|it| format!("{}: {it}", source.name));
        Ok((document, notes.collect()))
    }
}

/// Returns the names of all operations of a document.
fn names(document: &Value) -> BTreeSet<String> {
    let operations = trackstar_openapi::operations(document);
    operations.iter().map(Listed::name).collect()
}

/// Returns the vendored operations of a document with everything that they refer to, as a refresh does.
/// With the other operations, types would have other names and fields than in the client.
fn slice(
    name: &str,
    (document, other): (&Value, &Value),
    vendored: &BTreeSet<String>,
) -> Result<Value, trackstar_openapi::Error> {
    let (own, others) = (names(document), names(other));
    // A missing operation may have moved to another path.
    let moved = vendored.iter().any(|name| !own.contains(name));
    let wanted = |name: &&String| vendored.contains(*name) || moved && !others.contains(*name);
    let wanted: Vec<&String> = own.iter().filter(wanted).collect();
    if wanted.is_empty() {
        // The comparison reports the missing operations.
        return Ok(document.clone());
    }
    trackstar_openapi::slice_with_webhooks(name, document, &wanted)
}

/// Returns the accepted findings, if the list exists.
fn accepted(root: &Path) -> anyhow::Result<Option<Accepted>> {
    match std::fs::read_to_string(root.join(ACCEPTED)) {
        Ok(text) => Ok(Some(Accepted::parse(ACCEPTED, &text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read {ACCEPTED}")),
    }
}
