//! The program `trackstar` of this document: flags, bodies, files, pages, secrets.

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
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("own-document-{name}"));
    std::fs::write(&path, content).unwrap();
    path
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
fn filters_go_into_the_query_as_their_types() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(Method::GET).path("/orders").is_true(|request| {
            let text = str::to_owned;
            request.query_params()
                == [
                    (text("created_date[gte]"), text("2026-01-01T00:00:00Z")),
                    (text("limit"), text("5")),
                    (text("priority[eq]"), text("high")),
                    (text("status[in]"), text("open,shipped")),
                    (text("tag"), text("a b")),
                    (text("tag"), text("c&d")),
                ]
        });
        then.status(200)
            .json_body(json!({"data": [], "next_token": "more"}));
    });
    let ran = run(
        &server,
        &[
            "list-orders",
            "--limit",
            "5",
            "--created-date-gte",
            "2026-01-01T00:00:00Z",
            "--priority-eq",
            "high",
            "--status-in",
            "open,shipped",
            "--tag",
            "a b",
            "--tag",
            "c&d",
        ],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    mock.assert();
    for (flag, value, why) in [
        ("--limit", "many", "expected i64"),
        ("--created-date-gte", "yesterday", "no date"),
        ("--priority-eq", "top", "possible values: low, high"),
    ] {
        let ran = run(&server, &["list-orders", flag, value]);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    mock.assert();
}

fn order(id: &str) -> Value {
    json!({"id": id, "status": "open", "created_date": "2026-01-01T00:00:00Z", "note": null})
}

fn pages(server: &MockServer) -> [httpmock::Mock<'_>; 2] {
    let page = |token: Option<&'static str>, answer: Value| {
        server.mock(|when, then| {
            let when = when
                .method(Method::GET)
                .path("/orders")
                .query_param("tag", "a");
            match token {
                Some(token) => when.query_param("page_token", token),
                None => when.query_param_missing("page_token"),
            };
            then.status(200).json_body(answer);
        })
    };
    [
        page(
            None,
            json!({"data": [order("o-1"), order("o-2")], "next_token": "t-2"}),
        ),
        page(
            Some("t-2"),
            json!({"data": [order("o-3")], "next_token": null}),
        ),
    ]
}

