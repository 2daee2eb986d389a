//! Tests of `cargo xtask drift`.

use std::fs;

use serde_json::json;

use crate::support::upstream;
use crate::{Copy, Ran, run};

/// Compares an edited copy of the vendored document with the vendored one.
fn against(copy: &Copy, edits: &[(&str, &str)], options: &[&str]) -> Ran {
    let mut text = fs::read_to_string(copy.path("trackstar.yaml")).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "the document does not hold {from:?}");
        text = text.replacen(from, to, 1);
    }
    let file = copy.path("upstream.yaml");
    fs::write(&file, text).unwrap();
    copy.xtask(&[&["drift", "--from", file.to_str().unwrap()], options].concat())
}

const BREAKS: (&str, &str) = (
    "was deleted.\n          type: boolean",
    "was deleted.\n          type: string",
);
const PROSE: (&str, &str) = ("Deletes the connection", "Removes the connection");
/// Code needs another name, and deployed clients are not affected.
const SOURCE: (&str, &str) = (
    "      - id\n      - object\n",
    "      - id\n      - object\n      - note\n",
);

#[test]
fn document_has_no_drift_from_itself() {
    let copy = Copy::new();
    let ran = against(&copy, &[], &[]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "1 of 1 operation compared: no drift\n", "")
    );
}

#[test]
fn reports_a_break_with_its_operation_and_ignores_prose() {
    let copy = Copy::new();
    let ran = against(&copy, &[BREAKS, PROSE], &[]);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""));
    for part in [
        "DELETE /connections\n",
        "wire breaks, source breaks: `deleted`: the type was boolean and is string",
        "/components/schemas/DeleteConnectionResponse/properties/deleted",
        "1 change of documentation",
        "1 of 1 operation compared, 2 findings: on the wire 1 breaks, 1 documentation; in source",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in\n{}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "a pipe is no terminal");
    let ran = against(&copy, &[PROSE], &[]);
    assert_eq!(ran.code, 0);
    let headline = ran.out.lines().next().unwrap();
    assert!(headline.contains("Next version: "), "{headline}");
}

#[test]
fn shows_changed_prose_with_its_location() {
    let copy = Copy::new();
    let quoted = (
        "Deletes the connection",
        "Removes the connection\n\n        > ```\n\n        > run!();\n\n        > ```\n\n        of",
    );
    let ran = against(&copy, &[quoted], &[]);
    assert_eq!(ran.code, 0);
    for line in [
        "1 text changed:\n",
        "  /paths/~1connections/delete/description\n",
        "    - Deletes the connection associated with your access token.\n",
        "    + Removes the connection\n",
        "    + > ```\n    + > run!();\n    + > ```\n",
    ] {
        assert!(ran.out.contains(line), "{line:?} is not in\n{}", ran.out);
    }
    let ran = against(&copy, &[quoted], &["--format", "markdown"]);
    let diff = "`/paths/~1connections/delete/description`\n\n````diff\n- Deletes";
    assert!(ran.out.contains(diff), "{}", ran.out);
    let ran = against(&copy, &[quoted], &["--format", "github"]);
    let command =
        "::notice title=text-changed::at /paths/~1connections/delete/description%0A- Deletes";
    let lines: Vec<&str> = ran.out.lines().collect();
    let headline = "::notice title=drift::1 of 1 operation compared, 1 finding: ";
    assert!(lines[0].starts_with(headline), "{}", ran.out);
    assert!(lines[1].starts_with(command), "{}", ran.out);
    assert_eq!(lines.len(), 2);
}

#[test]
fn shortens_long_prose_unless_full_is_set() {
    let copy = Copy::new();
    let lines: Vec<String> = (1..=40).map(|it| format!("line {it}")).collect();
    let long = lines.join("\n\n        ");
    let edits = [("Deletes the connection", long.as_str())];
    let ran = against(&copy, &edits, &[]);
    assert!(
        ran.out
            .contains("    + line 11\n    (29 more lines; --full shows all)\n"),
        "{}",
        ran.out
    );
    let ran = against(&copy, &edits, &["--full"]);
    assert!(
        ran.out.contains("    + line 39\n    + line 40 associated"),
        "{}",
        ran.out
    );
}

#[test]
fn fail_on_determines_the_exit_code() {
    let copy = Copy::new();
    let code = |edit, level: &str| against(&copy, &[edit], &["--fail-on", level]).code;
    let levels = ["wire", "source", "any"];
    assert_eq!(levels.map(|level| code(BREAKS, level)), [4, 4, 4]);
    // Another required property breaks no client.
    assert_eq!(levels.map(|level| code(SOURCE, level)), [0, 0, 4]);
}

