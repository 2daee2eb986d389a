//! The set of vendored operations: listed, added, removed, missing upstream.

use serde_json::json;

use crate::Copy;
use crate::refresh::{refused, well};
use crate::support::{snapshot, upstream};

#[test]
fn operations_are_listed_added_by_name_and_by_tag_and_removed() {
    let copy = Copy::new();
    let source = copy.source("upstream.json", &upstream().to_string());
    let before = snapshot(&copy.path(""));
    let ran = copy.refresh(&["--from", &source, "--list"]);
    well(&ran);
    assert_eq!(
        ran.out,
        "GET /connections  [Auth, Admin]  List Connections\nGET /parcels/{id}  [Parcels]\n"
    );
    assert!(snapshot(&copy.path("")) == before, "a file is different");

    well(&copy.refresh(&["--from", &source, "--add-tag", "Parcels"]));
    let yaml = copy.text("trackstar.yaml");
    assert!(
        yaml.contains("tags:\n- name: Parcels\n  description: What is sent.\n"),
        "{yaml}"
    );
    assert!(
        yaml.contains("    Parcel:\n") && !yaml.contains("ConnectionList"),
        "{yaml}"
    );

    let both = [
        "--from",
        &source,
        "--add",
        "GET /connections",
        "--remove",
        "get /parcels/{id}",
    ];
    let ran = copy.refresh(&both);
    well(&ran);
    for expected in [
        "  added    GET /connections\n",
        "  removed  GET /parcels/{id}\n",
        "1 more operation is available",
    ] {
        assert!(ran.out.contains(expected), "{}", ran.out);
    }
    let yaml = copy.text("trackstar.yaml");
    assert!(
        !yaml.contains("Parcel") && yaml.contains("    ConnectionList:\n"),
        "{yaml}"
    );
    well(&copy.xtask(&["check"]));
}

#[test]
fn names_operations_missing_upstream_with_advice() {
    let copy = Copy::new();
    let mut document = upstream();
    document["paths"]["/connections"]
        .as_object_mut()
        .unwrap()
        .remove("delete");
    let source = copy.source("upstream.json", &document.to_string());
    refused(
        &copy,
        &["--from", &source, "--add", "GET /nowhere"],
        &[
            "upstream no longer has the vendored operation `DELETE /connections`",
            "`cargo xtask refresh --remove 'DELETE /connections'`",
            "upstream has no operation `GET /nowhere`",
        ],
    );
}

#[test]
fn add_then_remove_restores_every_byte() {
    let copy = Copy::new();
    let source = copy.source("upstream.json", &upstream().to_string());
    well(&copy.refresh(&["--from", &source, "--add", "GET /connections"]));
    // The source was read on another day.
    let record = copy.text("source.toml");
    let (_, date) = record.split_once("\ndate = ").unwrap();
    let (date, _) = date.split_once('\n').unwrap();
    copy.edit(
        "source.toml",
        &format!("date = {date}"),
        "date = 2026-01-02",
    );
    well(&copy.xtask(&["check", "--update"]));
    assert!(copy.text("../Cargo.toml").contains("+0.1.0.20260102\"\n"));
    let before = snapshot(copy.0.path());

    well(&copy.refresh(&["--from", &source, "--add", "GET /parcels/{id}"]));
    well(&copy.xtask(&["check"]));
    assert!(snapshot(copy.0.path()) != before);
    well(&copy.refresh(&["--from", &source, "--remove", "GET /parcels/{id}"]));
    assert!(snapshot(copy.0.path()) == before, "a file is different");

    // The bytes or the source differ, so the retrieval has a new date.
    let other = copy.source("other.json", &upstream().to_string());
    well(&copy.refresh(&["--from", &other, "--add", "GET /parcels/{id}"]));
    let record = copy.text("source.toml");
    assert!(record.contains("file = \"other.json\"\n"), "{record}");
    assert!(!record.contains("date = 2026-01-02"), "{record}");
}

#[test]
fn shows_the_same_report_as_drift() {
    let copy = Copy::new();
    let mut document = upstream();
    let schemas = &mut document["components"]["schemas"];
    schemas["DeleteConnectionResponse"]["properties"]["deleted"]["type"] = json!("string");
    let source = copy.source("new.json", &document.to_string());
    let finding = "DELETE /connections\n  wire breaks, source breaks: `deleted`: the type was boolean and \
                   is string\n";
    let drift = copy.xtask(&["drift", "--from", &source]);
    assert!(drift.out.contains(finding), "{}", drift.out);
    let ran = copy.refresh(&["--from", &source, "--dry-run"]);
    well(&ran);
    assert!(ran.out.contains(finding), "{}", ran.out);
    let headline = drift.out.lines().next().unwrap();
    assert!(ran.out.contains(headline), "{headline}: {}", ran.out);
    let ran = copy.refresh(&["--from", &source, "--add", "GET /connections", "--dry-run"]);
    let added = "the operation GET /connections is new";
    assert!(ran.out.contains(added), "{}", ran.out);
}
