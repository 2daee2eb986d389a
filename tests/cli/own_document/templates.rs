//! Templates of bodies, for each operation of our own documents.

use std::path::{Path, PathBuf};

use super::file;
use crate::support::{Program, Ran};

fn documents() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec![
        tests.join("own-document/amounts.yaml"),
        tests.join("own-document/api.yaml"),
    ];
    let folder = tests.join("../xtask/conformance/documents");
    let entries = std::fs::read_dir(folder).unwrap();
    documents.extend(entries.map(|entry| entry.unwrap().path()));
    documents
}

fn run(document: &Path, arguments: &[&str]) -> Ran {
    let document = document.to_str().unwrap();
    Program::without_credentials(&[&["--openapi", document], arguments].concat()).run()
}

/// Returns the operations that have a template, according to the completions.
fn commands(document: &Path) -> Vec<String> {
    let script = run(document, &["completions", "fish"]).stdout;
    let lines = script.lines().filter_map(|line| {
        let (condition, _) = line.split_once("\" -l json-body-template ")?;
        condition.rsplit(' ').next().map(str::to_owned)
    });
    lines.collect()
}

/// Returns values for the flags that a usage error lists as missing.
fn missing(stderr: &str) -> Vec<&str> {
    let listed = stderr.lines().filter_map(|line| line.strip_prefix("  --"));
    let flags = listed.filter_map(|it| it.strip_suffix('>')?.split_once(" <"));
    let values = flags.flat_map(|(name, kind)| {
        let value = match kind {
            "TEXT" => "0f8fad5b-d9cb-469f-a165-70867728950e",
            "DATE-TIME" => "2026-01-01T00:00:00Z",
            "BOOLEAN" => "true",
            _ => "1",
        };
        let start = stderr.find(&format!("--{name} <")).unwrap();
        [&stderr[start..start + 2 + name.len()], value]
    });
    values.collect()
}

#[test]
fn mock_accepts_the_template_of_every_operation() {
    let mut accepted = 0;
    for document in documents() {
        for command in commands(&document) {
            let template = run(&document, &[&command, "--json-body-template"]);
            let case = format!("{} {command}", document.display());
            assert_eq!(template.code, Some(0), "{case}: {template:?}");
            let body = file(&format!("template-{command}.json"), &template.stdout);
            let call = [&command, "--mock", "--json-body", body.to_str().unwrap()];
            let mut ran = run(&document, &call);
            if ran.code == Some(2) {
                let stderr = ran.stderr;
                ran = run(&document, &[&call, &missing(&stderr)[..]].concat());
            }
            assert_eq!(ran.code, Some(0), "{case}: {template:?} {ran:?}");
            accepted += 1;
        }
    }
    assert!(accepted > 30, "{accepted}");
}
