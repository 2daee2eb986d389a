//! The documents of a comparison.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_openapi::{Source, parse};

use crate::progress::Progress;
use crate::sources::{Conditions, Limits, Reader, SourceLocation};
use crate::vendored::DOCUMENT;

/// A document of the comparison.
pub(crate) struct Read {
    /// The name in errors and notes.
    pub(super) name: String,
    pub(super) value: Value,
    /// The text, if the document is published as one text.
    text: Option<String>,
    /// Notes on the reading.
    pub(super) notes: Vec<String>,
}

impl Read {
    /// Returns the document of a text.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a document.
    pub(crate) fn of(name: &str, text: &str) -> Result<Self, trackstar_openapi::Error> {
        Ok(Self {
            name: name.to_owned(),
            value: parse(Source { name, text })?,
            text: Some(text.to_owned()),
            notes: Vec::new(),
        })
    }

    /// Returns the name for the report. A file of the repository has its path from the root.
    pub(super) fn shown(&self, root: &Path) -> String {
        if self.name == DOCUMENT {
            return self.name.clone();
        }
        let paths = (Path::new(&self.name).canonicalize(), root.canonicalize());
        let (Ok(path), Ok(root)) = paths else {
            return self.name.clone();
        };
        let inside = path.strip_prefix(root).unwrap_or(&path);
        inside
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/")
    }

    pub(super) fn source<'a>(&'a self, name: &'a str) -> Option<Source<'a>> {
        let text = self.text.as_deref()?;
        Some(Source { name, text })
    }
}

/// Reads a source.
pub(super) fn read(named: &Path, limits: Limits) -> anyhow::Result<Read> {
    let place = SourceLocation::of(named)?;
    let progress = Progress::new();
    progress.phase(format!("reading {place}"));
    let reader = Reader::new(limits, &progress);
    let Some(read) = reader.read(&place, &Conditions::default())? else {
        bail!("{place} responded 304 Not Modified to a request without conditions");
    };
    let contradictions = read.contradictions.iter().map(ToString::to_string);
    Ok(Read {
        name: place.to_string(),
        notes: contradictions.collect(),
        value: read.value,
        text: read.text,
    })
}

/// Reads `REV:path` from git. Returns `None` for a URL, for an existing file, and for other names.
pub(super) fn read_revision(root: &Path, named: &Path) -> anyhow::Result<Option<Read>> {
    let Some((revision, path)) = named.to_str().and_then(|name| name.split_once(':')) else {
        return Ok(None);
    };
    // A URL, a drive of Windows, or an option of git.
    let is_other =
        path.starts_with(['/', '\\']) || revision.is_empty() || revision.starts_with('-');
    if is_other || named.exists() {
        return Ok(None);
    }
    let name = format!("{revision}:{path}");
    let output = Command::new("git")
        .current_dir(root)
        .args(["cat-file", "blob", &name])
        .output()
        .context("failed to run git")?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let message = message.lines().next().unwrap_or("git failed");
        bail!("failed to read {name}: {message}");
    }
    let text = String::from_utf8(output.stdout);
    let text = text.with_context(|| format!("failed to read {name}: it is not UTF-8 text"))?;
    Ok(Some(Read::of(&name, &text)?))
}
