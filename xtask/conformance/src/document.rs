//! Tests one document from its text to its report.

use std::path::Path;

use anyhow::Context;
use trackstar_conformance::driver::Workspace;
use trackstar_openapi::{Overlay, Preparation, Source, vendored};

use crate::client::Started;
use crate::mock::Mock;
use crate::operations::TestRun;
use crate::published::Published;
use crate::report::{FailureKind, Report};
use crate::{children, spec};
use trackstar_mock::document::Document;

/// Builds the client of the document and calls all of its operations.
pub(crate) fn test(
    workspace: &Workspace,
    path: &Path,
    progress: &mut impl FnMut(&str),
) -> anyhow::Result<Report> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("failed to read {}", path.display()))?;
    let mut report = Report {
        name: name.to_string(),
        ..Report::default()
    };
    let mut fail = |kind: FailureKind, what: &str, text: String| {
        report.fail("the document", kind, what, "", text);
    };
    let document = match read(&name, &text) {
        Ok(document) => document,
        Err(error) => {
            fail(
                FailureKind::Preparation,
                "it cannot be read",
                error.to_string(),
            );
            return Ok(report);
        }
    };
    let source = Source {
        name: &name,
        text: &text,
    };
    let notes = match Preparation::new(source)
        .overlays(vendored::OVERLAYS)
        .lenient()
        .run()
    {
        Ok(prepared) => prepared.notes().to_vec(),
        Err(error) => {
            fail(
                FailureKind::Preparation,
                "it cannot be prepared",
                error.to_string(),
            );
            report.operations = spec::operations(&document.value).len();
            return Ok(report);
        }
    };
    progress(&format!("{name}: building the client"));
    let path = path.canonicalize().context("failed to find the document")?;
    let client = match workspace.build(&path)? {
        Ok(client) => client,
        Err(text) => {
            fail(FailureKind::Build, "its client is not built", text);
            report.operations = spec::operations(&document.value).len();
            return Ok(report);
        }
    };
    let published = Published::new(document)?;
    let mock = Mock::start()?;
    let mut run = TestRun {
        client: Started::new(client, mock.base_url())?,
        mock,
        published: &published,
        report,
    };
    run.operations(&notes, progress)?;
    Ok(run.report)
}

/// Reads a published document and applies the corrections of wrong or missing statements. The oracle
/// shares nothing else with the preparation.
pub(crate) fn read(name: &str, text: &str) -> anyhow::Result<Document> {
    let mut value = trackstar_openapi::parse(Source { name, text })?;
    for corrections in vendored::CORRECTIONS {
        // Actions that do not apply are about another document.
        let _passed_over = Overlay::parse(*corrections)?.apply(&mut value);
    }
    let mut document =
        Document::new(value).with_context(|| format!("{name} cannot be judged by"))?;
    children::write_out(&mut document.value);
    Ok(document)
}
