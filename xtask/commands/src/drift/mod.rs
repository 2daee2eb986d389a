//! `cargo xtask drift`: compares two documents and reports what the changes break in this client.

mod report;
mod source;

use std::io::{IsTerminal as _, Write};
use std::path::Path;

use anyhow::bail;
use trackstar_drift::{Format, Rule, Threshold};
use xtask::{DriftArgs, FormatName, Level};

use crate::manifest::Manifest;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::sources::Limits;
use crate::staging;
use crate::vendored::{DOCUMENT, Vendored};
pub(crate) use report::Comparison;
pub(crate) use source::Read;
use source::{read, read_revision};

fn format(name: FormatName) -> Format {
    match name {
        FormatName::Text if is_colored() => Format::ColoredText,
        FormatName::Text => Format::Text,
        FormatName::Json => Format::Json,
        FormatName::Markdown => Format::Markdown,
        FormatName::Github => Format::Github,
        FormatName::Html => Format::Html,
    }
}

fn threshold(level: Level) -> Threshold {
    match level {
        Level::Wire => Threshold::Wire,
        Level::Source => Threshold::Source,
        Level::Any => Threshold::Any,
    }
}

pub(crate) fn run(
    root: &Path,
    options: DriftArgs,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    if let Some(text) = rules(&options)? {
        out.write_all(text.as_bytes())?;
        return Ok(Outcome::Well);
    }
    let root = root.to_owned();
    let limits = Limits::start(options.limits);
    let compared = move || compared(&root, &options, limits);
    let (report, outcome) = limits.deadline.within(compared)?;
    out.write_all(report.as_bytes())?;
    Ok(outcome)
}

/// Returns the text about rules, if the user asks for it.
fn rules(options: &DriftArgs) -> anyhow::Result<Option<String>> {
    let Some(name) = &options.explain else {
        return Ok(options.rules.then(Rule::list));
    };
    let Some(rule) = Rule::find(name) else {
        bail!("unknown rule `{name}`; use `cargo xtask drift --rules` to list all rules");
    };
    Ok(Some(rule.explain()))
}

/// Returns the report and the outcome.
fn compared(root: &Path, options: &DriftArgs, limits: Limits) -> anyhow::Result<(String, Outcome)> {
    let mut problems = Vec::new();
    let (vendored, record, manifest) = staging::steadily(root, || {
        let vendored = Vendored::read(root, &mut problems)?;
        let record = Record::read(root, &mut problems)?;
        // Without a manifest, the report states only the kind of the next version.
        let manifest = Manifest::read(root, &mut Vec::new())?;
        Ok((vendored, record, manifest))
    })?;
    let (Some(vendored), Some(record)) = (vendored, record) else {
        bail!("{}", problems.join("; "));
    };
    let from = options
        .from
        .as_deref()
        .unwrap_or(Path::new(&record.document));
    let base = match &options.against {
        Some(path) => match read_revision(root, path)? {
            Some(read) => read,
            None => read(path, limits)?,
        },
        None => Read::of(DOCUMENT, &vendored.document)?,
    };
    let revision = read(from, limits)?;
    let operations = record.operations.into_keys().collect();
    let comparison = Comparison {
        root,
        overlays: &vendored.overlays,
        manifest: manifest.as_ref(),
        operations: (!options.all).then_some(operations),
    };
    let mut report = comparison.report(&base, &revision)?;
    if options.full {
        report.show_in_full();
    }
    let outcome = if report.reaches(threshold(options.fail_on)) {
        Outcome::NeedsAttention
    } else {
        Outcome::Well
    };
    Ok((report.write(format(options.format)), outcome))
}

/// Returns true if the output is a terminal and the user accepts colors: <https://no-color.org>.
fn is_colored() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stdout().is_terminal()
}
