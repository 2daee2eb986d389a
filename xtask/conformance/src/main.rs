//! Calls every operation of a document's client with a mock server that enforces the original document.
//!
//! For each document, this program prepares it, and generates and compiles the client as a user does. It
//! makes calls with everything that the document allows, checks every request with the published
//! document, sends responses with everything that the document allows and with additions that a later
//! server may make, and compares the decoded values with the sent ones. It has a separate implementation
//! of serialization, media types, servers and discriminators from the OpenAPI specification, which shares
//! nothing with the client or its preparation.

mod accept;
mod arguments;
mod bare;
mod bodies;
mod call;
mod children;
mod client;
mod declared;
mod document;
mod equivalence;
mod mismatch;
mod mock;
#[cfg(test)]
mod mutants;
mod mutations;
mod operations;
mod oracle;
mod pages;
mod published;
mod report;
mod request_generator;
mod response_generator;
mod spec;
mod style;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use trackstar_conformance::driver::Workspace;

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    let paths = std::env::args_os().skip(1).map(PathBuf::from);
    match run(paths, &mut out, &mut err) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // If standard error is closed too, there is no way to report the error.
            let _gone = writeln!(err, "error: {error:#}");
            ExitCode::from(100)
        }
    }
}

/// Tests the documents. A path to a folder stands for the documents in it. Returns true if every client
/// does everything that its document promises.
fn run(
    paths: impl Iterator<Item = PathBuf>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> anyhow::Result<bool> {
    let mut documents = Vec::new();
    for path in paths {
        documents.extend(documents_of(&path)?);
    }
    if documents.is_empty() {
        bail!("name a document, or a folder of them");
    }
    let workspace = Workspace::find()?;
    let mut reports = Vec::new();
    for document in documents {
        let mut progress = |text: &str| {
            // A closed output does not stop the run.
            let _gone = writeln!(err, "{text}");
        };
        let report = document::test(&workspace, &document, &mut progress)
            .with_context(|| format!("failed to test {}", document.display()))?;
        report.write(out)?;
        reports.push(report);
    }
    report::totals(&reports, out)?;
    Ok(reports.iter().all(|report| report.failures.is_empty()))
}

/// Returns the path itself, or every `*.json`, `*.yaml` and `*.yml` in the folder, but not in its folders.
fn documents_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let failed = || format!("failed to read {}", path.display());
    if !std::fs::metadata(path).with_context(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries =
        std::fs::read_dir(path).and_then(std::iter::Iterator::collect::<Result<Vec<_>, _>>);
    let paths = entries
        .with_context(failed)?
        .into_iter()
        .map(|entry| entry.path());
    let is_document = |path: &PathBuf| {
        let extension = path.extension().and_then(|it| it.to_str());
        path.is_file() && matches!(extension, Some("json" | "yaml" | "yml"))
    };
    let mut documents: Vec<PathBuf> = paths.filter(is_document).collect();
    if documents.is_empty() {
        bail!("{} holds no *.json, *.yaml or *.yml", path.display());
    }
    documents.sort();
    Ok(documents)
}
