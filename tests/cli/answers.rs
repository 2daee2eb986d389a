//! Successful calls: the request on the wire and the printed output.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::json;
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer};

use crate::support::{DELETED, Program, http, responding};

#[tokio::test(flavor = "multi_thread")]
async fn sends_delete_once_and_prints_response_as_json() {
    let server = responding("200 OK", DELETED).await;
    let ran = Program::new(&["delete-connection", "--yes"])
        .against(&server)
        .run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(
        ran.json(),
        json!({"id": "c-1", "object": "connection", "deleted": true})
    );
    assert_eq!(ran.stderr, "");
    let heads = server.heads();
    let [head] = heads.as_slice() else {
        panic!("{heads:?}")
    };
    assert!(
        head.starts_with("DELETE /connections HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains(&format!("x-trackstar-api-key: {API_KEY}\r\n")),
        "{head}"
    );
    assert!(
        head.contains(&format!("x-trackstar-access-token: {ACCESS_TOKEN}\r\n")),
        "{head}"
    );
    assert!(head.contains(" trackstar-cli/"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_no_destructive_request_without_confirmation() {
    let server = responding("200 OK", DELETED).await;
    let ran = Program::new(&["delete-connection"]).against(&server).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.contains("pass --yes to continue"), "{ran:?}");
    assert_eq!(server.arrived(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_run_shows_the_request_without_sending_it() {
    let server = responding("200 OK", DELETED).await;
    let ran = Program::new(&["delete-connection", "--dry-run"])
        .against(&server)
        .run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let url = format!("{}/connections", server.base_url());
    assert_eq!(
        ran.json(),
        json!({
            "method": "DELETE",
            "url": url,
            "headers": {
                "accept": "application/json",
                "x-trackstar-api-key": "<redacted>",
                "x-trackstar-access-token": "<redacted>",
            },
            "body": null,
            "parts": [],
        })
    );
    let ran = Program::new(&["delete-connection", "--dry-run", "-o", "table"])
        .against(&server)
        .run();
    assert_eq!(
        ran.stdout,
        format!(
            "DELETE {url}\naccept: application/json\nx-trackstar-api-key: <redacted>\n\
             x-trackstar-access-token: <redacted>\n"
        )
    );
    assert_eq!(server.arrived(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn table_escapes_control_characters_of_the_server() {
    let evil = "c\\u001b]0;owned\\u0007\\u009b2J\\u202e";
    let body = format!(r#"{{"id": "{evil}", "object": "connection", "deleted": true}}"#);
    let server = responding("200 OK", &body).await;
    for format in ["table", "json"] {
        let ran = Program::new(&["delete-connection", "-yo", format])
            .against(&server)
            .run();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains("owned"), "{ran:?}");
        let obeyed = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
        assert!(!ran.stdout.contains(obeyed), "{ran:?}");
        if format == "json" {
            assert_eq!(ran.json()["id"], "c\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_delete_when_standard_output_is_closed() {
    let server = responding("200 OK", DELETED).await;
    let mut program = Program::new(&["delete-connection", "--yes"]).against(&server);
    let command = program
        .command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{told}");
    assert!(
        told.contains("the response was not read; the operation was done"),
        "{told}"
    );
    assert!(
        told.contains("request-7") && !told.contains("panicked"),
        "{told}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn output_error_includes_the_outcome() {
    let server = responding("200 OK", DELETED).await;
    let mut program = Program::new(&["delete-connection", "--yes"]).against(&server);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = program
        .command
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("failed to write to standard output"),
        "{told}"
    );
    assert!(
        told.contains("the operation was done (request id request-7)"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn verbose_output_lists_every_attempt() {
    let busy = http("503 Busy\r\nretry-after: 0", "text/plain", "busy");
    let fates = [busy, http("200 OK", "application/json", DELETED)].map(Fate::Respond);
    let server = FaultServer::sequence(fates).await.unwrap();
    let ran = Program::new(&["delete-connection", "--yes", "--verbose"])
        .against(&server)
        .run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for told in [
        "using the access token from TRACKSTAR_ACCESS_TOKEN",
        "> attempt 1: DELETE /connections",
        "< status 503",
        "  retrying in ",
        "> attempt 2: DELETE /connections",
        "< status 200 OK",
        "request id request-7",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {ran:?}");
    }
    assert_eq!(server.arrived(), 2);

    let fate = Fate::Respond(http("503 Busy\r\nretry-after: 0", "text/plain", "busy"));
    let server = FaultServer::always(fate).await.unwrap();
    for (attempts, arrived) in [("1", 1), ("2", 1 + 2)] {
        let arguments = ["delete-connection", "--yes", "--attempts", attempts];
        let ran = Program::new(&arguments).against(&server).run();
        assert_eq!((ran.code, server.arrived()), (Some(5), arrived), "{ran:?}");
    }
}

#[test]
fn mock_flag_works_without_credentials() {
    let ran = Program::without_credentials(&["delete-connection", "--mock", "--yes"]).run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.json()["deleted"], true);
    assert!(
        ran.stderr.contains("using an embedded mock server"),
        "{ran:?}"
    );
    let both = [
        "delete-connection",
        "--mock",
        "--base-url",
        "http://127.0.0.1:1",
    ];
    assert_eq!(Program::new(&both).run().code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_the_mock_server_of_the_crate() {
    let key = trackstar_api::ApiKey::new(API_KEY).unwrap();
    let token = trackstar_api::AccessToken::new(ACCESS_TOKEN).unwrap();
    let mock = trackstar_api::mock::MockServer::builder()
        .api_key(key)
        .token(token);
    let mock = mock.start().await.unwrap();
    let again = || {
        Program::new(&["delete-connection", "--yes", "--output", "json"])
            .env("TRACKSTAR_BASE_URL", mock.base_url())
            .run()
    };
    let ran = again();
    assert_eq!(
        (ran.code, &ran.json()["deleted"]),
        (Some(0), &json!(true)),
        "{ran:?}"
    );
    let ran = again();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.error()["status"], 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_unknown_columns_before_sending() {
    let server = responding("200 OK", DELETED).await;
    let delete = ["delete-connection", "-yo", "table", "--columns"];
    let ran = Program::new(&[&delete[..], &["id,nosuch"]].concat())
        .against(&server)
        .run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    let told = "unknown property `nosuch` in --columns: the responses have deleted, id, object";
    assert!(
        ran.stderr.contains(told) && !ran.stderr.contains("`id`"),
        "{ran:?}"
    );
    assert_eq!(server.arrived(), 0);
    let ran = Program::new(&[&delete[..], &["id"]].concat())
        .against(&server)
        .run();
    assert_eq!(
        (ran.code, ran.stdout.trim()),
        (Some(0), "id  c-1"),
        "{ran:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn response_with_deleted_false_is_a_failure() {
    let server = responding("200 OK", &DELETED.replace("true", "false")).await;
    let ran = Program::new(&["delete-connection", "-yo", "json"])
        .against(&server)
        .run();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.json()["deleted"], false);
    let text = "the API returned 200 OK, but `deleted` is false (request id request-7)";
    assert_eq!(ran.error()["text"], text);
    assert_eq!(ran.error()["outcome_unknown"], false);
}

/// Checks that the program forces its own exit, because a signal handler disables the default action.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn signal_ends_program_blocked_on_its_output() {
    use std::io::{BufRead as _, BufReader};
    // Larger than a pipe's buffer.
    let body = DELETED.replace("c-1", &"c".repeat(1 << 20));
    let server = responding("200 OK", &body).await;
    for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
        let mut program = Program::new(&["delete-connection", "-yvo", "json"]).against(&server);
        let command = program
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
        let answered = told.by_ref().map_while(Result::ok);
        assert!(
            answered
                .take_while(|line| !line.contains("request id request-7"))
                .count()
                > 0
        );
        let id = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(sent.unwrap().success());
        let (sender, end) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let rest: Vec<String> = told.map_while(Result::ok).collect();
            let _gone = sender.send(rest.concat());
        });
        let rest = end.recv_timeout(std::time::Duration::from_secs(60));
        let _gone = child.kill();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{rest:?}");
        assert!(rest.unwrap().contains("the operation was done"));
    }
}
