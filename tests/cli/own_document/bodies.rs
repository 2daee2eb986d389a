//! Request bodies from flags, files and parts.

use httpmock::{Method, MockServer};
use serde_json::{Value, json};

use super::{fed, file, order, run};

#[test]
fn builds_body_from_flags_and_file() {
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
            "is not an object",
        ),
        (
            vec!["--json-body", "/no/such/file"],
            "",
            "failed to read /no/such/file",
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
fn accepts_json_for_nulls_arrays_and_objects() {
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
fn template_is_a_valid_body() {
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
fn uploads_files_by_path() {
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
fn supports_forms_headers_and_text_responses() {
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
