//! Calls for many items: the journal at any time, and the conditions that stop a run.

mod journals;
/// Reads the list of the example `delete_many`.
#[path = "../examples/delete_many/list.rs"]
mod list;

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use trackstar_api::bulk::{
    Bulk, BulkError, ItemError, ItemOutcome, Journal, Report, Stopped, Summary,
};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{AccessToken, Client, Error, Response, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, Request, builder};

use crate::retries::{good, status};

type Failure = Box<dyn std::error::Error>;

/// A server and a client without retries.
struct Service {
    server: FaultServer,
    client: Client,
}

impl Service {
    async fn start(fate: impl Fn(&Request) -> Fate + Send + Sync + 'static) -> Self {
        let server = FaultServer::start(fate).await.unwrap();
        let client = builder(server.base_url()).unwrap();
        let client = client.retries(RetryPolicy::never()).build().unwrap();
        Self { server, client }
    }

    async fn run(
        &self,
        bulk: Bulk,
        customers: &[&str],
        journal: &mut impl Journal,
    ) -> Result<Summary, BulkError> {
        let items = customers
            .iter()
            .map(|customer| (*customer, token(customer)));
        let delete = |token| delete(self.client.clone(), token);
        bulk.run(items, journal, delete).await
    }

    async fn report(&self, bulk: Bulk, customers: &[&str]) -> (Summary, Report) {
        let mut report = Report::default();
        let summary = self.run(bulk, customers, &mut report).await.unwrap();
        (summary, report)
    }
}

fn token(customer: &str) -> AccessToken {
    AccessToken::new(format!("token-of-{customer}")).unwrap()
}

async fn delete(
    client: Client,
    token: AccessToken,
) -> Result<Response<DeleteConnectionResponse>, Error> {
    client.connection(token).delete_connection().send().await
}

fn customer_of(arrival: &Request) -> String {
    let token = arrival.header("x-trackstar-access-token").unwrap();
    token.strip_prefix("token-of-").unwrap().to_owned()
}

/// Delays the response on a new connection.
fn slowly(server: &Arc<AtomicUsize>) -> Fate {
    server.fetch_add(1, Ordering::SeqCst);
    Fate::Hang(Vec::new())
}

fn outcomes(report: &Report) -> BTreeMap<&str, ItemOutcome> {
    let records = report.records();
    records.map(|it| (it.key.as_str(), it.outcome)).collect()
}

const NUMBERS: [&str; 30] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15",
    "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29",
];

#[tokio::test(start_paused = true)]
async fn records_outcomes_and_repeats_only_undone_items() {
    let service = Service::start(|it| match customer_of(it).as_str() {
        "acme" => good(),
        "globex" => status("401 No\r\nx-request-id: req-2"),
        _ => status("502 Bad"),
    });
    let service = service.await;
    let customers = ["acme", "globex", "initech"];
    let (summary, mut report) = service.report(Bulk::new(), &customers).await;
    assert_eq!(
        summary.to_string(),
        "1 done, 0 done before, 1 not done, 1 unknown, 0 not begun"
    );
    assert!(!summary.is_complete());
    let stored = serde_json::to_value(&report).unwrap();
    assert_eq!(
        stored[0],
        serde_json::json!({"key": "acme", "outcome": "done", "status": 200})
    );
    assert_eq!(stored[1]["outcome"], "not_done");
    assert_eq!(stored[1]["status"], 401);
    assert_eq!(stored[1]["request_id"], "req-2");
    assert_eq!(stored[2]["outcome"], "unknown");

    report = serde_json::from_value(stored).unwrap();
    let again = service
        .run(Bulk::new(), &customers, &mut report)
        .await
        .unwrap();
    assert_eq!(
        again.to_string(),
        "0 done, 1 done before, 1 not done, 1 unknown, 0 not begun"
    );
    assert_eq!(service.server.arrived(), 4, "only globex");
    let bulk = Bulk::new().repeat_unknown();
    service.run(bulk, &customers, &mut report).await.unwrap();
    assert_eq!(service.server.arrived(), 6, "globex and initech");
}

