//! `cargo xtask check`: verifies without network that the vendored files are consistent.

use std::io::Write;
use std::path::Path;

use trackstar_drift::visible;
use trackstar_openapi::{Listed, Source};

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
    if let Some(vendored) = vendored {
        let golden = golden.as_deref();
        check(
            &vendored,
            (record.as_ref(), golden),
            update,
            &mut problems,
            out,
        )?;
        match update {
            Some(lock) if problems.is_empty() => recorded::update(lock, out)?,
            None if !recorded::is_current(root)? => problems.push(format!(
                "{} is not of the document and the overlays: run `cargo xtask check --update`",
                recorded::FOLDER
            )),
            _ => {}
        }
        if let (Some(record), Some(manifest)) = (record, manifest) {
            let Some(version) = expected(&vendored.document, &record, &manifest) else {
                // An unreadable document is among the problems.
                return tell(&problems, out);
            };
            if version == manifest.version() {
                return tell(&problems, out);
            }
            if let Some(lock) = update.filter(|_| problems.is_empty()) {
                vendored::write(lock, MANIFEST, &manifest.with_version(&version))?;
                writeln!(out, "wrote {MANIFEST}: the version is {version}")?;
            } else {
                problems.push(format!(
                    "{MANIFEST} has the version {}, but with this document it is {version}: run \
                     `cargo xtask check --update`, and raise the numbers for a release (see \
                     CONTRIBUTING.md)",
                    manifest.version()
                ));
            }
        }
    }
    tell(&problems, out)
}

/// Returns the version that names the document.
fn expected(document: &str, record: &Record, manifest: &Manifest) -> Option<String> {
    let source = Source {
        name: DOCUMENT,
        text: document,
    };
    let value = trackstar_openapi::parse(source).ok()?;
    let document = document_version(&value, record.retrieved.date);
    Some(manifest.version_for(&document))
}

fn tell(problems: &[String], out: &mut impl Write) -> anyhow::Result<Outcome> {
    if problems.is_empty() {
        writeln!(
            out,
            "ok: document, record, overlays, golden and version agree"
        )?;
        return Ok(Outcome::Well);
    }
    for problem in problems {
        writeln!(out, "{}", shown(problem))?;
    }
    Ok(Outcome::NeedsAttention)
}

fn check(
    vendored: &Vendored,
    (record, golden): (Option<&Record>, Option<&str>),
    update: Option<&Lock>,
    problems: &mut Vec<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if let Some(record) = record {
        compare(&vendored.document, record, problems);
    }
    let prepared = match vendored.preparation().run() {
        Ok(prepared) => prepared,
        Err(error) => {
            problems.push(error.to_string());
            return Ok(());
        }
    };
    let current = prepared.to_json();
    if golden != Some(&current) {
        match update {
            None => problems.push(format!(
                "{GOLDEN} is not what the document and the overlays prepare to: run `cargo xtask \
                 check --update` and read its diff"
            )),
            Some(lock) if problems.is_empty() => {
                vendored::write(lock, GOLDEN, &current)?;
                writeln!(out, "wrote {GOLDEN}: read its diff")?;
            }
            Some(_) => problems.push(format!(
                "{GOLDEN} is left as it is until all else is in order"
            )),
        }
    }
    Ok(())
}

/// Compares the document with its record.
fn compare(document: &str, record: &Record, problems: &mut Vec<String>) {
    let hash = hash::of(document);
    if hash != record.sha256 {
        problems.push(format!(
            "{DOCUMENT} has sha256 {hash}, but {RECORD} records {}; the document is not edited by \
             hand: restore it with git, and say what must differ in openapi/overlays/. A new \
             version of upstream's is fetched with `cargo xtask refresh`",
            record.sha256
        ));
    }
    let source = Source {
        name: DOCUMENT,
        text: document,
    };
    // The preparation reports an unreadable document.
    let Ok(value) = trackstar_openapi::parse(source) else {
        return;
    };
    let operations: Vec<String> = trackstar_openapi::operations(&value)
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
    let hashes = match record::hashes(DOCUMENT, &value, &operations) {
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
