//! Tests of the verbs, run as programs on copies of the workspace's files.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod confined;
mod disk;
mod drift;
mod faults;
mod html;
mod locks;
mod operations;
mod packages;
mod refresh;
mod sources;
mod support;
mod webhooks;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The result of a run.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A temporary folder with copies of `openapi/` and the workspace's manifest.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(TempDir::new().unwrap());
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
        let target = copy.path("");
        fs::create_dir_all(target.join("overlays")).unwrap();
        fs::copy(source.join("../Cargo.toml"), target.join("../Cargo.toml")).unwrap();
        for name in ["trackstar.yaml", "source.toml", "prepared.json"] {
            fs::copy(source.join(name), target.join(name)).unwrap();
        }
        for entry in fs::read_dir(source.join("overlays")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(
                entry.path(),
                target.join("overlays").join(entry.file_name()),
            )
            .unwrap();
        }
        copy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("openapi").join(name)
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} does not hold {from:?}");
        fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
    }

    fn xtask(&self, arguments: &[&str]) -> Ran {
        run(&[arguments, &["--root", self.0.path().to_str().unwrap()]].concat())
    }
}

fn run(arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask-commands"));
    Ran::of(command.args(arguments).output().unwrap())
}

#[test]
fn workspace_is_in_order() {
    let ran = run(&["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

#[test]
fn hash_reveals_a_document_edited_by_hand() {
    let copy = Copy::new();
    copy.edit("trackstar.yaml", "Whether or not", "Whether  or not");
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.out.contains("sha256") && ran.out.contains("restore it with git"),
        "{}",
        ran.out
    );
}

#[test]
fn reports_and_updates_a_version_of_another_document() {
    let copy = Copy::new();
    let manifest = copy.text("../Cargo.toml");
    let (_, rest) = manifest.split_once("\nversion = \"").unwrap();
    let (version, _) = rest.split_once('"').unwrap();
    let (_, document) = version.split_once('+').unwrap();
    let (own, day) = document.rsplit_once('.').unwrap();
    let date = format!("date = {}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    copy.edit("source.toml", &date, "date = 2027-01-02");
    copy.edit("../Cargo.toml", version, "1.2.3-rc.1+else");
    let before = copy.text("../Cargo.toml");
    let ran = copy.xtask(&["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""), "{}", ran.out);
    let new = format!("1.2.3-rc.1+{own}.20270102");
    let expected = format!(
        "Cargo.toml has the version 1.2.3-rc.1+else, but with this document it is {new}: run `cargo \
         xtask check --update`"
    );
    assert!(ran.out.starts_with(&expected), "{}", ran.out);
    assert_eq!(copy.text("../Cargo.toml"), before);

    let ran = copy.xtask(&["check", "--update"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert_eq!(
        copy.text("../Cargo.toml"),
        manifest.replacen(version, &new, 1)
    );
}

#[test]
fn does_not_write_the_version_of_an_invalid_document() {
    let copy = Copy::new();
    copy.edit("trackstar.yaml", "Whether or not", "Whether  or not");
    copy.edit(
        "../Cargo.toml",
        "\nversion = \"0",
        "\nversion = \"0.0.1+of-another\" # 0",
    );
    let before = copy.text("../Cargo.toml");
    let ran = copy.xtask(&["check", "--update"]);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""), "{}", ran.out);
    assert!(
        ran.out.contains("sha256") && ran.out.contains("has the version 0.0.1+of-another"),
        "{}",
        ran.out
    );
    assert_eq!(copy.text("../Cargo.toml"), before);

    copy.edit("../Cargo.toml", "\nversion = ", "\nversions = ");
    let ran = copy.xtask(&["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""), "{}", ran.out);
    assert!(
        ran.out
            .contains("Cargo.toml has no valid version in `[workspace.package]`"),
        "{}",
        ran.out
    );
}

#[cfg(unix)]
#[test]
fn rewriting_keeps_file_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let copy = Copy::new();
    copy.edit(
        "../Cargo.toml",
        "\nversion = \"0",
        "\nversion = \"0.0.1+of-another\" # 0",
    );
    let manifest = copy.path("../Cargo.toml");
    fs::set_permissions(&manifest, fs::Permissions::from_mode(0o664)).unwrap();
    let ran = copy.xtask(&["check", "--update"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("wrote Cargo.toml"), "{}", ran.out);
    let mode = fs::metadata(&manifest).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
}

#[test]
fn names_overlay_actions_that_change_nothing() {
    let copy = Copy::new();
    copy.edit(
        "trackstar.yaml",
        "delete_delete_connection",
        "delete_connection",
    );
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 4);
    let expected = "openapi/overlays/generator.yaml:26:5: at /actions/2/update: action 3 (target \
                    `$.paths['/connections'].delete`): the update changes nothing; remove the action, which is no \
                    longer needed; description of the action: Upstream builds operation IDs from the method";
    assert!(ran.out.contains(expected), "{}", ran.out);
}

#[test]
fn reports_and_updates_an_outdated_golden_file() {
    let copy = Copy::new();
    let current = fs::read(copy.path("prepared.json")).unwrap();
    copy.edit("prepared.json", "DeleteConnectionResponse", "Another");
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.out.contains("cargo xtask check --update"),
        "{}",
        ran.out
    );

    let ran = copy.xtask(&["check", "--update"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(fs::read(copy.path("prepared.json")).unwrap(), current);
    assert_eq!(
        fs::read_dir(copy.path("")).unwrap().count(),
        4,
        "no temporary file is left"
    );

    fs::remove_file(copy.path("prepared.json")).unwrap();
    assert_eq!(copy.xtask(&["check"]).code, 4);
}

#[test]
fn reports_a_record_with_other_operations() {
    let copy = Copy::new();
    copy.edit("source.toml", "DELETE /connections", "GET /connections");
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("GET /connections"), "{}", ran.out);
}

#[test]
fn locates_a_broken_document_and_checks_the_other_files() {
    let copy = Copy::new();
    fs::write(copy.path("trackstar.yaml"), "openapi: 3.1.0\n  paths: {").unwrap();
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("openapi/trackstar.yaml:2:"), "{}", ran.out);
    assert!(ran.out.contains("sha256"), "{}", ran.out);
    assert_eq!(copy.xtask(&["codegen"]).code, 4);
}

#[test]
fn reports_a_missing_file_with_all_other_problems() {
    let names = ["trackstar.yaml", "source.toml", "overlays/generator.yaml"];
    for name in names {
        let copy = Copy::new();
        fs::remove_file(copy.path(name)).unwrap();
        fs::write(copy.path("overlays/extra.yaml"), "").unwrap();
        let ran = copy.xtask(&["check"]);
        assert_eq!((ran.code, ran.err.as_str()), (4, ""), "{}", ran.out);
        assert!(
            ran.out.contains(&format!("openapi/{name} cannot be read")),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("restore it with git"), "{}", ran.out);
        assert!(
            ran.out.contains("extra.yaml is applied by no build"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn does_not_update_the_golden_file_of_an_edited_document() {
    let copy = Copy::new();
    copy.edit("trackstar.yaml", "Whether or not", "Whether  or not");
    let golden = fs::read(copy.path("prepared.json")).unwrap();
    let ran = copy.xtask(&["check", "--update"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert_eq!(fs::read(copy.path("prepared.json")).unwrap(), golden);
}

#[test]
fn codegen_prints_what_the_build_script_generates() {
    let ran = run(&["codegen"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../trackstar-api/pregenerated");
    let recorded = fs::read_to_string(recorded.join("generated.rs")).unwrap();
    assert_eq!(ran.out, recorded.replace('\r', ""));
}

#[test]
fn codegen_prints_what_each_feature_adds() {
    let parts = [
        (
            "--webhooks",
            "ConnectionDeleted(::std::boxed::Box<types::ConnectionDeletedWebhook>)",
        ),
        ("--schemars", "__rt::schemars::JsonSchema"),
        ("--httpmock", "pub trait MockServerExt"),
    ];
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/trackstar.yaml");
    let document = document.to_str().unwrap();
    let plain = squeezed(&run(&["codegen", "--from", document]).out);
    for (flag, part) in parts {
        let part = squeezed(part);
        let ran = run(&["codegen", "--from", document, flag]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(squeezed(&ran.out).contains(&part), "{flag}: {}", ran.out);
        assert!(!plain.contains(&part), "{flag}");
    }
    let ran = run(&["codegen", "--explain"]);
    assert!(
        !ran.out.contains("webhooks were not requested"),
        "{}",
        ran.out
    );
}

#[test]
fn codegen_explain_lists_the_notes_of_the_preparation() {
    let ran = run(&["codegen", "--explain"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("/paths/~1connections/delete"),
        "{}",
        ran.out
    );
}

#[test]
fn codegen_lists_actions_that_do_not_apply_to_a_document() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("own.json");
    let text = r#"{"openapi": "3.1.0", "info": {"title": "Own", "version": "1"}, "components": {},
        "paths": {"/things/{id}": {"get": {
            "parameters": [{"in": "path", "name": "id", "required": true,
                            "schema": {"type": "string"}}],
            "responses": {"204": {"description": "fine"}}}}}}"#;
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();

    let ran = run(&["codegen", "--from", path]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let (_, method) = ran.out.split_once("fn get_thing(").unwrap();
    let argument = "&self,\n        id: impl __rt::Converts<::std::string::String>,";
    assert!(method.trim_start().starts_with(argument), "{}", ran.out);

    let ran = run(&["codegen", "--from", path, "--explain"]);
    assert!(ran.out.contains("ValidationError"), "{}", ran.out);
    let note = "the target matches nothing; remove the action if it is no longer needed, or correct the target; \
                description of the action: An error must be readable";
    assert!(ran.out.contains(note), "{}", ran.out);
    assert!(ran.out.contains("/paths/~1things~1{id}/get"), "{}", ran.out);

    assert_eq!(run(&["codegen", "--from", "no-such-file"]).code, 100);

    fs::write(
        path,
        text.replace("\"type\": \"string\"", "\"$dynamicRef\": \"#a\""),
    )
    .unwrap();
    let ran = run(&["codegen", "--from", path]);
    let problem =
        format!("{path}:4:40: at /paths/~1things~1{{id}}/get/parameters/0/schema/$dynamicRef");
    assert!(ran.code == 4 && ran.out.contains(&problem), "{}", ran.out);

    // The generator rejects this document, not the preparation.
    let contradiction = r#""allOf": [{"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {"a": {"type": "integer"}}}]"#;
    let media = format!(r#"{{"application/json": {{"schema": {{{contradiction}}}}}}}"#);
    let response = format!(r#""200": {{"content": {media}, "#);
    fs::write(path, text.replace(r#""204": {"#, &response)).unwrap();
    let ran = run(&["codegen", "--from", path]);
    let place = "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema";
    let problem = format!("{path}:5:68: at {place}: no value would be valid");
    assert!(ran.code != 0 && ran.err.contains(&problem), "{}", ran.err);
}