#[test]
fn writes_every_format() {
    let copy = Copy::new();
    for (format, start) in [
        (
            "text",
            "1 of 1 operation compared, 1 finding: on the wire 1 breaks; ",
        ),
        ("json", "{\n  \"accepted\": []"),
        ("markdown", "## Drift\n"),
        (
            "github",
            "::notice title=drift::1 of 1 operation compared, ",
        ),
        ("html", "<!doctype html>\n"),
    ] {
        let ran = against(&copy, &[BREAKS], &["--format", format]);
        assert_eq!(ran.code, 4);
        assert!(ran.out.starts_with(start), "{}", ran.out);
    }
}

#[test]
fn findings_are_located_in_the_files_of_the_repository() {
    let copy = Copy::new();
    let text = fs::read_to_string(copy.path("trackstar.yaml")).unwrap();
    let before = text.split("          type: boolean").next().unwrap();
    let line = before.lines().count() - 1;
    let ran = against(&copy, &[BREAKS], &["--format", "github"]);
    let annotated = format!(",file=openapi/upstream.yaml,line={line},col=9::");
    assert!(ran.out.contains(&annotated), "{}", ran.out);
    let ran = against(&copy, &[BREAKS], &[]);
    let shown = format!("openapi/trackstar.yaml:{line}:9 -> openapi/upstream.yaml:{line}:9\n");
    assert!(ran.out.contains(&shown), "{}", ran.out);
}

#[test]
fn findings_are_located_in_json_before_the_overlays() {
    let copy = Copy::new();
    let document = upstream();
    let mut changed = document.clone();
    let schemas = &mut changed["components"]["schemas"];
    schemas["DeleteConnectionResponse"]["properties"]["deleted"]["type"] = json!("string");
    let base = copy.source("base.json", &document.to_string());
    for (text, name) in [
        (changed.to_string(), "line.json"),
        (format!("{changed:#}"), "lines.json"),
    ] {
        let source = copy.source(name, &text);
        let key = text.find("\"DeleteConnectionResponse\":").unwrap();
        let key = key + text[key..].find("\"deleted\":").unwrap();
        let line = text[..key].lines().count();
        let column = key - text[..key].rfind('\n').map_or(0, |at| at + 1) + 1;
        let ran = copy.xtask(&["drift", "--against", &base, "--from", &source]);
        let located = format!(" -> {name}:{line}:{column}\n");
        assert!(ran.out.contains(&located), "{located:?}\n{}", ran.out);
    }
}

