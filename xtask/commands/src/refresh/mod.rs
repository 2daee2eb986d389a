//! `cargo xtask refresh`: updates the vendored document from its source.

mod changelog;
mod report;
mod scope;
mod write;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use trackstar_openapi::{Preparation, Problem, Source};
use xtask::{ChangeArgs, RefreshArgs};

use crate::drift::Comparison;
use crate::hash;
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::outcome::{Outcome, shown};
use crate::progress::Progress;
use crate::record::{self, Record, Retrieved, TOOL};
use crate::sources::{Conditions, Document, Limits, Reader, Reading, SourceLocation};
use crate::today::today;
use crate::vendored::{DOCUMENT, Overlays};
use write::Files;

/// The result of a refresh before it writes.
enum Plan {
    /// Nothing needs to be written.
    Done(Outcome),
    Write(Box<New>),
}

/// The files to write.
struct New {
    record: Record,
    manifest: Manifest,
    files: Files,
    /// The stale overlay actions.
    stale: Vec<Problem>,
}

/// Updates the files. Without a lock, writes nothing.
pub(crate) fn run(
    root: &Path,
    options: RefreshArgs,
    lock: Option<&Lock>,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    let with_changelog = options.changelog;
    let limits = Limits::start(options.limits);
    let planned = root.to_owned();
    let (told, plan) = limits.deadline.within(move || {
        let mut told = Vec::new();
        let plan = plan(&planned, &options, limits, &mut told)?;
        Ok((told, plan))
    })?;
    out.write_all(&told)?;
    let new = match plan {
        Plan::Done(outcome) => return Ok(outcome),
        Plan::Write(new) => *new,
    };
    write::write(
        root,
        with_changelog,
        lock,
        (&new.record, &new.manifest),
        new.files,
        out,
    )?;
    report::stale(&new.stale, out)?;
    Ok(if new.stale.is_empty() {
        Outcome::Well
    } else {
        Outcome::NeedsAttention
    })
}

/// Reads the source and returns the files to write.
fn plan(
    root: &Path,
    options: &RefreshArgs,
    limits: Limits,
    out: &mut Vec<u8>,
) -> anyhow::Result<Plan> {
    let mut problems = Vec::new();
    let record = Record::read(root, &mut problems)?;
    let overlays = Overlays::read(root, &mut problems)?;
    let manifest = Manifest::read(root, &mut problems)?;
    let (Some(record), Some(overlays), Some(manifest)) = (record, overlays, manifest) else {
        return tell(out, &problems);
    };
    let place = SourceLocation::of(
        options
            .from
            .as_deref()
            .unwrap_or(Path::new(&record.document)),
    )?;
    let progress = Progress::new();
    progress.phase(format!("reading {place}"));
    let reader = Reader::new(limits, &progress);
    let conditions = conditions(root, options, &record, &place);
    let read = match reader.read(&place, &conditions)? {
        Reading::Unchanged => {
            drop(progress);
            writeln!(
                out,
                "{place} has not changed since {}",
                record.retrieved.date
            )?;
            return Ok(Plan::Done(Outcome::Well));
        }
        Reading::Read(read) => read,
    };
    let offered = trackstar_openapi::operations(&read.value);
    let known: BTreeSet<String> = record.operations.keys().cloned().collect();
    if options.list {
        drop(progress);
        report::list(&offered, &known, out)?;
        return Ok(Plan::Done(Outcome::Well));
    }
    let wanted = match scope::apply(&options.change, &known, &offered) {
        Ok(wanted) => wanted,
        Err(problems) => {
            drop(progress);
            return tell(out, &problems);
        }
    };
    progress.phase("preparing the new document");
    // A client with all operations also has the webhooks. A client with webhooks keeps them when upstream
    // adds operations.
    let webhooks = wanted.len() == offered.len() || has_webhooks(root);
    let name = place.to_string();
    let slice = if webhooks {
        trackstar_openapi::slice_with_webhooks(&name, &read.value, &wanted)
    } else {
        trackstar_openapi::slice(&name, &read.value, &wanted)
    };
    let built = slice.map_err(|error| told(&error));
    let built = built.and_then(|it| build(&place, &read, &record, &overlays, (it, &wanted)));
    drop(progress);
    report::source(&place, &read, out)?;
    let (files, stale) = match built {
        Ok(built) => built,
        Err(problems) => return tell(out, &problems),
    };
    report::operations(&record.operations, &files.record.operations, out)?;
    report::beyond(offered.len() - wanted.len(), out)?;
    report::with_webhooks(&files.value, out)?;
    let before = fs::read_to_string(root.join(DOCUMENT)).unwrap_or_default();
    let comparison = Comparison {
        root,
        overlays: &overlays,
        manifest: Some(&manifest),
        operations: None,
    };
    let compared = known.iter().chain(&wanted).collect::<BTreeSet<_>>().len();
    let scope = (compared, compared.max(offered.len()));
    report::changes(
        &comparison,
        [&before, &files.document],
        scope,
        options.full,
        out,
    )?;
    Ok(Plan::Write(Box::new(New {
        record,
        manifest,
        files,
        stale,
    })))
}

