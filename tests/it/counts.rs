//! Events for metrics, as a user's implementation of `Metrics` counts them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Connection, Drift, Event, EventKind, Metrics, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

use crate::retries::{good, status};

#[derive(Clone, Default)]
pub(crate) struct Counts(Arc<Mutex<Vec<String>>>);

impl Metrics for Counts {
    fn count(&self, event: &Event<'_>) {
        let text = match &event.kind {
            EventKind::Call {
                outcome, attempts, ..
            } => format!("call {outcome:?} {attempts}"),
            EventKind::Attempt { number, status, .. } => {
                format!("attempt {number} {:?}", status.map(|it| it.as_u16()))
            }
            EventKind::Wait { reason, time, .. } => {
                assert!(*time > Duration::ZERO);
                format!("wait {reason:?}")
            }
            EventKind::Drift { drift, .. } => format!("drift {drift:?}"),
            other => format!("{other:?}"),
        };
        let label = event.connection.unwrap_or("-");
        self.0.lock().unwrap().push(format!("{label} {text}"));
    }
}

impl Counts {
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn counted_of(fates: Vec<Fate>) -> (Counts, Connection, FaultServer) {
    let server = FaultServer::sequence(fates).await.unwrap();
    let counts = Counts::default();
    let client = builder(server.base_url()).unwrap().metrics(counts.clone());
    let connection = connection_of(&client.build().unwrap()).unwrap();
    (counts, connection.label("acme"), server)
}

#[tokio::test(start_paused = true)]
async fn counts_calls_attempts_waits_and_outcomes() {
    let wait = status("429 Slow\r\nretry-after: 1");
    let (counts, connection, _server) = counted_of(vec![wait, good()]).await;
    connection.delete_connection().send().await.unwrap();
    assert_eq!(
        counts.take(),
        [
            "acme attempt 1 Some(429)",
            "acme wait RetryAfter",
            "acme attempt 2 Some(200)",
            "acme call Success 2",
        ]
    );
    let _second = connection.delete_connection().send().await.unwrap();
    let counted = counts.take();
    assert_eq!(counted[0], "acme wait RateLimit", "at 50 per second");

    // A wait of zero is not counted.
    let (counts, connection, _server) = counted_of(vec![status("502 Bad"), good()]).await;
    let at_once = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let call = connection
        .request(Method::DELETE, "/x")
        .with_retries(at_once);
    call.send().await.unwrap();
    let counted = counts.take();
    assert!(
        counted.iter().all(|it| !it.contains("Backoff")),
        "{counted:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn counts_dropped_calls() {
    let (counts, connection, _server) = counted_of(vec![Fate::Hang(Vec::new())]).await;
    let call = connection.delete_connection().send();
    let late = tokio::time::timeout(Duration::from_secs(1), call).await;
    assert!(late.is_err());
    assert_eq!(counts.take(), ["acme call Dropped 1"]);
}

#[tokio::test]
async fn counts_responses_that_violate_the_document() {
    let accepted = status("202 Later");
    let empty = Fate::Respond(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec());
    let (counts, connection, _server) = counted_of(vec![accepted, empty]).await;
    connection.delete_connection().send().await.unwrap_err();
    connection.delete_connection().send().await.unwrap_err();
    let told: Vec<String> = counts.take();
    let drifts: Vec<&String> = told.iter().filter(|it| it.contains("drift")).collect();
    assert_eq!(drifts, ["acme drift Status(202)", "acme drift Undecodable"]);
    assert_eq!(
        Drift::Undecodable.to_string(),
        "a body that does not match its type"
    );
    assert_eq!(told.last().map(String::as_str), Some("acme call Unknown 1"));
}
