//! The example `delete_many`, without its command line: what it promises of its report.

#[path = "../examples/delete_many/list.rs"]
mod list;
#[path = "../examples/delete_many/report.rs"]
mod report;
#[allow(clippy::print_stderr, reason = "an example speaks on the terminal")]
#[path = "../examples/delete_many/run.rs"]
mod run;

use std::fs;
use std::path::{Path, PathBuf};

use report::{Line, Outcome, Records, Report};
use tempfile::TempDir;
use trackstar_api::AccessToken;
use trackstar_api::mock::{Answer, MockServer};

type Failure = Box<dyn std::error::Error>;

const HEADER: &str = "customer,outcome,status,request_id,message\n";

/// A list of these customers, whose tokens the server knows.
fn list(folder: &TempDir, server: &MockServer, customers: &[&str]) -> PathBuf {
    let path = folder.path().join("list.csv");
    let mut text = "customer,access_token\n".to_owned();
    for customer in customers {
        let token = format!("token-of-{customer}");
        server.admit(&AccessToken::new(token.as_str()).unwrap());
        text.extend([*customer, ",", token.as_str(), "\n"]);
    }
    fs::write(&path, text).unwrap();
    path
}

async fn run(
    server: &MockServer,
    list: &Path,
    report: &mut impl Records,
    concurrency: usize,
) -> Result<run::Summary, Failure> {
    let options = run::Options {
        concurrency,
        ..run::Options::default()
    };
    run::run(&server.client()?, list::read(list)?, report, &options).await
}

#[tokio::test]
async fn a_line_that_a_crash_cut_off_says_nothing_and_swallows_nothing() {
    for (cut, expected) in [
        // Of all but the first nobody knows more than that they were begun.
        ("acme,dele", Some(Outcome::Started)),
        ("acme,deleted,200,r-1,", Some(Outcome::Started)),
        (
            "acme,refused,401,r-1,\"it says \"\"no",
            Some(Outcome::Started),
        ),
        ("", Some(Outcome::Started)),
        ("acme,deleted,200,r-1,\n", Some(Outcome::Deleted)),
    ] {
        let (folder, server) = (TempDir::new().unwrap(), MockServer::start().await.unwrap());
        let path = folder.path().join("report.csv");
        fs::write(&path, format!("{HEADER}acme,started,,,\n{cut}")).unwrap();
        let list = list(&folder, &server, &["acme", "globex"]);
        let mut report = Report::open(&path).unwrap();
        assert_eq!(report.outcome_of("acme"), expected, "{cut}");
        run(&server, &list, &mut report, 1).await.unwrap();
        assert_eq!(server.requests().len(), 1, "{cut}");
        // What was written behind it is read by the next.
        let report = Report::open(&path).unwrap();
        assert_eq!(report.outcome_of("acme"), expected, "{cut}");
        assert_eq!(report.outcome_of("globex"), Some(Outcome::Deleted), "{cut}");
    }
}

