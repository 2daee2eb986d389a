//! Filters and paginated lists.

use std::process::Stdio;

use httpmock::{Method, MockServer};
use serde_json::{Value, json};

use super::{command, order, read, run};

#[test]
fn sends_typed_filters() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(Method::GET).path("/orders").is_true(|request| {
            let text = str::to_owned;
            let mut parameters = request.query_params();
            parameters.sort();
            parameters
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
        ("--limit", "many", "expected an integer"),
        (
            "--created-date-gte",
            "yesterday",
            "expected a date and time",
        ),
        ("--priority-eq", "top", "possible values: low, high"),
    ] {
        let ran = run(&server, &["list-orders", flag, value]);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    mock.assert();
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
fn prints_items_of_all_pages_one_per_line() {
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
        ran.stderr.contains("use --all to get all pages"),
        "{}",
        ran.stderr
    );
}

#[test]
fn prints_items_before_the_error_of_a_page() {
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
fn closed_output_ends_the_list() {
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
