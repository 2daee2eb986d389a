//! Writes the files of a refresh.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::changelog;
use crate::lock::Lock;
use crate::manifest::{MANIFEST, Manifest, document_version};
use crate::record::{RECORD, Record, Retrieved};
use crate::staging::{self, CHANGELOG};
use crate::vendored::{DOCUMENT, GOLDEN};

/// The new text of the three files.
pub(super) struct Files {
    pub(super) document: String,
    /// The build metadata of the version without the day.
    pub(super) value: Value,
    pub(super) record: Record,
    pub(super) golden: String,
}

/// Writes the files if any of them changed.
pub(super) fn write(
    root: &Path,
    with_changelog: bool,
    lock: Option<&Lock>,
    (before, manifest): (&Record, &Manifest),
    mut files: Files,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let on_disk = |name: &str| fs::read_to_string(root.join(name)).ok();
    let same_slice = on_disk(DOCUMENT).as_deref() == Some(&files.document)
        && on_disk(GOLDEN).as_deref() == Some(&files.golden)
        && before.sha256 == files.record.sha256
        && before.tool == files.record.tool
        && before.operations == files.record.operations;
    if same_slice {
        // The record names the retrieval of the slice. A newer retrieval is recorded only if it makes the
        // next request cheaper.
        let new = &files.record.retrieved;
        let version = |it: &Retrieved| (it.url.clone(), it.etag.clone(), it.last_modified.clone());
        let nameless = new.etag.is_none() && new.last_modified.is_none();
        if nameless || version(new) == version(&before.retrieved) {
            files.record.retrieved = before.retrieved.clone();
        }
    }
    if same_slice && files.record == *before {
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
    let entry = changelog::entry(before, &files.record).filter(|_| with_changelog);
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
    let version = document_version(&files.value, files.record.retrieved.date);
    let version = manifest.version_for(&version);
    let with_version = (version != manifest.version()).then(|| manifest.with_version(&version));
    let record = files.record.to_toml();
    let vendored = [
        (DOCUMENT, files.document.as_str()),
        (RECORD, &record),
        (GOLDEN, &files.golden),
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
            "wrote {MANIFEST}: the version is {version}; raise its numbers by what `cargo xtask drift` \
             asks for"
        )?;
    }
    if changelog.is_some() {
        writeln!(out, "wrote {CHANGELOG}")?;
    }
    Ok(())
}