/// Prints every problem, and that nothing was written.
fn tell(out: &mut impl Write, problems: &[String]) -> anyhow::Result<Plan> {
    for problem in problems {
        // Indentation keeps a line of a name from ending the code block in a pull request.
        writeln!(out, "{}", shown(problem).replace('\n', "\n    "))?;
    }
    writeln!(out, "nothing was written")?;
    Ok(Plan::Done(Outcome::NeedsAttention))
}

/// Returns the conditions under which the server may respond that nothing is new, or no conditions if the
/// document is needed anyway.
fn conditions(
    root: &Path,
    options: &RefreshArgs,
    record: &Record,
    place: &SourceLocation,
) -> Conditions {
    let retrieved = &record.retrieved;
    let same_source =
        matches!(place, SourceLocation::Url(url) if retrieved.url.as_ref() == Some(url));
    let document = fs::read_to_string(root.join(DOCUMENT)).unwrap_or_default();
    let in_order = record.tool == TOOL && hash::of(&document) == record.sha256;
    if same_source && in_order && options.change == ChangeArgs::default() && !options.list {
        Conditions {
            etag: retrieved.etag.clone(),
            last_modified: retrieved.last_modified.clone(),
        }
    } else {
        Conditions::default()
    }
}

fn told(error: &trackstar_openapi::Error) -> Vec<String> {
    let problems = error.problems().iter();
    problems.map(ToString::to_string).collect()
}

/// Returns true if the vendored document has webhooks.
fn has_webhooks(root: &Path) -> bool {
    report::webhooks(&vendored_now(root)) > 0
}

/// Returns the vendored document, or null if it cannot be read.
fn vendored_now(root: &Path) -> Value {
    let text = fs::read_to_string(root.join(DOCUMENT)).unwrap_or_default();
    let source = Source {
        name: DOCUMENT,
        text: &text,
    };
    trackstar_openapi::parse(source).unwrap_or_default()
}

/// Returns the files for the wanted operations and the overlay actions that became stale, or all
/// problems.
fn build(
    place: &SourceLocation,
    read: &Document,
    before: &Record,
    overlays: &Overlays,
    (slice, wanted): (Value, &[String]),
) -> Result<(Files, Vec<Problem>), Vec<String>> {
    let told = |error: trackstar_openapi::Error| told(&error);
    let name = place.to_string();
    let contradictions = read.contradictions.iter();
    let contradictions: Vec<String> = contradictions
        .filter(|it| slice.pointer(&it.part).is_some())
        .map(|it| {
            format!(
                "{it}; read the whole document instead, or wait until upstream has corrected it"
            )
        })
        .collect();
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    let document = trackstar_openapi::canonical(&slice).map_err(told)?;
    let operations = record::hashes(&name, &slice, wanted).map_err(told)?;
    let source = Source {
        name: &name,
        text: &document,
    };
    let preparation = Preparation::new(source).overlays(&overlays.sources());
    let prepared = preparation.report_stale_actions().run().map_err(told)?;
    let record = Record {
        document: before.document.clone(),
        sha256: hash::of(&document),
        tool: TOOL.to_owned(),
        retrieved: retrieved(place, read, &before.retrieved)
            .map_err(|error| vec![error.to_string()])?,
        operations,
    };
    let files = Files {
        document,
        value: slice,
        record,
        golden: prepared.to_json(),
    };
    Ok((files, prepared.stale_actions().to_vec()))
}

/// Records the retrieval. If the bytes and the source are the same as before, the old date stays, so that
/// the record and the version follow from the document and not from the time of the run.
fn retrieved(
    place: &SourceLocation,
    read: &Document,
    before: &Retrieved,
) -> Result<Retrieved, toml::value::DatetimeParseError> {
    let (url, file) = match place {
        SourceLocation::Url(url) => (Some(url.clone()), None),
        SourceLocation::File(path) => {
            let name = path.file_name().unwrap_or_default();
            (None, Some(name.to_string_lossy().into_owned()))
        }
    };
    let again = (&url, &file) == (&before.url, &before.file)
        && before.sha256 == read.sha256
        && before.format == read.format;
    let date = if again {
        before.date
    } else {
        today().to_string().parse()?
    };
    Ok(Retrieved {
        url,
        file,
        date,
        format: read.format.clone(),
        sha256: read.sha256.clone(),
        etag: read.version.etag.clone(),
        last_modified: read.version.last_modified.clone(),
    })
}