#[tokio::test(start_paused = true)]
async fn success_that_reports_no_effect_is_not_done() {
    let body = r#"{"id":"c-1","object":"connection","deleted":false}"#;
    let service = Service::start(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        Fate::Respond((head + body).into_bytes())
    });
    let service = service.await;
    let mut report = Report::default();
    for arrived in [1, 2] {
        let run = Bulk::new().run([("acme", token("acme"))], &mut report, |token| {
            let deleted = delete(service.client.clone(), token);
            async {
                let response = deleted.await?;
                let not_done = ItemError::not_done(&response, "still there");
                if response.deleted {
                    Ok(response)
                } else {
                    Err(not_done)
                }
            }
        });
        assert_eq!(run.await.unwrap().not_done, 1);
        assert_eq!(service.server.arrived(), arrived);
    }
    let record = report.records().next().unwrap();
    assert_eq!(
        (record.status, record.message.as_deref()),
        (Some(200), Some("still there"))
    );
}

#[tokio::test(start_paused = true)]
async fn unreadable_success_is_unknown_and_not_repeated() {
    for line in [
        "200 OK",
        "302 Found\r\nlocation: /done",
        "503 No\r\nretry-after: 0",
    ] {
        let service = Service::start(move |_| status(line)).await;
        let mut report = Report::default();
        for (bulk, arrived) in [
            (Bulk::new(), 1),
            (Bulk::new(), 1),
            (Bulk::new().repeat_unknown(), 2),
        ] {
            let summary = service.run(bulk, &["acme"], &mut report).await.unwrap();
            assert_eq!((summary.unknown, summary.done), (1, 0), "{line}");
            assert_eq!(service.server.arrived(), arrived, "{line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn concurrency_is_bounded() {
    for (concurrency, most) in [(0, 1), (1, 1), (7, 7), (100, 30)] {
        let now = Arc::new(Mutex::new((0_usize, 0_usize)));
        let bulk = Bulk::new().concurrency(concurrency);
        let service = Service::start(|_| good()).await;
        let items = NUMBERS.map(|it| (it, token(it)));
        let mut report = Report::default();
        let run = bulk.run(items, &mut report, |token| {
            let (now, deleted) = (Arc::clone(&now), delete(service.client.clone(), token));
            async move {
                {
                    let mut now = now.lock().unwrap();
                    now.0 += 1;
                    now.1 = now.1.max(now.0);
                }
                sleep(Duration::from_secs(1)).await;
                let result = deleted.await;
                now.lock().unwrap().0 -= 1;
                result
            }
        });
        assert!(run.await.unwrap().is_complete());
        assert_eq!(*now.lock().unwrap(), (0, most));
    }
}

#[tokio::test(start_paused = true)]
async fn stops_when_unknown_outcomes_spike() {
    // This many of the first 20 calls get no response.
    for (unknown, stopped, not_begun) in [
        (4, None, 0),
        (5, Some(Stopped::UnknownOutcomes), 30 - 5),
        (20, Some(Stopped::UnknownOutcomes), 30 - 5),
    ] {
        let service = Service::start(move |it| {
            if it.number < unknown {
                status("500 Bad")
            } else {
                good()
            }
        });
        let service = service.await;
        let bulk = Bulk::new().concurrency(1);
        let (summary, report) = service.report(bulk, &NUMBERS).await;
        assert_eq!((summary.stopped, summary.not_begun), (stopped, not_begun));
        assert_eq!(
            outcomes(&report).len(),
            30 - not_begun,
            "not begun, no entry"
        );
    }
    for bulk in [
        Bulk::new().stop_at_unknown(0, 20),
        Bulk::new().stop_at_unknown(31, 0),
    ] {
        let service = Service::start(|_| status("500 Bad")).await;
        let (summary, _) = service.report(bulk, &NUMBERS).await;
        assert_eq!((summary.unknown, summary.stopped), (30, None));
    }
}

#[tokio::test(start_paused = true)]
async fn started_items_of_a_dropped_run_are_unknown() {
    let hung = Arc::<AtomicUsize>::default();
    let hangs = Arc::clone(&hung);
    let service = Service::start(move |it| match customer_of(it).as_str() {
        "00" => good(),
        _ => slowly(&hangs),
    });
    let service = service.await;
    let mut report = Report::default();
    let run = service.run(Bulk::new().concurrency(2), &NUMBERS[..5], &mut report);
    timeout(Duration::from_secs(9), run).await.unwrap_err();
    assert_eq!(hung.load(Ordering::SeqCst), 2);
    assert_eq!(
        outcomes(&report),
        BTreeMap::from([
            ("00", ItemOutcome::Done),
            ("01", ItemOutcome::Unknown),
            ("02", ItemOutcome::Unknown),
        ])
    );
    let service = Service::start(|_| good()).await;
    let summary = service.run(Bulk::new(), &NUMBERS[..5], &mut report);
    let summary = summary.await.unwrap();
    assert_eq!((summary.done, summary.unknown), (2, 2));
    assert_eq!(service.server.arrived(), 2, "03 and 04");
}

#[tokio::test(start_paused = true)]
async fn stop_request_lets_running_calls_finish() {
    let service = Service::start(|_| good()).await;
    let stop = sleep(Duration::from_millis(1500));
    let bulk = Bulk::new().concurrency(3).stop_when(stop);
    let mut report = Report::default();
    let items = NUMBERS.map(|it| (it, token(it)));
    let run = bulk.run(items, &mut report, |token| {
        let deleted = delete(service.client.clone(), token);
        async {
            sleep(Duration::from_secs(1)).await;
            deleted.await
        }
    });
    let summary = run.await.unwrap();
    assert_eq!((summary.done, summary.not_begun), (6, 24));
    assert_eq!(summary.stopped, Some(Stopped::Requested));
}

#[tokio::test(start_paused = true)]
async fn rejects_duplicate_keys_before_sending() {
    let service = Service::start(|_| good()).await;
    let mut report = Report::default();
    let run = service.run(Bulk::new(), &["acme", "globex", "acme"], &mut report);
    let error = run.await.unwrap_err();
    assert!(error.to_string().contains("\"acme\""), "{error}");
    assert!(error.summary().is_none() && error.unrecorded().is_empty());
    assert_eq!((service.server.arrived(), report.records().count()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn panic_of_one_call_leaves_its_item_unknown() {
    let service = Service::start(|_| good()).await;
    let mut report = Report::default();
    let items = ["early", "late", "fine"].map(|it| (it, it));
    let run = Bulk::new().run(items, &mut report, |customer| {
        assert_ne!(customer, "early", "a broken closure");
        let deleted = delete(service.client.clone(), token(customer));
        async move {
            let response = deleted.await;
            assert_ne!(customer, "late", "a broken call");
            response
        }
    });
    let summary = run.await.unwrap();
    assert_eq!((summary.done, summary.unknown), (1, 2));
    assert_eq!(
        outcomes(&report),
        BTreeMap::from([
            ("early", ItemOutcome::Unknown),
            ("fine", ItemOutcome::Done),
            ("late", ItemOutcome::Unknown),
        ])
    );
}

/// Requires that the future of a run can be spawned.
fn spawned<T: Send>(future: T) -> T {
    future
}

#[tokio::test(start_paused = true)]
async fn runs_any_call() {
    let service = Service::start(|_| good()).await;
    let client = service.client.clone();
    let mut report = Report::default();
    let items = ["/a", "/b"].map(|path| (path, path));
    let get = |path| client.request(Method::GET, path).send();
    let run = Bulk::new().run(items, &mut report, get);
    assert!(spawned(run).await.unwrap().is_complete());
    assert_eq!(service.server.arrived(), 2);
}

#[test]
fn example_checks_its_list_before_sending() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("list.csv");
    for (rows, problem) in [
        ("\"a\nb\",token-1\n", "control characters"),
        ("a,token-1\na,token-2\n", "the same customer"),
        ("a,token-1\nb,token-1\n", "the same access token"),
        ("a\n", "expected the columns"),
    ] {
        fs::write(&path, format!("customer,access_token\n{rows}")).unwrap();
        let error = list::read(&path).unwrap_err().to_string();
        assert!(
            error.contains(problem) && !error.contains("token-1"),
            "{error}"
        );
    }
    fs::write(&path, "customer,access_token\n a , token-1 \n").unwrap();
    let rows = list::read(&path).unwrap();
    assert_eq!((rows.len(), rows[0].customer.as_str()), (1, "a"));
    assert!(!format!("{:?}", rows[0].token).contains("token-1"));
}
