//! `cargo xtask drift`: compares two documents and reports what the changes break in this client.

use std::collections::BTreeSet;
use std::io::{ErrorKind, IsTerminal as _, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_drift::{Accepted, Date, Format, Report, Scope, Threshold, compare, texts};
use trackstar_openapi::{Listed, Source, parse};

use crate::progress::Progress;
use crate::record::Record;
use crate::sources::{Conditions, Limits, Reader, Reading, SourceLocation};
use crate::vendored::{DOCUMENT, Vendored};
use crate::{Arguments, Outcome, staging};

const ACCEPTED: &str = "openapi/accepted-drift.toml";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) all: bool,
    pub(crate) full: bool,
    pub(crate) from: Option<PathBuf>,
    pub(crate) against: Option<PathBuf>,
    pub(crate) format: Option<String>,
    pub(crate) fail_on: Option<String>,
    pub(crate) limits: Limits,
}

impl Options {
    pub(crate) fn read(arguments: &Arguments, flags: &[&str]) -> anyhow::Result<Self> {
        let last = |option| arguments.all(option).last().cloned();
        Ok(Self {
            all: flags.contains(&"all"),
            full: flags.contains(&"full"),
            from: arguments.from.clone(),
            against: last("against").map(PathBuf::from),
            format: last("format"),
            fail_on: last("fail-on"),
            limits: arguments.limits()?,
        })
    }
}

pub(crate) fn run(root: &Path, options: Options, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let root = root.to_owned();
    let deadline = options.limits.deadline;
    let (report, outcome) = deadline.within(move || compared(&root, &options))?;
    out.write_all(report.as_bytes())?;
    Ok(outcome)
}

/// Returns the report and the outcome.
fn compared(root: &Path, options: &Options) -> anyhow::Result<(String, Outcome)> {
    let format = format(options.format.as_deref())?;
    let threshold = threshold(options.fail_on.as_deref())?;
    let mut problems = Vec::new();
    let (vendored, record) = staging::steadily(root, || {
        let vendored = Vendored::read(root, &mut problems)?;
        Ok((vendored, Record::read(root, &mut problems)?))
    })?;
    let (Some(vendored), Some(record)) = (vendored, record) else {
        bail!("{}", problems.join("; "));
    };
    let from = options
        .from
        .as_deref()
        .unwrap_or(Path::new(&record.document));
    let sources = (
        match &options.against {
            Some(path) => match read_revision(root, path)? {
                Some(read) => read,
                None => read(path, options.limits)?,
            },
            None => vendored_source(&vendored.document)?,
        },
        read(from, options.limits)?,
    );
    let corrected = |source: &Read| {
        let (document, passed_over) = vendored.overlaid(source.value.clone())?;
        let passed_over = passed_over.into_iter().map(|it| it.text);
        let all = passed_over.chain(source.notes.iter().cloned());
        let notes: Vec<String> = all.map(|it| format!("{}: {it}", source.name)).collect();
        anyhow::Ok((document, notes))
    };
    let (base, revision) = std::thread::scope(|scope| {
        let base = scope.spawn(|| corrected(&sources.0));
        let revision = corrected(&sources.1);
        let base = base.join().unwrap_or_else(|panic| resume_unwind(panic));
        (base, revision)
    });
    let (mut base, mut notes) = base?;
    let (mut revision, more) = revision?;
    notes.extend(more);

    let scope = if options.all {
        Scope::All
    } else {
        let vendored: BTreeSet<String> = record.operations.into_keys().collect();
        let part = |name: &str, document: &Value, other: &Value| {
            let webhooks = base.get("webhooks").is_some();
            slice(name, (document, other), &vendored, webhooks)
        };
        let parts = (
            part(&sources.0.name, &base, &revision),
            part(&sources.1.name, &revision, &base),
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
        Scope::of(vendored)
    };
    let (changed, findings) = std::thread::scope(|threads| {
        let changed = threads.spawn(|| texts(&base, &revision, &scope));
        let findings = compare(&base, &revision, &scope);
        let changed = changed.join().unwrap_or_else(|panic| resume_unwind(panic));
        (changed, findings)
    });
    let mut report = Report::new(findings?);
    report.add_texts(changed);
    if options.full {
        report.show_in_full();
    }
    for note in notes {
        report.note(note);
    }
    let located = (sources.0.shown(root), sources.1.shown(root));
    report.locate(sources.0.source(&located.0), sources.1.source(&located.1))?;
    if let Some(accepted) = accepted(root)? {
        report.accept(&accepted, Date::of(SystemTime::now()));
    }
    let outcome = if report.reaches(threshold) {
        Outcome::NeedsAttention
    } else {
        Outcome::Well
    };
    Ok((report.write(format), outcome))
}

/// Returns the vendored operations of a document with everything that they refer to, as a refresh does.
/// With the other operations, types would have other names and fields than in the client.
fn slice(
    name: &str,
    (document, other): (&Value, &Value),
    vendored: &BTreeSet<String>,
    webhooks: bool,
) -> Result<Value, trackstar_openapi::Error> {
    let names = |document: &Value| -> BTreeSet<String> {
        let operations = trackstar_openapi::operations(document);
        operations.iter().map(Listed::name).collect()
    };
    let (own, others) = (names(document), names(other));
    // A missing operation may have moved to another path.
    let moved = vendored.iter().any(|name| !own.contains(name));
    let wanted = |name: &&String| vendored.contains(*name) || moved && !others.contains(*name);
    let wanted: Vec<&String> = own.iter().filter(wanted).collect();
    if wanted.is_empty() {
        // The comparison reports the missing operations.
        return Ok(document.clone());
    }
    if webhooks {
        trackstar_openapi::slice_with_webhooks(name, document, &wanted)
    } else {
        trackstar_openapi::slice(name, document, &wanted)
    }
}

fn format(name: Option<&str>) -> anyhow::Result<Format> {
    Ok(match name {
        None | Some("text") if is_coloured() => Format::ColouredText,
        None | Some("text") => Format::Text,
        Some("json") => Format::Json,
        Some("markdown") => Format::Markdown,
        Some("github") => Format::Github,
        Some(other) => {
            bail!("{other:?} is not a format: use text, json, markdown or github")
        }
    })
}

/// Returns true if the output is a terminal and the user accepts colors: <https://no-color.org>.
fn is_coloured() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stdout().is_terminal()
}

