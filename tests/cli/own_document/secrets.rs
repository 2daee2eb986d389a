//! Secrets appear only in requested output.

use httpmock::{Method, MockServer};
use serde_json::{Value, json};

use super::{SECRET, fed, file, run};

#[test]
fn shows_secret_only_in_requested_output() {
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
fn dry_run_redacts_secrets_in_forms_and_parts() {
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
fn redacts_secret_that_the_server_quotes() {
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

/// Returns a body with secrets in all locations, and a list of all secrets, including those in the arguments of
/// `GUARDED`. Some are shorter than the minimum for redaction in text.
fn guarded() -> (String, Vec<&'static str>) {
    let body = json!({
        "open": "to be seen", "list": ["s3cr-list-1"], "map": {"k": "s3cr-map-1"},
        "maps": {"k": [471_147_471_147_i64]}, "number": 592_259_592_259_i64, "amount": 83_834.25,
        "word": "alpha", "either": "s3cr-either", "maybe": 636_336_636_336_i64,
        "nested": {"name": "also seen", "more": "s3cr-more-1"},
    });
    let secrets = vec![
        "s3cr-list-1",
        "s3cr-map-1",
        "471147471147",
        "592259592259",
        "83834.25",
        "alpha",
        "s3cr-either",
        "636336636336",
        "s3cr-more-1",
        "hunter2",
        "x-hunter",
        "4711",
    ];
    (body.to_string(), secrets)
}

const GUARDED: [&str; 13] = [
    "keep-secrets",
    "--pin",
    "hunter2",
    "--code",
    "4711",
    "--codes",
    "hunter2",
    "--mode",
    "fast",
    "--x-pin",
    "x-hunter",
    "--json-body",
    "-",
];

#[test]
fn dry_run_redacts_secrets_by_schema() {
    let server = MockServer::start();
    let (body, secrets) = guarded();
    for output in ["json", "table"] {
        let dry = [&GUARDED[..], &["--dry-run", "--output", output, "-v"]].concat();
        let ran = fed(&server, &dry, &body);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        for secret in &secrets {
            assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
            assert!(!ran.stderr.contains(secret), "{secret}: {}", ran.stderr);
        }
        for open in [
            "/guarded/<redacted>?",
            "mode=fast",
            "to be seen",
            "also seen",
        ] {
            assert!(ran.stdout.contains(open), "{open}: {}", ran.stdout);
        }
        for flag in ["--pin", "--code", "--codes", "--x-pin"] {
            let told = format!("the value of {flag} ");
            assert!(ran.stderr.contains(&told), "{flag}: {}", ran.stderr);
        }
        assert!(
            !ran.stderr.contains("the value of --mode"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn redacts_quoted_secrets_by_schema() {
    let server = MockServer::start();
    let (body, secrets) = guarded();
    let quoted = format!("bad {}", secrets.join(" "));
    server.mock(|when, then| {
        when.any_request();
        then.status(422).json_body(json!({"error": quoted}));
    });
    for output in ["json", "table"] {
        let arguments = [&GUARDED[..], &["--yes", "-v", "--output", output]].concat();
        let ran = fed(&server, &arguments, &body);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        // Secrets shorter than 8 bytes may be ordinary words, so they are not redacted in text.
        for secret in secrets.iter().filter(|it| it.len() >= 8) {
            assert!(!ran.stderr.contains(secret), "{secret}: {}", ran.stderr);
        }
    }
}

#[test]
fn warns_about_secrets_in_arguments() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.any_request();
        then.status(200).json_body(json!({"open": "o"}));
    });
    for (flag, value) in [
        ("--list", "s3cr-list-1"),
        ("--map", r#"{"k": "s3cr-map-1"}"#),
        ("--number", "592259592259"),
        ("--word", "alpha"),
        ("--nested", r#"{"more": "s3cr-more-1"}"#),
    ] {
        let arguments = ["keep-secrets", "--pin", "p", "--open", "o", flag, value];
        let ran = run(&server, &arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("the value of {flag} ")),
            "{}",
            ran.stderr
        );
    }
}
