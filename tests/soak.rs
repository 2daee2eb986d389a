//! Many calls with many tokens against a server that often fails. No call is lost, metrics match,
//! and memory does not grow.
//!
//! Makes 20,000 calls, or as many as `SOAK_CALLS` specifies. Tokio's time is paused, so limits and
//! waits take no real time.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a setup failure is a test failure"
)]

use std::alloc::System;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cap::Cap;
use tokio::task::JoinSet;
use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, Client, Event, EventKind, Metrics, Outcome, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, Request, builder, response};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const TOKENS: usize = 50;
/// Number of concurrent calls.
const CALLERS: usize = 200;

/// Returns one of seven faults for one of five requests.
fn fate(arrival: &Request) -> Fate {
    // A hash of the number spreads the faults over tokens and time, the same in every run.
    let mixed = (arrival.number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    if !mixed.is_multiple_of(5) {
        return reply(
            "200 OK",
            "{\"id\": \"c\", \"object\": \"connection\", \"deleted\": true}",
        );
    }
    match (mixed / 5) % 7 {
        0 => Fate::Close(Vec::new()),
        1 => Fate::Reset(Vec::new()),
        2 => Fate::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"id\"".to_vec()),
        3 => reply("429 Slow\r\nretry-after: 1", ""),
        4 => reply("503 Busy\r\nretry-after: 0", ""),
        5 => reply("502 Bad", "<html>"),
        _ => reply("404 Gone", "{\"error\": \"gone\"}"),
    }
}

fn reply(status: &str, body: &str) -> Fate {
    Fate::Respond(response(status, &[], body))
}

/// The client's metrics.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<Sums>>);

#[derive(Default)]
struct Sums {
    attempts: usize,
    retries_by_call: usize,
    outcomes: HashMap<Outcome, usize>,
}

impl Metrics for Counts {
    fn count(&self, event: &Event<'_>) {
        let mut sums = self.0.lock().unwrap();
        match &event.kind {
            EventKind::Attempt { .. } => sums.attempts += 1,
            EventKind::Call {
                outcome, attempts, ..
            } => {
                *sums.outcomes.entry(*outcome).or_default() += 1;
                sums.retries_by_call += *attempts as usize;
            }
            _ => {}
        }
    }
}

/// The results that callers get.
#[derive(Default)]
struct Seen {
    successes: usize,
    errors: usize,
    attempts_of_errors: usize,
}

async fn calls(client: &Client, count: usize) -> Seen {
    let mut tasks = JoinSet::new();
    for caller in 0..CALLERS {
        let client = client.clone();
        tasks.spawn(async move {
            let mut seen = Seen::default();
            for call in (caller..count).step_by(CALLERS) {
                let token = AccessToken::new(format!("token-{}", call % TOKENS)).unwrap();
                let connection = client.connection(token);
                let policy = RetryPolicy::default().attempts(4);
                match connection
                    .delete_connection()
                    .with_retries(policy)
                    .send()
                    .await
                {
                    Ok(deleted) if deleted.deleted => seen.successes += 1,
                    Ok(other) => panic!("{other:?}"),
                    Err(error) => {
                        seen.errors += 1;
                        seen.attempts_of_errors += error.attempts().len();
                    }
                }
            }
            seen
        });
    }
    let mut all = Seen::default();
    while let Some(seen) = tasks.join_next().await {
        let seen = seen.unwrap();
        all.successes += seen.successes;
        all.errors += seen.errors;
        all.attempts_of_errors += seen.attempts_of_errors;
    }
    all
}

#[tokio::test(start_paused = true)]
async fn loses_no_call_and_no_memory() {
    let calls_in_all = std::env::var("SOAK_CALLS").map_or(20_000, |text| text.parse().unwrap());
    let server = FaultServer::start(fate).await.unwrap();
    let counts = Counts::default();
    let client = builder(server.base_url())
        .unwrap()
        .timeout(Duration::from_secs(3600))
        .metrics(counts.clone())
        .build()
        .unwrap();

    let warm_up = calls_in_all / 4;
    let first = calls(&client, warm_up).await;
    let warm = MEMORY.allocated();
    let second = calls(&client, calls_in_all - warm_up).await;
    let grown = MEMORY.allocated().saturating_sub(warm);
    // The buffers of connections may differ by this size.
    assert!(
        grown < 1024 * 1024,
        "{grown} bytes more after {calls_in_all} calls"
    );

    let successes = first.successes + second.successes;
    let errors = first.errors + second.errors;
    assert_eq!(successes + errors, calls_in_all, "every call returned");
    assert!(errors > calls_in_all / 50, "a 404 is not retried: {errors}");
    assert!(
        errors < calls_in_all / 20,
        "other faults are retried: {errors}"
    );

    let sums = counts.0.lock().unwrap();
    assert_eq!(
        sums.attempts,
        server.arrived(),
        "server and client count the same attempts"
    );
    assert_eq!(sums.retries_by_call, server.arrived());
    assert_eq!(sums.outcomes[&Outcome::Success], successes);
    assert_eq!(sums.outcomes.values().sum::<usize>(), calls_in_all);
    assert!(!sums.outcomes.contains_key(&Outcome::Dropped));
    assert!(first.attempts_of_errors + second.attempts_of_errors >= errors);
}
