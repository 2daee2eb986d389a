//! Tests that a case covers each row of the table that exists only in OpenAPI 3.1.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Down, Kind, Version, visit};
use crate::pointer::{JsonPointer, below};
use crate::{Source, parse};

const KINDS: [Kind; 8] = [
    Kind::Document,
    Kind::Info,
    Kind::License,
    Kind::Components,
    Kind::Schema,
    Kind::Reference,
    Kind::Operation,
    Kind::SecurityScheme,
];

/// Collects the rows that a case covers: rows with a note or a problem at the location of the field, or,
/// for rows without either, the fields of a document that can be prepared.
fn shown(folder: &Path, rows: &mut BTreeSet<String>) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let text = read("input.yaml").unwrap_or_default();
    let source = Source {
        name: "input.yaml",
        text: &text,
    };
    let Ok(document) = parse(source) else { return };
    if document["openapi"].as_str().and_then(Version::of) != Some(Version::V31) {
        return;
    }
    let (notes, error) = (read("notes.txt"), read("error.txt"));
    let told = |text: Option<&String>, part: &str| {
        text.is_some_and(|text| text.lines().any(|line| line.contains(part)))
    };
    let mut trail = JsonPointer::default();
    visit(
        Kind::Document,
        &document,
        Version::V31,
        &mut trail,
        &mut |node, trail| {
            for key in node.value.as_object().into_iter().flat_map(|it| it.keys()) {
                let Some(field) = row(node.kind, key) else {
                    continue;
                };
                let place = below(trail.as_str(), &[key]);
                let note = format!("{place}: ");
                let problem = format!(": at {place}: ");
                let shows = match field {
                    Down::Weakened | Down::Lost(_) | Down::Optional(_) => {
                        told(notes.as_ref(), &note)
                    }
                    Down::Refused(_) => told(error.as_ref(), &problem),
                    Down::Same | Down::Rewritten | Down::Dropped => error.is_none(),
                };
                if shows {
                    rows.insert(format!("{:?} {key}", node.kind));
                }
            }
        },
    );
}

/// Returns the downgrade of a field that exists only in OpenAPI 3.1.
fn row(kind: Kind, key: &str) -> Option<Down> {
    let mut fields = kind.fields().iter();
    fields
        .find(|field| field.name == key && field.only == Some(Version::V31))
        .map(|field| field.down)
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test should be visible")]
fn every_field_of_3_1_has_a_case() {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let Ok(folders) = fs::read_dir(cases) else {
        eprintln!("skipped: the cases are not in the package");
        return;
    };
    let mut rows = BTreeSet::new();
    for folder in folders {
        shown(&folder.expect("the folder is readable").path(), &mut rows);
    }
    let mut wanted = BTreeSet::new();
    for kind in KINDS {
        for field in kind.fields() {
            if field.only == Some(Version::V31) {
                wanted.insert(format!("{kind:?} {}", field.name));
            }
        }
    }
    let missing: Vec<_> = wanted.difference(&rows).collect();
    assert!(missing.is_empty(), "no case covers {missing:?}");
}

#[test]
fn all_kinds_with_fields_of_3_1_are_checked() {
    // The list above is written by hand, because the variants of an enum cannot be enumerated.
    let mut seen = BTreeSet::new();
    let document = Value::Null;
    let mut todo = vec![Kind::Document, Kind::Reference];
    while let Some(kind) = todo.pop() {
        if !seen.insert(format!("{kind:?}")) {
            continue;
        }
        assert_eq!(kind.as_written(&document), kind);
        let own = kind
            .fields()
            .iter()
            .any(|field| field.only == Some(Version::V31));
        assert!(!own || KINDS.contains(&kind), "{kind:?} is missing");
        for field in kind.fields() {
            use super::Shape::{List, Map, Node};
            if let Node(kind) | List(kind) | Map(kind) = field.shape {
                todo.push(kind);
            }
        }
        todo.extend([Kind::PathItem, Kind::Callback, Kind::Response]);
    }
    assert!(seen.len() > 25, "only {} kinds were found", seen.len());
}
