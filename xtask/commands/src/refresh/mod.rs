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
use trackstar_openapi::{Preparation, Source};
use xtask::{ChangeArgs, RefreshArgs};

use crate::drift::Comparison;
use crate::hash;
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::outcome::{Outcome, shown};
use crate::progress::Progress;
use crate::record::{self, Record, Retrieved, TOOL};
use crate::sources::{Conditions, Document, Limits, Reader, SourceLocation};
use crate::today::today;
use crate::vendored::{DOCUMENT, Overlays};
use write::Update;

/// The result of a refresh before it writes.
enum Plan {
    /// Nothing needs to be written.
    Done(Outcome),
    Write(Box<Update>),
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
    let mut update = match plan {
        Plan::Done(outcome) => return Ok(outcome),
        Plan::Write(update) => update,
    };
    update.write(root, with_changelog, lock, out)?;
    report::stale(&update.stale, out)?;
    Ok(if update.stale.is_empty() {
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
    // A refresh repairs a document that is missing or cannot be read.
    let before = fs::read_to_string(root.join(DOCUMENT)).unwrap_or_default();
    let from = options.from.as_deref();
    let place = SourceLocation::of(from.unwrap_or(Path::new(&record.document)))?;
    let progress = Progress::new();
    progress.phase(format!("reading {place}"));
    let reader = Reader::new(limits, &progress);
    let conditions = conditions(&before, options, &record, &place);
    let Some(read) = reader.read(&place, &conditions)? else {
        drop(progress);
        let date = record.retrieved.date;
        writeln!(out, "{place} has not changed since {date}")?;
        return Ok(Plan::Done(Outcome::Well));
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
    let vendored = trackstar_openapi::parse(Source {
        name: DOCUMENT,
        text: &before,
    });
    let has_webhooks = vendored.is_ok_and(|document| report::webhooks(&document) > 0);
    let webhooks = wanted.len() == offered.len() || has_webhooks;
    let name = place.to_string();
    let slice = if webhooks {
        trackstar_openapi::slice_with_webhooks(&name, &read.value, &wanted)
    } else {
        trackstar_openapi::slice(&name, &read.value, &wanted)
    };
    let update = slice.map_err(told).and_then(|slice| {
        build(
            &place,
            &read,
            (record, manifest),
            &overlays,
            (slice, &wanted),
        )
    });
    drop(progress);
    report::source(&place, &read, out)?;
    let update = match update {
        Ok(update) => update,
        Err(problems) => return tell(out, &problems),
    };
    report::operations(&update.before, &update.record, out)?;
    report::beyond(offered.len() - wanted.len(), out)?;
    report::with_webhooks(&update.value, out)?;
    let comparison = Comparison {
        root,
        overlays: &overlays,
        manifest: Some(&update.manifest),
        operations: None,
    };
    let compared = known.iter().chain(&wanted).collect::<BTreeSet<_>>().len();
    let scope = (compared, compared.max(offered.len()));
    report::changes(
        &comparison,
        [&before, &update.document],
        scope,
        options.full,
        out,
    )?;
    Ok(Plan::Write(Box::new(update)))
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
    document: &str,
    options: &RefreshArgs,
    record: &Record,
    place: &SourceLocation,
) -> Conditions {
    let retrieved = &record.retrieved;
    let same_source =
        matches!(place, SourceLocation::Url(url) if retrieved.url.as_ref() == Some(url));
    let in_order = record.tool == TOOL && hash::of(document) == record.sha256;
    if same_source && in_order && options.change == ChangeArgs::default() && !options.list {
        Conditions {
            etag: retrieved.etag.clone(),
            last_modified: retrieved.last_modified.clone(),
        }
    } else {
        Conditions::default()
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
fn told(error: trackstar_openapi::Error) -> Vec<String> {
    let problems = error.problems().iter();
    problems.map(ToString::to_string).collect()
}

/// Returns the files for the wanted operations, or all problems.
fn build(
    place: &SourceLocation,
    read: &Document,
    (before, manifest): (Record, Manifest),
    overlays: &Overlays,
    (value, wanted): (Value, &[String]),
) -> Result<Update, Vec<String>> {
    let name = place.to_string();
    let contradictions = read.contradictions.iter();
    let contradictions: Vec<String> = contradictions
        .filter(|it| value.pointer(&it.part).is_some())
        .map(|it| {
            format!(
                "{it}; read the whole document instead, or wait until upstream has corrected it"
            )
        })
        .collect();
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    let document = trackstar_openapi::canonical(&value).map_err(told)?;
    let operations = record::hashes(&name, &value, wanted).map_err(told)?;
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
    Ok(Update {
        before,
        manifest,
        document,
        value,
        record,
        golden: prepared.to_json(),
        stale: prepared.stale_actions().to_vec(),
    })
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
