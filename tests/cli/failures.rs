//! Failed calls: the exit code for scripts and the message for people.

use trackstar_tests::{Fate, FaultServer};

use crate::support::{Program, Ran, http, responding};

fn delete(server: &FaultServer, more: &[&str]) -> Ran {
    let arguments = [&["delete-connection", "--yes", "--attempts", "1"], more].concat();
    Program::new(&arguments).against(server).run()
}

#[tokio::test(flavor = "multi_thread")]
async fn rejection_shows_api_message_and_request_id() {
    let text = "Ungültiger Token: \"x\" — call us";
    let body = serde_json::json!({"error": text, "origin": "trackstar"}).to_string();
    let server = responding("401 Unauthorized", &body).await;
    let ran = delete(&server, &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
    assert!(
        ran.stderr
            .starts_with("error: delete_connection (DELETE /connections): "),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains(text) && ran.stderr.contains("request-7"),
        "{ran:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_api_messages_in_full() {
    let text = format!("{} the end", "a long text of the API's ".repeat(100));
    let body = serde_json::json!({"error": text}).to_string();
    let server = responding("403 Forbidden", &body).await;
    let ran = delete(&server, &[]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains(&text), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_output_includes_errors_as_json() {
    let body = r#"{"error": "no", "detail": {"headers": {"x-a": ["Missing data."]}}}"#;
    let server = responding("422 Unprocessable", body).await;
    let ran = delete(&server, &["--output", "json"]);
    let error = ran.error();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for (name, value) in [
        ("kind", "refused".into()),
        ("exit_code", 3.into()),
        ("status", 422.into()),
        ("message", "no".into()),
        ("request_id", "request-7".into()),
        ("operation", "delete_connection".into()),
        ("outcome_unknown", false.into()),
        (
            "detail",
            serde_json::json!({"headers": {"x-a": ["Missing data."]}}),
        ),
    ] {
        assert_eq!(error[name], value, "{name}: {error}");
    }
    for asked in [
        &["-o", "json"][..],
        &["-ojson"],
        &["--output", "json"],
        &["--output=json"],
    ] {
        let ran = Program::new(&[&["no-such-command"], asked].concat()).run();
        assert_eq!(
            (ran.code, &ran.error()["kind"]),
            (Some(2), &"usage".into()),
            "{ran:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_distinguish_kinds_of_failures() {
    let json = "application/json";
    for (code, fate) in [
        (3, Fate::Respond(http("403 Forbidden", json, "{}"))),
        (
            3,
            Fate::Respond(http("501 Not Implemented", json, r#"{"error": "no"}"#)),
        ),
        (3, Fate::Respond(http("429 Slow down", json, "{}"))),
        (3, Fate::Respond(http("307 Elsewhere", json, "{}"))),
        // The outcome is unknown.
        (5, Fate::Respond(http("302 Found\r\nlocation: /", json, ""))),
        (5, Fate::Respond(http("301 Moved\r\nlocation: /", json, ""))),
        (5, Fate::Respond(http("408 Late", json, ""))),
        (
            5,
            Fate::Respond(http("503 Busy\r\nretry-after: 1", json, "")),
        ),
        (5, Fate::Respond(http("666 Odd", json, "{}"))),
        (5, Fate::Respond(http("200 OK", json, ""))),
        (
            5,
            Fate::Respond(http("502 Bad Gateway", "text/html", "<html>")),
        ),
        (5, Fate::Close(Vec::new())),
        (
            5,
            Fate::Respond(http("200 OK", "text/html", "<html>Sign in</html>")),
        ),
        // The operation was most likely done, but the response is unusable.
        (5, Fate::Respond(http("200 OK", json, r#"{"ok": 1}"#))),
    ] {
        let name = format!("{fate:?}");
        let server = FaultServer::always(fate).await.unwrap();
        let ran = delete(&server, &["--output", "json"]);
        assert_eq!(ran.code, Some(code), "{name}: {ran:?}");
        assert_eq!(ran.error()["exit_code"], code, "{name}");
        assert_eq!(ran.error()["outcome_unknown"], code == 5, "{name}");
        assert_eq!(server.arrived(), 1, "{name}");
    }
    // Nothing listens on this port.
    let arguments = [
        "delete-connection",
        "--yes",
        "--attempts",
        "1",
        "--base-url",
        "http://127.0.0.1:9",
    ];
    let ran = Program::new(&arguments).run();
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("nothing was sent"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_timeout_is_reported_as_unknown() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let ran = delete(&server, &["--timeout", "0.3", "--output", "json"]);
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert_eq!(ran.error()["outcome_unknown"], true);
    assert!(ran.stderr.contains("before you repeat it"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn error_escapes_control_characters_of_the_server() {
    let body = r#"{"error": "a\u001b[31m\u009b2J\u0007b\r\u202ec"}"#;
    let server = responding("403 Forbidden", body).await;
    for more in [&[][..], &["--output", "json"]] {
        let ran = delete(&server, more);
        let obeyed = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
        assert!(!ran.stderr.contains(obeyed), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn server_cannot_forge_lines_of_output() {
    let body = r#"{"error": "no\nerror: fake\nnote: deleted\r\nwarning: x\u2028note: y\u061c\u00ad\udb40\udc41"}"#;
    let server = responding("403 Forbidden", body).await;
    let ran = delete(&server, &["--verbose"]);
    let own = |line: &&str| {
        ["error: fake", "note:", "warning:"]
            .iter()
            .any(|it| line.starts_with(it))
    };
    assert_eq!(ran.stderr.lines().find(own), None, "{ran:?}");
    let shown = "\nthe API says: no\n  error: fake\n  note: deleted\\r\n  warning: x\\u{2028}note: y\\u{61c}\\u{ad}\\u{e0041}";
    assert!(ran.stderr.contains(shown), "{ran:?}");
    let ran = delete(&server, &["--output", "json"]);
    assert!(
        ran.stderr
            .contains(r"x\u2028note: y\u061c\u00ad\udb40\udc41"),
        "{ran:?}"
    );
    assert_eq!(
        ran.error()["message"],
        serde_json::from_str::<serde_json::Value>(body).unwrap()["error"]
    );
}

#[test]
fn rejects_invalid_command_line_before_sending() {
    for arguments in [
        &["delete-connection", "--no-such-flag"][..],
        &["delete-connection", "--timeout", "never"],
        &["delete-connection", "--output", "xml"],
        &["no-such-command"],
        &[],
    ] {
        let ran = Program::new(arguments).run();
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}: {ran:?}"
        );
        assert!(
            ran.stderr.contains("--help") || ran.stderr.contains("Usage"),
            "{ran:?}"
        );
    }
}
