//! The program `trackstar` of this document: flags, bodies, files, pages, secrets.

mod bodies;
mod pages;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use httpmock::{Method, MockServer};
use serde_json::{Value, json};

const SECRET: &str = "auth-code-4d1c";

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn command(server: &MockServer, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-document"));
    command
        .args(arguments)
        .env("HOME", std::env::temp_dir().join("no-such-home"))
        .env("XDG_CONFIG_HOME", std::env::temp_dir().join("no-such-home"))
        .env("TRACKSTAR_BASE_URL", server.base_url())
        .env("TRACKSTAR_API_KEY", "key-of-own-document")
        .env("TRACKSTAR_ACCESS_TOKEN", "token-of-own-document");
    command
}

fn read(output: Output) -> Ran {
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

fn run(server: &MockServer, arguments: &[&str]) -> Ran {
    read(
        command(server, arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap(),
    )
}

fn fed(server: &MockServer, arguments: &[&str], input: &str) -> Ran {
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

fn file(name: &str, content: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("own-document-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

fn order(id: &str) -> Value {
    json!({"id": id, "status": "open", "created_date": "2026-01-01T00:00:00Z", "note": null})
}

#[test]
fn every_operation_is_a_command_with_flags_of_its_parameters_and_of_its_body() {
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
fn a_secret_of_a_body_is_shown_where_it_is_asked_for_and_nowhere_else() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(Method::POST)
            .path("/link/exchange")
            .json_body(json!({"auth_code": SECRET}));
        then.status(200)
            .json_body(json!({"access_token": "new-token-9e", "created": 1}));
    });
    let body = json!({"auth_code": SECRET}).to_string();
    let arguments = ["exchange-link", "--verbose", "--json-body", "-"];
    let ran = fed(&server, &arguments, &body);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        serde_json::from_str::<Value>(&ran.stdout).unwrap()["access_token"],
        "new-token-9e"
    );
    assert!(
        !ran.stderr.contains("new-token") && !ran.stderr.contains(SECRET),
        "{}",
        ran.stderr
    );
    mock.assert();
    for output in ["json", "table"] {
        let dry = [&arguments[..], &["--dry-run", "--output", output]].concat();
        let ran = fed(&server, &dry, &body);
        assert!(
            ran.stdout.contains("<redacted>") && !ran.stdout.contains(SECRET),
            "{}",
            ran.stdout
        );
    }
    let ran = run(&server, &["exchange-link", "--auth-code", SECRET]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("warning: ") && ran.stderr.contains("--json-body"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
    // Nothing to confirm it on.
    let ran = run(&server, &["delete-link", "--link-id", "l-1"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    mock.assert_calls(2);
}
