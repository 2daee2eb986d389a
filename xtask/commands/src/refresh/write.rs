//! Writes the files of a refresh.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use trackstar_openapi::Problem;

use super::changelog;
use crate::lock::Lock;
use crate::manifest::{MANIFEST, Manifest, document_version};
use crate::record::{RECORD, Record, Retrieved};
use crate::staging::{self, CHANGELOG};
use crate::vendored::{DOCUMENT, GOLDEN};

/// The new files, and the record and the manifest that they replace.
pub(super) struct Update {
    pub(super) before: Record,
    pub(super) manifest: Manifest,
    /// The text of the document.
    pub(super) document: String,
    /// The document.
    pub(super) value: Value,
    pub(super) record: Record,
    pub(super) golden: String,
    /// The overlay actions that became stale.
    pub(super) stale: Vec<Problem>,
}

impl Update {
    /// Writes the files if any of them changed.
    pub(super) fn write(
        &mut self,
        root: &Path,
        with_changelog: bool,
        lock: Option<&Lock>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let on_disk = |name: &str| fs::read_to_string(root.join(name)).ok();
        let before = &self.before;
        let same_slice = on_disk(DOCUMENT).as_deref() == Some(&self.document)
            && on_disk(GOLDEN).as_deref() == Some(&self.golden)
            && before.sha256 == self.record.sha256
            && before.tool == self.record.tool
            && before.operations == self.record.operations;
        if same_slice {
            // The record names the retrieval of the slice. A newer retrieval is recorded only if it makes
            // the next request cheaper.
            let new = &self.record.retrieved;
            let version =
                |it: &Retrieved| (it.url.clone(), it.etag.clone(), it.last_modified.clone());
            let nameless = new.etag.is_none() && new.last_modified.is_none();
            if nameless || version(new) == version(&before.retrieved) {
                self.record.retrieved = before.retrieved.clone();
            }
        }
        if same_slice && self.record == *before {
            writeln!(
                out,
                "the vendored files are up to date: nothing was written"
            )?;
            return Ok(());
        }
        let Some(lock) = lock else {
            writeln!(out, "nothing was written (--dry-run)")?;
            return Ok(());
        };
        let entry = changelog::entry(before, &self.record).filter(|_| with_changelog);
        let changelog = match entry {
            None => None,
            Some(entry) => {
                let text = on_disk(CHANGELOG).unwrap_or_default();
                let text = changelog::with_entry(&text, &entry).with_context(|| {
                    format!(
                        "{CHANGELOG} has no `### Upstream` below `## [Unreleased]`: add that, and try again"
                    )
                });
                Some(text?)
            }
        };
        let version = document_version(&self.value, self.record.retrieved.date);
        let version = self.manifest.version_for(&version);
        let with_version =
            (version != self.manifest.version()).then(|| self.manifest.with_version(&version));
        let record = self.record.to_toml();
        let vendored = [
            (DOCUMENT, self.document.as_str()),
            (RECORD, &record),
            (GOLDEN, &self.golden),
        ];
        let mut all = vendored.to_vec();
        all.extend(with_version.as_deref().map(|text| (MANIFEST, text)));
        all.extend(changelog.as_deref().map(|text| (CHANGELOG, text)));
        staging::replace(lock, &all).context("failed to write the vendored files")?;
        let names = vendored.map(|(name, _)| name);
        writeln!(out, "wrote {}: read their diff", names.join(", "))?;
        if with_version.is_some() {
            writeln!(
                out,
                "wrote {MANIFEST}: the version is {version}; raise its numbers by what `cargo xtask \
                 drift` asks for"
            )?;
        }
        if changelog.is_some() {
            writeln!(out, "wrote {CHANGELOG}")?;
        }
        Ok(())
    }
}