#[test]
fn a_header_that_was_cut_off_is_begun_anew_and_a_file_of_something_else_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.csv");
    fs::write(&path, &HEADER[..9]).unwrap();
    drop(Report::open(&path).unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), HEADER);
    for other in ["a diary", "a,b\n1,2\n"] {
        fs::write(&path, other).unwrap();
        let error = Report::open(&path).err().expect("an error").to_string();
        assert!(error.contains("other columns"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
    assert!(Report::open(folder.path()).is_err());
}

#[test]
fn a_message_of_several_lines_is_one_line_of_the_report() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.csv");
    let mut report = Report::open(&path).unwrap();
    let line = |customer: &str, outcome| Line {
        customer: customer.to_owned(),
        outcome,
        status: Some(502),
        request_id: None,
        message: Some("a\r\nb, \"c\"\n".to_owned()),
    };
    report.write(&line("acme", Outcome::Failed)).unwrap();
    report.write(&line("globex", Outcome::Unknown)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
    let report = Report::open(&path).unwrap();
    assert_eq!(report.outcome_of("globex"), Some(Outcome::Unknown));
    let list = folder.path().join("list.csv");
    fs::write(&list, "customer,access_token\n\"a\nb\",token-1\n").unwrap();
    let error = list::read(&list).unwrap_err().to_string();
    assert!(
        error.contains("line break") && !error.contains("token-1"),
        "{error}"
    );
}

/// A disk that is full after some lines.
struct Full {
    room: usize,
    lines: Vec<(String, Outcome)>,
}

impl Records for Full {
    fn outcome_of(&self, _: &str) -> Option<Outcome> {
        None
    }

    fn write(&mut self, line: &Line) -> Result<(), Failure> {
        self.lines.push((line.customer.clone(), line.outcome));
        if self.lines.len() > self.room {
            return Err("the disk is full".into());
        }
        Ok(())
    }
}

#[tokio::test]
async fn when_the_disk_is_full_what_is_under_way_comes_to_its_end_and_nothing_more_is_begun() {
    let customers = ["a", "b", "c", "d", "e", "f"];
    // Two begun, and the next line is of the third, or of the first that ends.
    for (room, concurrency, begun) in [(0, 2, 0), (2, 2, 2), (2, 4, 2)] {
        let (folder, server) = (TempDir::new().unwrap(), MockServer::start().await.unwrap());
        let list = list(&folder, &server, &customers);
        let mut report = Full {
            room,
            lines: Vec::new(),
        };
        let error = run(&server, &list, &mut report, concurrency).await;
        let error = error.err().expect("an error").to_string();
        assert!(error.contains("the disk is full"), "{error}");
        assert!(error.contains(&format!("{begun} deleted")), "{error}");
        assert!(
            error.contains(&format!("{} not begun", 6 - begun)),
            "{error}"
        );
        assert_eq!(server.requests().len(), begun);
        assert_eq!(report.lines.len(), room + 1, "nothing behind what failed");
    }
}

#[tokio::test]
async fn what_the_api_says_it_did_not_delete_is_asked_for_again() {
    let (folder, server) = (TempDir::new().unwrap(), MockServer::start().await.unwrap());
    let list = list(&folder, &server, &["acme"]);
    let not = serde_json::json!({"id": "c-1", "object": "connection", "deleted": false});
    // A success that says so has no effect either.
    let answers = [Answer::json(200, not)];
    server.script("delete_connection", answers).unwrap();
    let mut report = Report::open(&folder.path().join("report.csv")).unwrap();
    let summary = run(&server, &list, &mut report, 1).await.unwrap();
    assert!(
        !summary.is_done() && summary.to_string().contains("1 failed"),
        "{summary}"
    );
    assert_eq!(report.outcome_of("acme"), Some(Outcome::Failed));
    server.admit(&AccessToken::new("token-of-acme").unwrap());
    let summary = run(&server, &list, &mut report, 1).await.unwrap();
    assert!(summary.is_done(), "{summary}");
}

#[tokio::test]
async fn success_that_cannot_be_read_is_unknown_and_not_sent_again() {
    let accepted = serde_json::json!({"status": "accepted"});
    for answer in [
        Answer::json(200, accepted),
        Answer::content(200, "application/json", ""),
        Answer::content(200, "text/html", "<html>Sign in"),
        Answer::status(302).header("location", "/done"),
        Answer::status(503).header("retry-after", "0"),
    ] {
        let case = format!("{answer:?}");
        let (folder, server) = (TempDir::new().unwrap(), MockServer::start().await.unwrap());
        let list = list(&folder, &server, &["acme"]);
        server
            .script_repeating("delete_connection", [answer])
            .unwrap();
        let path = folder.path().join("report.csv");
        let client = server.client_builder().unwrap();
        let client = client.retries(trackstar_api::RetryPolicy::never());
        let client = client.build().unwrap();
        for (retry_unknown, requests) in [(false, 1), (false, 1), (true, 2)] {
            let options = run::Options {
                concurrency: 1,
                retry_unknown,
            };
            // A success has had its effect, and the token is dead.
            server.admit(&AccessToken::new("token-of-acme").unwrap());
            let mut report = Report::open(&path).unwrap();
            let rows = list::read(&list).unwrap();
            let summary = run::run(&client, rows, &mut report, &options)
                .await
                .unwrap();
            assert!(
                !summary.is_done() && summary.to_string().contains("1 unknown"),
                "{case}"
            );
            assert_eq!(report.outcome_of("acme"), Some(Outcome::Unknown), "{case}");
            assert_eq!(server.requests().len(), requests, "{case}");
        }
    }
}
