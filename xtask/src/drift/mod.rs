//! `cargo xtask drift`: compares two documents and reports what the changes break in this client.

mod report;
mod source;

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};
use trackstar_drift::{Format, Rule, Threshold};

use crate::limits::LimitOptions;
use crate::manifest::Manifest;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::sources::Limits;
use crate::staging;
use crate::vendored::{DOCUMENT, Vendored};
pub(crate) use report::Comparison;
pub(crate) use source::Read;
use source::{read, read_revision};

/// Report what changed between two documents, and what that breaks
///
/// A change may break deployed clients (wire), or code that is compiled again (source). By default,
/// compares the upstream document with the vendored one.
#[derive(Debug, Args)]
pub(crate) struct DriftArgs {
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
    /// Compare all operations and webhooks instead of only the vendored ones
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
    Html,
}

impl FormatName {
    fn format(self) -> Format {
        match self {
            Self::Text if is_colored() => Format::ColoredText,
            Self::Text => Format::Text,
            Self::Json => Format::Json,
            Self::Markdown => Format::Markdown,
            Self::Github => Format::Github,
            Self::Html => Format::Html,
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
    let limits = options.limits.start();
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
    let outcome = if report.reaches(options.fail_on.threshold()) {
        Outcome::NeedsAttention
    } else {
        Outcome::Well
    };
    Ok((report.write(options.format.format()), outcome))
}

/// Returns true if the output is a terminal and the user accepts colors: <https://no-color.org>.
fn is_colored() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stdout().is_terminal()
}
