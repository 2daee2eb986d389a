//! `cargo xtask drift`: what changed between two documents, and what that breaks in this client.

use std::collections::BTreeSet;
use std::io::{ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_drift::{Accepted, Date, Format, Report, Scope, Threshold, compare, texts};
use trackstar_openapi::{Listed, Source, parse};

use crate::progress::Progress;
use crate::record::Record;
use crate::sources::{Answer, Conditions, Limits, Place, Reader};
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

/// Returns what is to be printed, and what it comes to.
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
    let revision = source(from, options.limits)?;
    let base = if let Some(path) = &options.against {
        source(path, options.limits)?
    } else {
        let (name, text) = (DOCUMENT, &vendored.document);
        (name.to_owned(), parse(Source { name, text })?, Vec::new())
    };
    let mut notes = Vec::new();
    let mut corrected = |(name, document, said): (String, Value, Vec<String>)| {
        let (document, passed_over) = vendored.overlaid(document)?;
        let passed_over = passed_over.into_iter().map(|it| it.text);
        notes.extend(passed_over.chain(said).map(|it| format!("{name}: {it}")));
        anyhow::Ok(document)
    };
    let names = (base.0.clone(), revision.0.clone());
    let (mut base, mut revision) = (corrected(base)?, corrected(revision)?);

    let scope = if options.all {
        Scope::All
    } else {
        let vendored: BTreeSet<String> = record.operations.into_keys().collect();
        let part = |name: &str, document: &Value, other: &Value| {
            let webhooks = base.get("webhooks").is_some();
            slice(name, (document, other), &vendored, webhooks)
        };
        let parts = (
            part(&names.0, &base, &revision),
            part(&names.1, &revision, &base),
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
    let mut report = Report::new(compare(&base, &revision, &scope)?);
    report.add_texts(texts(&base, &revision, &scope));
    if options.full {
        report.show_in_full();
    }
    for note in notes {
        report.note(note);
    }
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

/// Cuts the vendored operations out of a document, with all that they reach, as a refresh does: of the
/// others types would get other names and fields than the client has.
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
    // One that is not there may be there under another path.
    let moved = vendored.iter().any(|name| !own.contains(name));
    let wanted = |name: &&String| vendored.contains(*name) || moved && !others.contains(*name);
    let wanted: Vec<&String> = own.iter().filter(wanted).collect();
    if wanted.is_empty() {
        // What is wrong with it is told by the comparison.
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

/// The document that was named, the name, and what was noticed in reading it.
fn source(named: &Path, limits: Limits) -> anyhow::Result<(String, Value, Vec<String>)> {
    let place = Place::of(named)?;
    let progress = Progress::new();
    progress.phase(format!("reading {place}"));
    let reader = Reader::new(limits, &progress);
    let Answer::Read(read) = reader.read(&place, &Conditions::default())? else {
        bail!("{place} was not asked whether it has changed, and says that it has not");
    };
    let contradictions = read.contradictions.iter().map(ToString::to_string);
    Ok((place.to_string(), read.value, contradictions.collect()))
}

/// The list of accepted findings; `None` where there is none.
fn accepted(root: &Path) -> anyhow::Result<Option<Accepted>> {
    match std::fs::read_to_string(root.join(ACCEPTED)) {
        Ok(text) => Ok(Some(Accepted::parse(ACCEPTED, &text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read {ACCEPTED}")),
    }
}
