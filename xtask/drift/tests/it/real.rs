//! Whole documents: our own and those of the API.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use trackstar_drift::{Format, Report, Scope, Subject, compare, texts};

use crate::{corrected, path, read, shared};

/// Returns the documents of a folder with the overlays applied.
pub(crate) fn documents(folder: &Path) -> Vec<(PathBuf, Value)> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|it| it == "json" || it == "yaml")
    });
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let (document, _) = corrected(read(&file));
            (file, document)
        })
        .collect()
}

fn every_pair_of(folder: &Path) {
    let documents = documents(folder);
    assert!(documents.len() > 1);
    let documents: Vec<(&Path, Subject<'_>)> = documents
        .iter()
        .map(|(name, document)| (name.as_path(), Subject::of(document)))
        .collect();
    for (base_name, base) in &documents {
        for (revision_name, revision) in &documents {
            let begun = Instant::now();
            let findings = base.compare(revision, &Scope::All).unwrap();
            // The limit is a hundred times the usual time, because this is not a benchmark and machines
            // differ.
            assert!(begun.elapsed() < Duration::from_secs(30));
            let unknown = findings.iter().find(|it| it.rule == "unknown-keyword");
            assert_eq!(
                unknown,
                None,
                "{} and {}",
                base_name.display(),
                revision_name.display()
            );
            assert_eq!(findings.is_empty(), base_name == revision_name);
            let fingerprints: BTreeSet<&String> =
                findings.iter().map(|it| &it.fingerprint).collect();
            assert_eq!(fingerprints.len(), findings.len(), "each is one finding");
        }
    }
}

#[test]
fn published_documents_can_be_compared() {
    if let Some(folder) = shared("specs") {
        every_pair_of(&folder);
    }
}

#[test]
fn published_step_fits_one_screen() {
    let Some(folder) = shared("specs") else {
        return;
    };
    let documents = documents(&folder);
    for pair in documents.windows(2) {
        let (base, revision) = (&pair[0].1, &pair[1].1);
        let findings = compare(base, revision, &Scope::All).unwrap();
        assert!(findings.len() > 500, "only {} findings", findings.len());
        let mut report = Report::new(findings);
        report.add_texts(texts(base, revision, &Scope::All));
        let text = report.write(Format::Text);
        assert!(text.lines().count() <= 40, "{text}");
        assert!(text.contains("; --full shows every finding\n"), "{text}");
    }
}

#[test]
fn own_documents_can_be_compared() {
    every_pair_of(&path("../conformance/documents"));
}

#[test]
fn vendored_document_has_no_drift_from_itself() {
    let (document, notes) = corrected(read(&path("../../openapi/trackstar.yaml")));
    assert_eq!(notes, []);
    let scope = Scope::of(["DELETE /connections"]);
    assert_eq!(compare(&document, &document, &scope).unwrap(), []);
    let error = compare(&document, &document, &Scope::of(["GET /nowhere"])).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("neither document has the operation GET /nowhere")
    );
}
