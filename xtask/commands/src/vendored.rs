//! The files of `openapi/`, read from disk, because the text embedded in `trackstar-openapi` may be the
//! broken one that needs a repair.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use trackstar_openapi::{Error, Note, OVERLAY_NAMES, Preparation, Prepared, Source};

use crate::lock::Lock;

/// The document, its overlays and its golden file.
#[derive(Debug)]
pub(crate) struct Vendored {
    pub(crate) document: String,
    pub(crate) overlays: Overlays,
}

/// The name below the workspace root and the text of each overlay, in the order of application.
#[derive(Debug)]
pub(crate) struct Overlays(Vec<(&'static str, String)>);

pub(crate) const DOCUMENT: &str = "openapi/trackstar.yaml";
pub(crate) const GOLDEN: &str = "openapi/prepared.json";
const OVERLAYS: &str = "openapi/overlays";

impl Vendored {
    /// Reads the document and the overlays, if possible. Reports a missing file in `problems`.
    pub(crate) fn read(root: &Path, problems: &mut Vec<String>) -> anyhow::Result<Option<Self>> {
        let document = read(root, DOCUMENT, problems)?;
        let overlays = Overlays::read(root, problems)?;
        Ok(document
            .zip(overlays)
            .map(|(document, overlays)| Self { document, overlays }))
    }

    /// Returns the document with its name.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            name: DOCUMENT,
            text: &self.document,
        }
    }

    /// Returns the preparation of the vendored document.
    pub(crate) fn preparation(&self) -> Preparation<'_> {
        Preparation::new(self.source()).overlays(&self.overlays.sources())
    }

    /// Returns the contract: the document as the API follows it, with the names of the client's
    /// operations.
    pub(crate) fn contract(&self, prepared: &Prepared) -> Result<Value, Error> {
        let corrections = &self.overlays.sources()[..1];
        let preparation = Preparation::new(self.source()).overlays(corrections);
        preparation.lenient().contract(prepared)
    }
}

/// Returns the committed golden file, or `None` if there is none.
pub(crate) fn golden(root: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(root.join(GOLDEN)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read {GOLDEN}")),
    }
}

impl Overlays {
    /// Reads all overlays, if possible. Reports a missing one in `problems`.
    pub(crate) fn read(root: &Path, problems: &mut Vec<String>) -> anyhow::Result<Option<Self>> {
        let mut overlays = Vec::new();
        for name in OVERLAY_NAMES {
            overlays.extend(read(root, name, problems)?.map(|text| (name, text)));
        }
        let complete = overlays.len() == OVERLAY_NAMES.len();
        Ok(complete.then_some(Self(overlays)))
    }

    /// Returns a document with the overlays applied and before the downgrade, and notes on the actions
    /// that did not apply.
    pub(crate) fn apply(&self, document: Value) -> Result<(Value, Vec<Note>), Error> {
        let preparation = Preparation::of(document).lenient();
        preparation.overlays(&self.sources()).correct()
    }

    pub(crate) fn sources(&self) -> Vec<Source<'_>> {
        let overlays = self.0.iter();
        overlays.map(|(name, text)| Source { name, text }).collect()
    }
}

/// Returns the files in the folder of the overlays that no build applies.
pub(crate) fn strangers(root: &Path) -> anyhow::Result<Vec<String>> {
    let path = root.join(OVERLAYS);
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries.collect::<Result<Vec<_>, _>>(),
        // Each missing file is reported by itself.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let entries = entries.with_context(|| format!("failed to list {}", path.display()))?;
    let names = entries
        .iter()
        .map(|entry| format!("{OVERLAYS}/{}", entry.file_name().to_string_lossy()));
    let mut strangers: Vec<_> = names
        .filter(|name| !OVERLAY_NAMES.contains(&name.as_str()))
        .collect();
    strangers.sort();
    Ok(strangers)
}

/// Returns the text of a file, or `None` with an entry in `problems` if it is missing or is not text.
pub(crate) fn read(
    root: &Path,
    name: &str,
    problems: &mut Vec<String>,
) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(root.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {
            problems.push(format!(
                "{name} cannot be read ({error}): restore it with git"
            ));
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| format!("failed to read {name}")),
    }
}

/// Replaces a file completely or not at all.
pub(crate) fn write(lock: &Lock, name: &str, text: &str) -> anyhow::Result<()> {
    let target = lock.root().join(name);
    let folder = target.parent().unwrap_or(lock.root());
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        // A temporary file is readable only by its owner. The file that it replaces is readable by
        // everyone.
        match fs::metadata(&target) {
            Ok(before) => file.as_file().set_permissions(before.permissions())?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        file.as_file().sync_all()?;
        file.persist(&target)?;
        Ok(())
    };
    write().with_context(|| format!("failed to write {}", target.display()))
}