fn threshold(name: Option<&str>) -> anyhow::Result<Threshold> {
    Ok(match name {
        Some("wire") => Threshold::Wire,
        Some("source") => Threshold::Source,
        None | Some("any") => Threshold::Any,
        Some(other) => bail!("{other:?} is not a level: use wire, source or any"),
    })
}

/// A document of the comparison.
struct Read {
    name: String,
    value: Value,
    /// The text, if the document is published as one text.
    text: Option<String>,
    /// Notes on the reading.
    notes: Vec<String>,
}

impl Read {
    /// Returns the name for the report. A file of the repository has its path from the root.
    fn shown(&self, root: &Path) -> String {
        let paths = (Path::new(&self.name).canonicalize(), root.canonicalize());
        let (Ok(path), Ok(root)) = paths else {
            return self.name.clone();
        };
        let inside = path.strip_prefix(root).unwrap_or(&path);
        inside
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/")
    }

    fn source<'a>(&'a self, name: &'a str) -> Option<Source<'a>> {
        let text = self.text.as_deref()?;
        Some(Source { name, text })
    }
}

fn vendored_source(text: &str) -> anyhow::Result<Read> {
    let name = DOCUMENT;
    Ok(Read {
        name: name.to_owned(),
        value: parse(Source { name, text })?,
        text: Some(text.to_owned()),
        notes: Vec::new(),
    })
}

fn read(named: &Path, limits: Limits) -> anyhow::Result<Read> {
    let place = SourceLocation::of(named)?;
    let progress = Progress::new();
    progress.phase(format!("reading {place}"));
    let reader = Reader::new(limits, &progress);
    let Reading::Read(read) = reader.read(&place, &Conditions::default())? else {
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
fn read_revision(root: &Path, named: &Path) -> anyhow::Result<Option<Read>> {
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
    let value = parse(Source {
        name: &name,
        text: &text,
    })?;
    Ok(Some(Read {
        name,
        value,
        text: Some(text),
        notes: Vec::new(),
    }))
}

/// Returns the accepted findings, if the list exists.
fn accepted(root: &Path) -> anyhow::Result<Option<Accepted>> {
    match std::fs::read_to_string(root.join(ACCEPTED)) {
        Ok(text) => Ok(Some(Accepted::parse(ACCEPTED, &text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read {ACCEPTED}")),
    }
}
