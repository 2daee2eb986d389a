//! `cargo xtask check`: verifies without network that the vendored files are consistent.

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use trackstar_drift::visible;
use trackstar_openapi::Listed;

use crate::lock::Lock;
use crate::manifest::{MANIFEST, Manifest, document_version};
use crate::outcome::{Outcome, shown};
use crate::record::{self, RECORD, Record};
use crate::vendored::{self, DOCUMENT, GOLDEN, Vendored, strangers};
use crate::{hash, recorded, staging};

/// Reports every problem, not only the first. With the lock in `update`, writes an outdated golden file
/// or version instead of reporting it.
pub(crate) fn run(
    root: &Path,
    update: Option<&Lock>,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let (record, vendored, manifest, golden) = staging::steadily(root, || {
        Ok((
            Record::read(root, &mut problems)?,
            Vendored::read(root, &mut problems)?,
            Manifest::read(root, &mut problems)?,
            vendored::golden(root)?,
        ))
    })?;
    for stranger in strangers(root)? {
        problems.push(format!(
            "{stranger} is applied by no build: name it in OVERLAY_NAMES (openapi/src/lib.rs) and \
             embed it in openapi/src/vendored.rs, or move its actions to one that is"
        ));
    }
    if let Some(vendored) = &vendored {
        // The preparation reports an unreadable document.
        let document = trackstar_openapi::parse(vendored.source()).ok();
        if let Some(record) = &record {
            compare(&vendored.document, document.as_ref(), record, &mut problems);
        }
        check_golden(vendored, golden.as_deref(), update, &mut problems, out)?;
        match update {
            Some(lock) if problems.is_empty() => recorded::update(lock, out)?,
            None if !recorded::is_current(root)? => problems.push(format!(
                "{} is not of the document and the overlays: run `cargo xtask check --update`",
                recorded::FOLDER
            )),
            _ => {}
        }
        if let (Some(document), Some(record), Some(manifest)) = (document, record, manifest) {
            let version = document_version(&document, record.retrieved.date);
            let version = manifest.version_for(&version);
            check_version(&version, &manifest, update, &mut problems, out)?;
        }
    }
    if problems.is_empty() {
        writeln!(
            out,
            "ok: document, record, overlays, golden and version agree"
        )?;
        return Ok(Outcome::Well);
    }
    for problem in problems {
        writeln!(out, "{}", shown(&problem))?;
    }
    Ok(Outcome::NeedsAttention)
}

fn check_version(
    version: &str,
    manifest: &Manifest,
    update: Option<&Lock>,
    problems: &mut Vec<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if version == manifest.version() {
        return Ok(());
    }
    if let Some(lock) = update.filter(|_| problems.is_empty()) {
        vendored::write(lock, MANIFEST, &manifest.with_version(version))?;
        writeln!(out, "wrote {MANIFEST}: the version is {version}")?;
    } else {
        problems.push(format!(
            "{MANIFEST} has the version {}, but with this document it is {version}: run `cargo xtask \
             check --update`, and raise the numbers for a release (see CONTRIBUTING.md)",
            manifest.version()
        ));
    }
    Ok(())
}

fn check_golden(
    vendored: &Vendored,
    golden: Option<&str>,
    update: Option<&Lock>,
    problems: &mut Vec<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let prepared = match vendored.preparation().run() {
        Ok(prepared) => prepared,
        Err(error) => {
            problems.push(error.to_string());
            return Ok(());
        }
    };
    let current = prepared.to_json();
    if golden == Some(&current) {
        return Ok(());
    }
    match update {
        None => problems.push(format!(
            "{GOLDEN} is not what the document and the overlays prepare to: run `cargo xtask check \
             --update` and read its diff"
        )),
        Some(lock) if problems.is_empty() => {
            vendored::write(lock, GOLDEN, &current)?;
            writeln!(out, "wrote {GOLDEN}: read its diff")?;
        }
        Some(_) => problems.push(format!(
            "{GOLDEN} is left as it is until all else is in order"
        )),
    }
    Ok(())
}

/// Compares the document with its record. `document` is the parsed text.
fn compare(text: &str, document: Option<&Value>, record: &Record, problems: &mut Vec<String>) {
    let hash = hash::of(text);
    if hash != record.sha256 {
        problems.push(format!(
            "{DOCUMENT} has sha256 {hash}, but {RECORD} records {}; the document is not edited by \
             hand: restore it with git, and say what must differ in openapi/overlays/. A new \
             version of upstream's is fetched with `cargo xtask refresh`",
            record.sha256
        ));
    }
    let Some(document) = document else {
        return;
    };
    let operations: Vec<String> = trackstar_openapi::operations(document)
        .iter()
        .map(Listed::name)
        .collect();
    let mut recorded: Vec<&String> = record.operations.keys().collect();
    let mut there: Vec<&String> = operations.iter().collect();
    recorded.sort();
    there.sort();
    if there != recorded {
        let list = |names: &[&String]| {
            let names: Vec<String> = names.iter().map(|name| visible(name)).collect();
            names.join(", ")
        };
        problems.push(format!(
            "{DOCUMENT} has the operations {}, but {RECORD} records {}: restore both with git; \
             operations come and go with `cargo xtask refresh --add` and `--remove`",
            list(&there),
            list(&recorded)
        ));
        return;
    }
    let hashes = match record::hashes(DOCUMENT, document, &operations) {
        Ok(hashes) => hashes,
        Err(error) => {
            problems.push(error.to_string());
            return;
        }
    };
    for (name, hash) in hashes {
        if record.operations.get(&name) != Some(&hash) {
            problems.push(format!(
                "what {DOCUMENT} says of {} has sha256 {hash}, which is not what {RECORD} \
                 records: restore both with git",
                visible(&name)
            ));
        }
    }
}