#[test]
fn all_pages_are_asked_for_with_all_filters_and_their_items_printed_one_a_line() {
    let server = MockServer::start();
    let mocks = pages(&server);
    let ran = run(&server, &["list-orders", "--tag", "a", "--all"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ids: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
        .collect();
    assert_eq!(ids, ["o-1", "o-2", "o-3"]);
    for mock in &mocks {
        mock.assert();
    }

    let ran = run(
        &server,
        &["list-orders", "--tag", "a", "--all", "-o", "table"],
    );
    let rows: Vec<&str> = ran
        .stdout
        .lines()
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(rows, ["ID", "o-1", "o-2", "o-3"]);

    let ran = run(
        &server,
        &[
            "list-orders",
            "--tag",
            "a",
            "-o",
            "table",
            "--columns",
            "status,id",
        ],
    );
    assert_eq!(
        ran.stdout
            .lines()
            .next()
            .map(|line| line.split_whitespace().collect()),
        Some(vec!["STATUS", "ID"])
    );
    assert!(
        ran.stderr.contains("--all asks for all pages"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_has_been_read_is_printed_before_why_there_is_no_more() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.method(Method::GET)
            .path("/orders")
            .query_param_missing("page_token");
        then.status(200)
            .json_body(json!({"data": [order("o-1")], "next_token": "t-2"}));
    });
    server.mock(|when, then| {
        when.method(Method::GET)
            .path("/orders")
            .query_param("page_token", "t-2");
        then.status(403).json_body(json!({"error": "not this one"}));
    });
    for output in ["json", "table"] {
        let ran = run(&server, &["list-orders", "--all", "--output", output]);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert!(
            ran.stdout.contains("o-1") && ran.stderr.contains("not this one"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_reader_that_has_enough_ends_the_list() {
    let server = MockServer::start();
    let [_, second] = pages(&server);
    let mut command = command(&server, &["list-orders", "--tag", "a", "--all"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = read(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    second.assert_calls(0);
}

#[test]
fn a_body_is_made_of_flags_or_of_a_file_or_of_both() {
    let server = MockServer::start();
    let path = file("order.json", r#"{"reference": "r-1", "priority": "low"}"#);
    let path = path.to_str().unwrap();
    for (arguments, input, body) in [
        (
            vec!["--reference", "r-1", "--days", "2"],
            "",
            json!({"reference": "r-1", "days": 2}),
        ),
        (
            vec!["--json-body", path],
            "",
            json!({"reference": "r-1", "priority": "low"}),
        ),
        (
            vec!["--json-body", path, "--priority", "high"],
            "",
            json!({"reference": "r-1", "priority": "high"}),
        ),
        (
            vec!["--json-body", "-"],
            r#"{"reference": "r-2"}"#,
            json!({"reference": "r-2"}),
        ),
    ] {
        let mut mock = server.mock(|when, then| {
            when.method(Method::POST).path("/orders").json_body(body);
            then.status(201).json_body(order("o-1"));
        });
        let ran = fed(
            &server,
            &[&["create-order"], &arguments[..]].concat(),
            input,
        );
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        mock.assert();
        mock.delete();
    }
    for (arguments, input, why) in [
        (vec![], "", "--reference"),
        (
            vec!["--json-body", "-"],
            "{\"reference\": s3cret}",
            "line 1, column 15",
        ),
        (
            vec!["--json-body", "-"],
            "{\"reference\": \"r\", \"colour\": \"s3cret\"}",
            "colour",
        ),
        (
            vec!["--json-body", "-", "--priority", "low"],
            "[]",
            "is no object",
        ),
        (
            vec!["--json-body", "/no/such/file"],
            "",
            "/no/such/file cannot be read",
        ),
    ] {
        let ran = fed(
            &server,
            &[&["create-order"], &arguments[..]].concat(),
            input,
        );
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(why) && !ran.stderr.contains("s3cret"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn nulls_lists_and_objects_are_given_as_json() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(Method::PATCH)
            .path("/orders/a%2Fb")
            .json_body(json!({
                "note": null,
                "lines": [{"sku": "s-1", "count": 2}],
                "measures": {"width": 1.5},
            }));
        then.status(200).json_body(order("o-1"));
    });
    let ran = run(
        &server,
        &[
            "update-order",
            "--order-id",
            "a/b",
            "--note",
            "null",
            "--lines",
            r#"[{"sku": "s-1", "count": 2}]"#,
            "--measures",
            r#"{"width": 1.5}"#,
        ],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    mock.assert();
    let ran = run(
        &server,
        &["update-order", "--order-id", "..", "--note", "x"],
    );
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn a_template_is_a_body_that_its_command_takes() {
    let server = MockServer::start();
    for (command, arguments) in [
        ("create-order", &[][..]),
        ("update-order", &["--order-id", "o-1"]),
        ("exchange-link", &[]),
        ("report", &[]),
    ] {
        let template = run(&server, &[command, "--json-body-template"]);
        assert_eq!(template.code, Some(0), "{command}: {}", template.stderr);
        let path = file(&format!("{command}.json"), &template.stdout);
        let given = [command, "--dry-run", "--json-body", path.to_str().unwrap()];
        let ran = run(&server, &[&given, arguments].concat());
        assert_eq!(
            ran.code,
            Some(0),
            "{command}: {} {}",
            template.stdout,
            ran.stderr
        );
    }
}

#[test]
fn files_are_sent_from_their_paths() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(Method::POST)
            .path("/orders/o-1/file")
            .is_true(|request| {
                let body = request.body_string();
                body.contains("name=\"file\"; filename=\"own-document-")
                    && body.contains("\r\n\r\n%PDF-1\u{0}\r\n")
                    && body.contains("name=\"copies\"\r\n\r\n3\r\n")
            });
        then.status(201).json_body(json!({"id": "f-1"}));
    });
    let label = file("label.pdf", "%PDF-1\u{0}");
    let label = label.to_str().unwrap();
    let arguments = [
        "create-order-file",
        "--order-id",
        "o-1",
        "--file",
        label,
        "--copies",
        "3",
    ];
    let ran = run(&server, &arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    mock.assert();
    let ran = run(&server, &[&arguments[..], &["--dry-run"]].concat());
    let shown: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(
        shown["parts"][0]
            .as_str()
            .unwrap()
            .starts_with("file: 7 bytes of own-document-"),
        "{shown}"
    );
    let ran = run(&server, &["create-order-file", "--order-id", "o-1"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    mock.assert();
}

#[test]
fn forms_headers_and_answers_of_text_are_what_they_are() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(Method::POST)
            .path("/report")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("api-version", "2")
            .query_param("send", "true")
            .body("days=3&kind=a+b");
        then.status(200)
            .header("content-type", "text/csv")
            .body("sku,count\nA,1\n");
    });
    let ran = run(
        &server,
        &[
            "report",
            "--kind",
            "a b",
            "--days",
            "3",
            "--api-version",
            "2",
            "--send",
            "true",
        ],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    mock.assert();
    assert_eq!(ran.stdout, "sku,count\nA,1\n");
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
    mock.assert_calls(2);
}

#[test]
fn what_takes_something_away_is_confirmed_by_its_name_whatever_its_method() {
    let server = MockServer::start();
    let all = server.mock(|when, then| {
        when.any_request();
        then.status(204);
    });
    for (arguments, named) in [
        (&["delete-link", "--link-id", "l-1"][..], "/links/l-1 takes"),
        (
            &["cancel-order", "--order-id", "o-1", "--reason", "r"],
            "/orders/o-1/cancel takes",
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

#[test]
fn a_secret_shows_in_no_form_and_no_part_that_is_only_shown() {
    let server = MockServer::start();
    for secret in [SECRET, "short"] {
        let body = json!({"kind": "a", "client_secret": secret}).to_string();
        for output in ["json", "table"] {
            let form = ["report", "--json-body", "-", "--dry-run", "-o", output];
            let ran = fed(&server, &form, &body);
            assert!(
                ran.stdout.contains("client_secret=<redacted>") && ran.stdout.contains("kind=a"),
                "{} {}",
                ran.stdout,
                ran.stderr
            );
            assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
            let label = file("secret.pdf", "%PDF");
            let parts = ["create-order-file", "--order-id", "o-1", "--dry-run", "-o"];
            let more = [
                output,
                "--file",
                label.to_str().unwrap(),
                "--password",
                secret,
            ];
            let ran = run(&server, &[&parts[..], &more].concat());
            assert!(
                ran.stdout.contains("password: \\\"<redacted>")
                    || ran.stdout.contains("password: \"<redacted>"),
                "{} {}",
                ran.stdout,
                ran.stderr
            );
            assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
            assert!(
                ran.stderr.contains("the value of --password"),
                "{}",
                ran.stderr
            );
        }
    }
}

#[test]
fn a_secret_that_a_server_quotes_is_not_told() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.any_request();
        let quoted = format!("no {{\"auth_code\": \"{SECRET}\"}}");
        then.status(422)
            .json_body(json!({"error": quoted, "detail": {"json": {"auth_code": [quoted]}}}));
    });
    let body = json!({"auth_code": SECRET}).to_string();
    for output in ["json", "table"] {
        let given = ["exchange-link", "-v", "--output", output];
        for (arguments, input) in [
            (&["--json-body", "-"][..], body.as_str()),
            (&["--auth-code", SECRET], ""),
        ] {
            let ran = fed(&server, &[&given[..], arguments].concat(), input);
            assert_eq!(ran.code, Some(3), "{}", ran.stderr);
            assert!(
                ran.stderr.contains("<redacted>") && !ran.stderr.contains(SECRET),
                "{}",
                ran.stderr
            );
        }
    }
}
