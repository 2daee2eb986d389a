//! The folders of cases and their expectations.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use trackstar_openapi::{Source, parse};

use crate::merge::{APART, merged};

pub(crate) fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(case)
}

/// Returns all cases except those with a separate client.
pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(folder("")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| APART.iter().all(|(apart, _)| name != apart))
        .collect();
    names.sort();
    assert!(names.len() > 80, "only {} cases were found", names.len());
    names
}

/// Returns the bases or the revisions of all cases as one document.
pub(crate) fn document(side: &str) -> Value {
    let names = names();
    let documents = names.iter().map(|case| {
        let name = format!("{side}.yaml");
        let text = fs::read_to_string(folder(case).join(&name)).unwrap();
        let source = Source {
            name: &name,
            text: &text,
        };
        (case.as_str(), parse(source).unwrap())
    });
    merged(documents)
}

/// The part of an expectation that execution can show.
#[derive(Debug, Deserialize)]
pub(crate) struct Expected {
    pub(crate) rule: String,
    pub(crate) direction: String,
    pub(crate) wire: String,
    pub(crate) source: String,
}

pub(crate) fn expected(case: &str) -> Vec<Expected> {
    let text = fs::read(folder(case).join("expected.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}