#[test]
fn compares_only_vendored_operations_without_all() {
    let copy = Copy::new();
    let more = (
        "paths:\n",
        "paths:\n  /more:\n    get:\n      operationId: more\n      responses: {'200': {description: d}}\n",
    );
    let headline = "1 of 2 operations compared: no drift\n";
    assert_eq!(against(&copy, &[more], &[]).out, headline);
    let ran = against(&copy, &[more], &["--all"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.out.contains("the operation GET /more is new"),
        "{}",
        ran.out
    );
}

#[test]
fn other_operations_do_not_rename_vendored_types() {
    let copy = Copy::new();
    let answers = (
        "paths:\n",
        "paths:\n  /more:\n    get:\n      operationId: more\n      responses: {'200': {description: d, content: \
         {application/json: {schema: {$ref: '#/components/schemas/DeleteConnectionRESPONSE'}}}}}\n",
    );
    // Two types have the same name in Rust, so one gets another name.
    let schema = (
        "  schemas:\n",
        "  schemas:\n    DeleteConnectionRESPONSE: {type: object, properties: {a: {type: string}}}\n",
    );
    let edits = [answers, schema];
    let headline = "1 of 2 operations compared: no drift\n";
    assert_eq!(against(&copy, &edits, &[]).out, headline);
    let ran = against(&copy, &edits, &["--all"]);
    assert_eq!(ran.code, 4);
    let told = "DELETE /connections\n  wire safe, source breaks: the generated code changed";
    assert!(ran.out.contains(told), "{}", ran.out);
}

#[test]
fn compares_two_documents() {
    let copy = Copy::new();
    let ran = against(&copy, &[BREAKS], &[]);
    assert_eq!(ran.code, 4);
    let file = copy.path("upstream.yaml");
    let file = file.to_str().unwrap();
    let ran = copy.xtask(&["drift", "--from", file, "--against", file]);
    let headline = "1 of 1 operation compared: no drift\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, headline));
}

#[test]
fn accepted_finding_is_not_drift() {
    let copy = Copy::new();
    let out = against(&copy, &[BREAKS], &[]).out;
    let fingerprint = out.split(['[', ']']).nth(1).unwrap();
    let list = format!(
        "[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'Nobody reads it.'\nexpires = 9999-12-31\n"
    );
    fs::write(copy.path("accepted-drift.toml"), list).unwrap();
    let ran = against(&copy, &[BREAKS], &[]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("Nobody reads it."), "{}", ran.out);
    let ran = against(&copy, &[], &[]);
    assert!(ran.out.contains("matches nothing"), "{}", ran.out);
    fs::write(copy.path("accepted-drift.toml"), "[[accepted]]").unwrap();
    let ran = against(&copy, &[], &[]);
    assert_eq!(ran.code, 100);
    assert!(
        ran.err.contains("openapi/accepted-drift.toml: "),
        "{}",
        ran.err
    );
}

#[test]
fn reports_documents_that_cannot_be_compared() {
    let copy = Copy::new();
    for (text, what) in [
        ("", "the text is empty"),
        ("<html>", "the text is an HTML page"),
        ("{\"openapi\": \"2.0\"}", "use OpenAPI 3.0 or 3.1"),
        ("a: 1", "it has no version in a field `openapi`"),
        ("openapi: 3.1.0\npaths: 5", "`paths` is not a map"),
    ] {
        let file = copy.path("odd.yaml");
        fs::write(&file, text).unwrap();
        let ran = copy.xtask(&["drift", "--from", file.to_str().unwrap()]);
        assert_eq!(ran.code, 100, "{text}");
        assert!(ran.err.contains(what), "{}", ran.err);
    }
    fs::write(copy.path("odd.yaml"), [0xff, 0xfe]).unwrap();
    let file = copy.path("odd.yaml");
    let ran = copy.xtask(&["drift", "--from", file.to_str().unwrap()]);
    assert!(
        ran.code == 100 && ran.err.contains("not UTF-8 text"),
        "{}",
        ran.err
    );
    // Port 1 refuses connections.
    let ran = copy.xtask(&["drift", "--from", "http://127.0.0.1:1/openapi.json"]);
    assert!(
        ran.code == 100 && ran.err.contains("http://127.0.0.1:1/openapi.json"),
        "{}",
        ran.err
    );
}

#[test]
fn compares_with_a_revision_of_git() {
    let copy = Copy::new();
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git")
            .current_dir(copy.0.path())
            .args(["-c", "user.name=Test", "-c", "user.email=test@localhost"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "openapi"]);
    git(&["commit", "--quiet", "--message", "first"]);
    let revision = ["--against", "HEAD:openapi/trackstar.yaml"];
    let ran = against(&copy, &[BREAKS], &revision);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""));
    let location = "\n    HEAD:openapi/trackstar.yaml:";
    assert!(ran.out.contains(location), "{}", ran.out);

    let ran = against(
        &copy,
        &[BREAKS],
        &["--against", "HEAD:openapi/missing.yaml"],
    );
    assert_eq!(ran.code, 100);
    let expected = "failed to read HEAD:openapi/missing.yaml: ";
    assert!(ran.err.contains(expected), "{}", ran.err);
}

#[test]
fn lists_and_explains_rules() {
    let ran = run(&["drift", "--rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let line = "\n[request-|response-]enum-value-removed: An enum lost a value\n";
    assert!(ran.out.contains(line), "{}", ran.out);
    assert!(ran.out.lines().count() > 100, "{}", ran.out);

    let ran = run(&["drift", "--explain", "request-enum-value-removed"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for expected in [
        "An enum lost a value.\n",
        "  before: {enum: [open, closed, lost]}\n  after:  {enum: [open, closed]}\n",
        "In a request:\n  wire (breaks in this example): The server rejects",
        "  source (breaks in this example): An enum of strings loses",
    ] {
        assert!(ran.out.contains(expected), "{}", ran.out);
    }

    let ran = run(&["drift", "--explain", "enum-value-lost"]);
    assert_eq!(ran.code, 100);
    assert!(ran.err.contains("cargo xtask drift --rules"), "{}", ran.err);
}

#[test]
fn headline_names_the_next_version() {
    let copy = Copy::new();
    for (version, breaks, prose) in [
        ("0.4.2+a", "0.5.0 (now 0.4.2)", "0.4.3 (now 0.4.2)"),
        ("1.4.2", "2.0.0 (now 1.4.2)", "1.4.3 (now 1.4.2)"),
    ] {
        let manifest = format!("[workspace.package]\nversion = \"{version}\"\n");
        fs::write(copy.path("../Cargo.toml"), manifest).unwrap();
        for (edit, next) in [(BREAKS, breaks), (PROSE, prose)] {
            let ran = against(&copy, &[edit], &[]);
            let headline = ran.out.lines().next().unwrap();
            let expected = format!(". Next version: {next}");
            assert!(headline.ends_with(&expected), "{headline}");
        }
    }
}
