//! Tests of the program with another document (`--openapi`): flags, bodies, files, pages and secrets.

mod bodies;
mod lists;
mod secrets;
mod templates;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use httpmock::MockServer;
use serde_json::{Value, json};

use crate::support::PROGRAM;

pub(crate) const SECRET: &str = "auth-code-4d1c";

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn command(server: &MockServer, arguments: &[&str]) -> Command {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/own-document/api.yaml");
    let mut command = Command::new(PROGRAM);
    command
        .args(["--openapi", document])
        .args(arguments)
        .env("HOME", std::env::temp_dir().join("no-such-home"))
        .env("XDG_CONFIG_HOME", std::env::temp_dir().join("no-such-home"))
        .env("TRACKSTAR_BASE_URL", server.base_url())
        .env("TRACKSTAR_API_KEY", "key-of-own-document")
        .env("TRACKSTAR_ACCESS_TOKEN", "token-of-own-document");
    command
}

pub(crate) fn read(output: Output) -> Ran {
    let ran = Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    for secret in ["key-of-own-document", "token-of-own-document"] {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
    }
    ran
}

pub(crate) fn run(server: &MockServer, arguments: &[&str]) -> Ran {
    read(
        command(server, arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap(),
    )
}

pub(crate) fn fed(server: &MockServer, arguments: &[&str], input: &str) -> Ran {
    let mut command = command(server, arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    read(child.wait_with_output().unwrap())
}

pub(crate) fn file(name: &str, content: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("own-document-{name}"));
    std::fs::write(&path, content).unwrap();
    path
}

pub(crate) fn order(id: &str) -> Value {
    json!({"id": id, "status": "open", "created_date": "2026-01-01T00:00:00Z", "note": null})
}

#[test]
fn every_operation_is_a_command() {
    let server = MockServer::start();
    let help = run(&server, &["--help"]).stdout;
    for command in [
        "list-orders",
        "create-order",
        "update-order",
        "create-order-file",
        "report",
        "exchange-link",
        "delete-link",
    ] {
        assert!(help.contains(command), "{command}: {help}");
    }
    let help = run(&server, &["list-orders", "--help"]).stdout;
    // Ignore line wrapping.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for flag in [
        "--created-date-gte <DATE-TIME>",
        "--limit <INTEGER>",
        "--priority-eq <TEXT>",
        "--status-in <TEXT>",
        "[possible values: low, high]",
        "--all",
    ] {
        assert!(help.contains(flag), "{flag}: {help}");
    }
    assert!(!help.contains("--x-trackstar"), "{help}");
}

#[test]
fn confirms_destructive_operations_of_any_method() {
    let server = MockServer::start();
    let all = server.mock(|when, then| {
        when.any_request();
        then.status(204);
    });
    for (arguments, named) in [
        (
            &["delete-link", "--link-id", "l-1"][..],
            "/links/l-1 cannot be undone",
        ),
        (
            &["cancel-order", "--order-id", "o-1", "--reason", "r"],
            "/orders/o-1/cancel?reason=r cannot be undone",
        ),
    ] {
        let ran = run(&server, arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(named) && ran.stderr.contains("--yes"),
            "{}",
            ran.stderr
        );
    }
    all.assert_calls(0);
}
