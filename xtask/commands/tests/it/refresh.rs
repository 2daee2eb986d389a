//! Tests of `refresh`, run as a program.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{backwards, snapshot, upstream};
use crate::{Copy, Ran};

impl Copy {
    /// Writes a file next to the copy of `openapi/`, and returns its path.
    pub(crate) fn source(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Writes a document that changes the vendored files, and returns its path.
    pub(crate) fn changed(&self) -> String {
        let document = upstream().to_string().replace("Whether or not", "Whether");
        self.source("changed.json", &document)
    }

    pub(crate) fn refresh(&self, arguments: &[&str]) -> Ran {
        self.xtask(&[&["refresh"], arguments].concat())
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

/// Checks that a refresh succeeds.
pub(crate) fn well(ran: &Ran) {
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

/// Checks that a refresh fails with the messages and changes nothing.
pub(crate) fn refused(copy: &Copy, arguments: &[&str], expected: &[&str]) {
    let before = snapshot(&copy.path(""));
    let ran = copy.refresh(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""), "{}", ran.out);
    for expected in expected {
        assert!(ran.out.contains(expected), "{expected}\n{}", ran.out);
    }
    assert!(ran.out.ends_with("nothing was written\n"), "{}", ran.out);
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn vendors_the_slice_of_a_larger_document() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let source = copy.source("upstream.json", &upstream().to_string());
    let ran = copy.refresh(&["--from", &source]);
    well(&ran);
    let expected = "(JSON)\nvendored operations: 1, of which unchanged: 1\n2 more operations are \
                    available: cargo xtask refresh --list\nthe vendored files are up to date: \
                    nothing was written\n";
    assert!(ran.out.ends_with(expected), "{}", ran.out);
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn refresh_is_idempotent_and_ignores_order() {
    let copy = Copy::new();
    let source = copy.source("upstream.json", &upstream().to_string());
    let ran = copy.refresh(&["--from", &source, "--all"]);
    well(&ran);
    assert!(
        ran.out.contains("  added    GET /connections\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("vendored operations: 3, of which unchanged: 1\n"),
        "{}",
        ran.out
    );
    well(&copy.xtask(&["check"]));
    let first = snapshot(&copy.path(".."));

    let shuffled = backwards(&upstream());
    assert_ne!(shuffled, upstream().to_string());
    let shuffled = copy.source("shuffled.json", &shuffled);
    let yaml = copy.source("again.yaml", &copy.text("trackstar.yaml"));
    for source in [&source, &shuffled, &yaml] {
        well(&copy.refresh(&["--from", source]));
        let now = snapshot(&copy.path(".."));
        let ours = |name: &&String| name.starts_with("openapi") || *name == "Cargo.toml";
        for name in first.keys().chain(now.keys()).filter(ours) {
            assert!(first.get(name) == now.get(name), "{source} changed {name}");
        }
    }
    // The folder has no additional files.
    assert_eq!(fs::read_dir(copy.path("")).unwrap().count(), 4);
}

#[test]
fn writes_the_slice_its_record_and_its_golden_file() {
    let copy = Copy::new();
    let document = upstream().to_string().replace("Whether or not", "Whether");
    let source = copy.source("folder/new.json", &document);
    let ran = copy.refresh(&["--from", &source]);
    well(&ran);
    assert!(
        ran.out.contains("  changed  DELETE /connections\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("wrote openapi/trackstar.yaml, openapi/source.toml, openapi/prepared.json"),
        "{}",
        ran.out
    );
    let yaml = copy.text("trackstar.yaml");
    assert!(
        yaml.contains("description: Whether the object was deleted.\n"),
        "{yaml}"
    );
    for absent in ["Parcel", "ConnectionList", "Unreached", "get_connections"] {
        assert!(!yaml.contains(absent), "{absent} is in\n{yaml}");
    }
    let golden: Value = serde_json::from_str(&copy.text("prepared.json")).unwrap();
    let schema = &golden["components"]["schemas"]["DeleteConnectionResponse"];
    assert_eq!(
        schema["properties"]["deleted"]["description"],
        "Whether the object was deleted."
    );
    // The file is the only source, and the record does not contain its folder.
    let record = copy.text("source.toml");
    // The version of the crates names the document.
    let (_, date) = record.split_once("\ndate = ").unwrap();
    let (date, _) = date.split_once('\n').unwrap();
    let version = format!("+0.1.0.{}\"\n", date.replace('-', ""));
    assert!(copy.text("../Cargo.toml").contains(&version), "{version}");
    for expected in [
        "# The source and the contents of `trackstar.yaml`",
        "document = \"https://production.trackstarhq.com/openapi.json\"\n",
        "\n[retrieved]\n# The name of the file.\nfile = \"new.json\"\n",
        "format = \"JSON\"\n",
        "\"DELETE /connections\" = \"",
    ] {
        assert!(record.contains(expected), "{expected}\n{record}");
    }
    for absent in ["url =", copy.0.path().to_str().unwrap()] {
        assert!(!record.contains(absent), "{absent}\n{record}");
    }
    well(&copy.xtask(&["check"]));
}

#[test]
fn adds_a_changelog_entry_on_request() {
    let copy = Copy::new();
    let changelog = "# Changelog\n\n## [Unreleased]\n\n### Upstream\n\n- Older.\n";
    let path = copy.source("CHANGELOG.md", changelog);
    let source = copy.changed();
    let all = ["--from", &source, "--all", "--changelog"];
    well(&copy.refresh(&[&all[..], &["--dry-run"]].concat()));
    assert_eq!(fs::read_to_string(&path).unwrap(), changelog);
    well(&copy.refresh(&all));
    let record = copy.text("source.toml");
    let (_, date) = record.split_once("\ndate = ").unwrap();
    let (date, _) = date.split_once('\n').unwrap();
    let expected = format!(
        "# Changelog\n\n## [Unreleased]\n\n### Upstream\n\n- As of {date}: added `GET /connections`, \
         `GET /parcels/{{id}}`; changed `DELETE /connections`.\n- Older.\n"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    // A second refresh changes nothing.
    well(&copy.refresh(&all));
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn shows_changed_texts_before_vendoring_them() {
    let copy = Copy::new();
    let mut document = upstream();
    let operation = &mut document["paths"]["/connections"]["delete"];
    operation["description"] = json!("> ```\n> run!();\n> ```\n\u{1b}[2J\u{202e}");
    let source = copy.source("new.json", &document.to_string());
    let shown = "  changed  DELETE /connections\n";
    let headline = "\n1 of 3 operations compared, 1 finding: on the wire 1 documentation; in source 1 \
                    documentation. Next version: ";
    let diff = "1 text changed:\n  /paths/~1connections/delete/description\n    - Deletes the connection \
                associated with your access token.\n    + > ```\n    + > run!();\n    + > ```\n    \
                + \\u{1b}[2J\\u{202e}\n\n";
    for options in [&["--dry-run"][..], &[]] {
        let ran = copy.refresh(&[&["--from", &source][..], options].concat());
        well(&ran);
        assert!(ran.out.contains(shown), "{}", ran.out);
        assert!(ran.out.contains(headline), "{}", ran.out);
        assert!(ran.out.contains(diff), "{}", ran.out);
    }
    // A second refresh changes nothing.
    let ran = copy.refresh(&["--from", &source]);
    assert!(!ran.out.contains("text changed"), "{}", ran.out);
}

#[test]
fn error_shows_hidden_characters_of_names_on_one_line() {
    let copy = Copy::new();
    let mut document = upstream();
    let operation = &mut document["paths"]["/connections"]["delete"];
    operation["odd\n```\n::error::x\u{1b}[2J\u{202e}"] = json!(1);
    let source = copy.source("new.json", &document.to_string());
    let ran = copy.refresh(&["--from", &source]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.out.contains("\\u{1b}[2J\\u{202e}"), "{}", ran.out);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{}", ran.out);
    let free = |line: &str| line.starts_with(['`', ':', '@']);
    assert!(!ran.out.lines().any(free), "{}", ran.out);
}

#[test]
fn shows_texts_of_new_operations() {
    let copy = Copy::new();
    let mut document = upstream();
    document["paths"]["/connections"]["get"]["description"] = json!("Lists them.");
    let source = copy.source("new.json", &document.to_string());
    let ran = copy.refresh(&["--from", &source, "--add", "GET /connections", "--dry-run"]);
    well(&ran);
    let diff = "  /paths/~1connections/get/description\n    + Lists them.\n";
    assert!(ran.out.contains(diff), "{}", ran.out);
}

#[test]
fn detects_an_altered_record() {
    let copy = Copy::new();
    let hash = "\"DELETE /connections\" = \"";
    copy.edit("source.toml", hash, &format!("{hash}0"));
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    let expected = "what openapi/trackstar.yaml says of DELETE /connections has sha256 ";
    assert!(ran.out.contains(expected), "{}", ran.out);
}

#[test]
fn dry_run_prints_the_same_and_writes_nothing() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let source = copy.source("upstream.json", &upstream().to_string());
    let ran = copy.refresh(&["--from", &source, "--add", "get /connections", "--dry-run"]);
    well(&ran);
    assert!(
        ran.out.contains("  added    GET /connections\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.ends_with("nothing was written (--dry-run)\n"),
        "{}",
        ran.out
    );
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn reports_all_problems_of_a_slice_that_does_not_prepare() {
    let copy = Copy::new();
    let mut document = upstream();
    let schemas = &mut document["components"]["schemas"];
    schemas["DeleteConnectionResponse"]["properties"]["id"]["tpye"] = json!("string");
    schemas["DeleteConnectionResponse"]["properties"]["object"]["$dynamicRef"] = json!("#x");
    // No vendored operation refers to this schema.
    schemas["Parcel"]["tpye"] = json!("object");
    let source = copy.source("upstream.json", &document.to_string());
    refused(
        &copy,
        &["--from", &source],
        &[
            "/components/schemas/DeleteConnectionResponse/properties/id/tpye",
            "/components/schemas/DeleteConnectionResponse/properties/object/$dynamicRef",
        ],
    );
    let ran = copy.refresh(&["--from", &source]);
    assert!(!ran.out.contains("Parcel"), "{}", ran.out);
}

#[test]
fn reports_and_drops_stale_overlay_actions() {
    let copy = Copy::new();
    let document = upstream()
        .to_string()
        .replace("delete_delete_connection", "delete_connection");
    let source = copy.source("upstream.json", &document);
    let ran = copy.refresh(&["--from", &source]);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""), "{}", ran.out);
    for expected in [
        "wrote openapi/trackstar.yaml",
        "openapi/overlays/generator.yaml:26:5: at /actions/2/update: action 3 (target \
         `$.paths['/connections'].delete`): the update changes nothing; remove the action",
        "`cargo xtask check --drop-stale`",
    ] {
        assert!(ran.out.contains(expected), "{expected}\n{}", ran.out);
    }
    assert_eq!(copy.xtask(&["check"]).code, 4);

    let overlay = copy.text("overlays/generator.yaml");
    let other = copy.text("overlays/upstream.yaml");
    let ran = copy.xtask(&["check", "--drop-stale"]);
    well(&ran);
    let dropped = "removed from openapi/overlays/generator.yaml: action 3 (target \
                   `$.paths['/connections'].delete`): the update changes nothing\n";
    assert!(ran.out.starts_with(dropped), "{}", ran.out);
    let (before, rest) = overlay
        .split_once("  - target: $.paths['/connections'].delete\n")
        .unwrap();
    let (_, after) = rest.split_once("  - target: ").unwrap();
    let expected = format!("{before}  - target: {after}");
    assert_eq!(copy.text("overlays/generator.yaml"), expected);
    assert_eq!(copy.text("overlays/upstream.yaml"), other);
}

#[test]
fn reports_unreadable_files_before_any_request() {
    for name in ["source.toml", "overlays/upstream.yaml"] {
        let copy = Copy::new();
        fs::remove_file(copy.path(name)).unwrap();
        refused(
            &copy,
            &["--from", "https://example.invalid/"],
            &[
                &format!("openapi/{name} cannot be read"),
                "restore it with git",
            ],
        );
    }
    // A refresh repairs a broken or missing document.
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let source = copy.source("upstream.json", &upstream().to_string());
    fs::remove_file(copy.path("trackstar.yaml")).unwrap();
    fs::write(copy.path("prepared.json"), "{").unwrap();
    well(&copy.refresh(&["--from", &source]));
    let names = ["trackstar.yaml", "prepared.json"];
    assert!(
        names
            .iter()
            .all(|name| fs::read(copy.path(name)).unwrap() == before[*name])
    );
}

#[test]
#[allow(clippy::print_stderr, reason = "what is skipped is said aloud")]
fn vendors_published_documents_completely() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs");
    if !folder.exists() {
        eprintln!("SKIPPED: no published documents are at hand");
        return;
    }
    for (name, beyond) in [
        ("trackstar-2024-07-02.json", 58),
        ("trackstar-2025-03-13.json", 73),
        ("trackstar-2025-10-13.json", 81),
    ] {
        let copy = Copy::new();
        let source = folder.join(name).display().to_string();
        let ran = copy.refresh(&["--from", &source, "--list"]);
        well(&ran);
        assert_eq!(ran.out.lines().count(), beyond, "{name}");
        // The document has webhooks, so the overlay for documents without webhooks does not apply.
        let ran = copy.refresh(&["--from", &source, "--all"]);
        assert_eq!(ran.code, 4, "{}", ran.out);
        assert!(
            ran.out.contains("the document already contains the value"),
            "{}",
            ran.out
        );
        well(&copy.xtask(&["check", "--drop-stale"]));
        let first = snapshot(&copy.path(""));
        let text = fs::read_to_string(&source).unwrap();
        let shuffled = backwards(&serde_json::from_str(&text).unwrap());
        let shuffled = copy.source("shuffled.json", &shuffled);
        well(&copy.refresh(&["--from", &shuffled]));
        assert!(
            snapshot(&copy.path("")) == first,
            "{name}: a file is different"
        );
    }
}
