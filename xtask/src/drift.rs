//! `cargo xtask drift`: compares two documents and reports what the changes break in this client.

use std::collections::BTreeSet;
use std::io::{ErrorKind, IsTerminal as _, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;
use trackstar_drift::{Accepted, Date, Format, Report, Rule, Scope, Threshold, compare, texts};
use trackstar_openapi::{Listed, Source, parse};

use crate::arguments::LimitOptions;
use crate::progress::Progress;
use crate::record::Record;
use crate::sources::{Conditions, Limits, Reader, Reading, SourceLocation};
use crate::vendored::{DOCUMENT, Vendored};
use crate::{Outcome, staging};

const ACCEPTED: &str = "openapi/accepted-drift.toml";

/// Report what changed between two documents, and what that breaks
///
/// A change may break deployed clients (wire), or code that is compiled again (source). By default,
/// compares the upstream document with the vendored one.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Read the new document from this URL or file instead of upstream
    #[arg(long, value_name = "SOURCE")]
    from: Option<PathBuf>,
    /// Compare with this URL, file, or REV:PATH of git instead of the vendored document
    #[arg(long, value_name = "SOURCE")]
    against: Option<PathBuf>,
    /// Format of the report
    #[arg(long, value_enum, default_value = "text")]
    format: FormatName,
    /// Exit with code 4 if a change may break this; `any` includes changes that break nothing
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "any")]
    fail_on: Level,
    /// Compare all operations instead of only the vendored ones
    #[arg(long)]
    all: bool,
    /// Show every finding and every text instead of an overview
    #[arg(long)]
    full: bool,
    /// List the rules that findings name, and exit
    #[arg(long, exclusive = true)]
    rules: bool,
    /// Explain a rule, such as `response-type-changed`, and exit
    #[arg(long, value_name = "RULE", exclusive = true)]
    explain: Option<String>,
    #[command(flatten)]
    limits: LimitOptions,
}

/// The name of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Json,
    Markdown,
    Github,
}

impl FormatName {
    fn format(self) -> Format {
        match self {
            Self::Text if is_colored() => Format::ColouredText,
            Self::Text => Format::Text,
            Self::Json => Format::Json,
            Self::Markdown => Format::Markdown,
            Self::Github => Format::Github,
        }
    }
}

/// The name of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Level {
    Wire,
    Source,
    Any,
}

impl Level {
    fn threshold(self) -> Threshold {
        match self {
            Self::Wire => Threshold::Wire,
            Self::Source => Threshold::Source,
            Self::Any => Threshold::Any,
        }
    }
}

pub(crate) fn run(root: &Path, options: Options, out: &mut impl Write) -> anyhow::Result<Outcome> {
    if let Some(text) = rules(&options)? {
        out.write_all(text.as_bytes())?;
        return Ok(Outcome::Well);
    }
    let root = root.to_owned();
    let limits = options.limits.start();
    let compared = move || compared(&root, &options, limits);
    let (report, outcome) = limits.deadline.within(compared)?;
    out.write_all(report.as_bytes())?;
    Ok(outcome)
}

/// Returns the text about rules, if the user asks for it.
fn rules(options: &Options) -> anyhow::Result<Option<String>> {
    let Some(name) = &options.explain else {
        return Ok(options.rules.then(Rule::list));
    };
    let Some(rule) = Rule::find(name) else {
        bail!("there is no rule `{name}`; `cargo xtask drift --rules` lists all");
    };
    Ok(Some(rule.explain()))
}

/// Returns the report and the outcome.
fn compared(root: &Path, options: &Options, limits: Limits) -> anyhow::Result<(String, Outcome)> {
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
                None => read(path, limits)?,
            },
            None => vendored_source(&vendored.document)?,
        },
        read(from, limits)?,
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
    let outcome = if report.reaches(options.fail_on.threshold()) {
        Outcome::NeedsAttention
    } else {
        Outcome::Well
    };
    Ok((report.write(options.format.format()), outcome))
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

/// Returns true if the output is a terminal and the user accepts colors: <https://no-color.org>.
fn is_colored() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stdout().is_terminal()
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
