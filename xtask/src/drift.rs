//! `cargo xtask drift`: what changed between two documents, and what that breaks in this client.

use std::fs::File;
use std::io::{ErrorKind, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_drift::{Accepted, Date, Format, Report, Scope, Threshold, compare};

use crate::Outcome;
use crate::vendored::{DOCUMENT, Record, Vendored};

const ACCEPTED: &str = "openapi/accepted-drift.toml";

/// More than this is no document of an API.
const LONGEST: u64 = 64 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) all: bool,
    pub(crate) from: Option<PathBuf>,
    pub(crate) against: Option<PathBuf>,
    pub(crate) format: Option<String>,
    pub(crate) fail_on: Option<String>,
}

pub(crate) fn run(root: &Path, options: &Options, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let format = format(options.format.as_deref())?;
    let threshold = threshold(options.fail_on.as_deref())?;
    let mut problems = Vec::new();
    let vendored = Vendored::read(root, &mut problems)?;
    let record = Record::read(root, &mut problems)?;
    let (Some(vendored), Some(record)) = (vendored, record) else {
        bail!("{}", problems.join("; "));
    };
    let Some(from) = &options.from else {
        bail!("there is nothing to compare with: name a document by --from FILE");
    };

    let mut notes = Vec::new();
    let mut corrected = |name: &str, text: &str| -> anyhow::Result<Value> {
        let (document, passed_over) = vendored.overlaid(name, text)?;
        let said = passed_over
            .into_iter()
            .map(|it| format!("{name}: {}", it.text));
        notes.extend(said);
        Ok(document)
    };
    let base = match &options.against {
        Some(path) => corrected(&path.display().to_string(), &source(path)?)?,
        None => corrected(DOCUMENT, &vendored.document)?,
    };
    let revision = corrected(&from.display().to_string(), &source(from)?)?;

    let scope = if options.all {
        Scope::All
    } else {
        Scope::of(record.operations)
    };
    let mut report = Report::new(compare(&base, &revision, &scope)?);
    for note in notes {
        report.note(note);
    }
    if let Some(accepted) = accepted(root)? {
        report.accept(&accepted, Date::of(SystemTime::now()));
    }
    out.write_all(report.write(format).as_bytes())?;
    Ok(if report.reaches(threshold) {
        Outcome::NeedsAttention
    } else {
        Outcome::Well
    })
}

fn format(name: Option<&str>) -> anyhow::Result<Format> {
    Ok(match name {
        None | Some("text") if is_coloured() => Format::ColouredText,
        None | Some("text") => Format::Text,
        Some("json") => Format::Json,
        Some("markdown") => Format::Markdown,
        Some("github") => Format::Github,
        Some(other) => {
            bail!("{other:?} is no format: give text, json, markdown or github")
        }
    })
}

/// For people at a terminal, but for those who want none: <https://no-color.org>.
fn is_coloured() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stdout().is_terminal()
}

fn threshold(name: Option<&str>) -> anyhow::Result<Threshold> {
    Ok(match name {
        Some("wire") => Threshold::Wire,
        Some("source") => Threshold::Source,
        None | Some("any") => Threshold::Any,
        Some(other) => bail!("{other:?} is nothing to fail on: give wire, source or any"),
    })
}

/// The text of a document that was named.
fn source(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    if path.to_str().is_some_and(|text| text.contains("://")) {
        bail!("{name} is not read: fetch it, and name the file");
    }
    let read = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(LONGEST + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().with_context(|| format!("failed to read {name}"))?;
    if bytes.len() as u64 > LONGEST {
        bail!("{name} is longer than 64 MiB: name the document of an API");
    }
    String::from_utf8(bytes).with_context(|| format!("{name} is no text: name a JSON or YAML file"))
}

/// The list of accepted findings; `None` where there is none.
fn accepted(root: &Path) -> anyhow::Result<Option<Accepted>> {
    match std::fs::read_to_string(root.join(ACCEPTED)) {
        Ok(text) => Ok(Some(Accepted::parse(ACCEPTED, &text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read {ACCEPTED}")),
    }
}
