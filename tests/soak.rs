//! Many calls over many tokens against a server that often fails: nothing is lost, everything is
//! accounted for, and memory does not grow.
//!
//! 20,000 calls; `SOAK_CALLS=100000` for as many as you have time for. Time is tokio's, stopped, so
//! that limits and waits cost none.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a failure to set up is a failure"
)]

use std::alloc::System;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cap::Cap;
use tokio::task::JoinSet;
use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, Client, Event, EventKind, Metrics, Outcome, RetryPolicy};
use trackstar_tests::{Arrival, Fate, FaultServer, builder};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const TOKENS: usize = 50;
/// As many calls are under way at once.
const CALLERS: usize = 200;

/// One of five requests goes wrong, in one of seven ways.
fn fate(arrival: &Arrival) -> Fate {
    // Spread over tokens and time, the same in every run.
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
    let length = body.len();
    Fate::Answer(
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes(),
    )
}

/// What the client says of itself.
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

/// What callers got to see.
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
async fn nothing_is_lost_everything_is_accounted_for_and_memory_does_not_grow() {
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
    // As much as buffers of connections differ by.
    assert!(
        grown < 1024 * 1024,
        "{grown} bytes more after {calls_in_all} calls"
    );

    let successes = first.successes + second.successes;
    let errors = first.errors + second.errors;
    assert_eq!(successes + errors, calls_in_all, "every call came back");
    assert!(
        errors > calls_in_all / 50,
        "404 is no matter of retries: {errors}"
    );
    assert!(errors < calls_in_all / 20, "the others are: {errors}");

    let sums = counts.0.lock().unwrap();
    assert_eq!(
        sums.attempts,
        server.arrived(),
        "the server's count is the client's"
    );
    assert_eq!(sums.retries_by_call, server.arrived());
    assert_eq!(sums.outcomes[&Outcome::Success], successes);
    assert_eq!(sums.outcomes.values().sum::<usize>(), calls_in_all);
    assert!(!sums.outcomes.contains_key(&Outcome::Dropped));
    assert!(first.attempts_of_errors + second.attempts_of_errors >= errors);
}
