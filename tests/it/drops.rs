//! A call that is dropped takes nothing with it, wherever it was.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::{AfterAttempt, BeforeAttempt, Connection, Middleware, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

use crate::retries::{good, status};

/// Polls a delete that many times, as often as it is woken, and drops it; whether it had come to its
/// end before.
async fn dropped_after(polls: usize, connection: &Connection) -> bool {
    let mut call = pin!(connection.delete_connection().send());
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match call.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_await_leaves_no_turn_no_budget_and_no_task_behind() {
    let sound = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&sound);
    // Each kind of waiting: for the limits, for answers, their bodies, and between attempts.
    let server = FaultServer::start(move |it| match it.number % 3 {
        _ if now.load(Ordering::SeqCst) => good(),
        0 => status("429 Slow\r\nretry-after: 1"),
        1 => Fate::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{".to_vec()),
        _ => Fate::Drip(b"HTTP/1.1 502 Bad\r\ncontent-length: 1\r\n\r\n.".to_vec()),
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url()).unwrap();
    let client = client
        .attempt_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let connection = connection_of(&client).unwrap();
    let metrics = tokio::runtime::Handle::current().metrics();

    let mut polls = 0;
    let mut ends = 0;
    // Once more than a call takes, several times over.
    while ends < 5 {
        polls += 1;
        assert!(polls < 1000, "it never comes to an end");
        let points = if ends > 0 { polls - ends } else { polls };
        if dropped_after(points, &connection).await {
            ends += 1;
        }
    }
    assert!(polls > 10, "there are more points than {polls}");

    // No turn is kept: the next call does not wait for any of them.
    sound.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(120)).await;
    connection.delete_connection().send().await.unwrap();

    // No task is left but those of connections that wait to be used again: theirs and the server's.
    drop((connection, client));
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(server.open(), 0, "the pool is closed with its client");
    assert_eq!(metrics.num_alive_tasks(), 1, "the server's own");
}

#[tokio::test(start_paused = true)]
async fn retries_dropped_under_way_are_spent() {
    // The first attempt of each call fails, and the second never ends.
    let server = FaultServer::start(|it| match it.header("x-attempt") {
        Some("1") => status("502 Bad"),
        _ => Fate::Hang(Vec::new()),
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url()).unwrap().middleware(Numbers);
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let mut dropped = 0;
    for _ in 0..200 {
        let call = connection.delete_connection().send();
        match tokio::time::timeout(Duration::from_secs(2), call).await {
            Err(_) => dropped += 1,
            Ok(outcome) => {
                let error = outcome.unwrap_err().to_string();
                assert!(
                    error.contains("the retry budget of this connection is spent"),
                    "{error}"
                );
            }
        }
    }
    // 500 are 35 retries of 14.
    assert_eq!((server.arrived(), dropped), (200 + 35, 35));
}

#[tokio::test(start_paused = true)]
async fn calls_dropped_during_the_backoff_cost_nothing() {
    let server = FaultServer::start(|_| status("502 Bad")).await.unwrap();
    let failures = Failures::default();
    let client = builder(server.base_url()).unwrap();
    let client = client.middleware(failures.clone()).build().unwrap();
    let connection = connection_of(&client).unwrap();
    let minute = Duration::from_secs(60);
    let patient = RetryPolicy::default().attempts(2).backoff(minute, minute);
    let call = connection.delete_connection().with_retries(patient);
    for number in 1..=200 {
        let mut call = pin!(call.clone().send());
        while failures.0.load(Ordering::SeqCst) < number {
            let step = tokio::time::timeout(Duration::from_millis(1), call.as_mut()).await;
            assert!(step.is_err(), "it waits for its second attempt");
        }
    }
    assert_eq!(server.arrived(), 200);
    let error = connection.delete_connection().send().await.unwrap_err();
    assert_eq!(error.attempts().len(), 3, "{error}");
}

/// Counts the attempts that are to be followed by another.
#[derive(Clone, Default)]
pub(crate) struct Failures(pub(crate) Arc<AtomicUsize>);

impl Middleware for Failures {
    fn after(&self, attempt: &AfterAttempt<'_>) {
        if attempt.again_in().is_some() {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Tells the server the number of each attempt.
struct Numbers;

impl Middleware for Numbers {
    fn before(
        &self,
        attempt: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        attempt.set_header("x-attempt", &attempt.number().to_string())
    }
}
