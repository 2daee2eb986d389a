//! Dropped calls release everything they use, regardless of when they are dropped.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::{AfterAttempt, BeforeAttempt, Connection, Middleware, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection_of, response};

use crate::retries::{good, status};

/// Polls a delete up to `polls` times, whenever it is woken, and drops it. Returns whether it had
/// ended.
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
async fn dropping_at_any_await_leaks_nothing() {
    let sound = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&sound);
    // The call waits for the limiter, responses, bodies, and between attempts.
    let server = FaultServer::start(move |it| match it.number % 3 {
        _ if now.load(Ordering::SeqCst) => good(),
        0 => status("429 Slow\r\nretry-after: 1"),
        1 => Fate::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{".to_vec()),
        _ => Fate::Drip(response("502 Bad", &[], "."), Duration::from_secs(1)),
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
    // Each call is dropped one poll later than the one before, until several have ended.
    while ends < 5 {
        polls += 1;
        assert!(polls < 1000, "the call never ends");
        let points = if ends > 0 { polls - ends } else { polls };
        if dropped_after(points, &connection).await {
            ends += 1;
        }
    }
    assert!(polls > 10, "a call has more await points than {polls}");

    // The next call does not wait for the dropped calls.
    sound.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(120)).await;
    connection.delete_connection().send().await.unwrap();

    // The only remaining tasks belong to pooled connections of the client and the server.
    drop((connection, client));
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(server.open(), 0, "dropping the client closes its pool");
    assert_eq!(metrics.num_alive_tasks(), 1, "the server's own");
}

#[tokio::test(start_paused = true)]
async fn retries_dropped_in_flight_are_spent() {
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
                    error.contains("the retry budget of this connection is used up"),
                    "{error}"
                );
            }
        }
    }
    // 500 units are enough for 35 retries of 14 units.
    assert_eq!((server.arrived(), dropped), (200 + 35, 35));
}

#[tokio::test(start_paused = true)]
async fn calls_dropped_during_the_backoff_cost_nothing() {
    let server = FaultServer::always(status("502 Bad")).await.unwrap();
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
            assert!(step.is_err(), "the call waits for its second attempt");
        }
    }
    assert_eq!(server.arrived(), 200);
    let error = connection.delete_connection().send().await.unwrap_err();
    assert_eq!(error.attempts().len(), 3, "{error}");
}

/// Counts failed attempts that will be retried.
#[derive(Clone, Default)]
pub(crate) struct Failures(pub(crate) Arc<AtomicUsize>);

impl Middleware for Failures {
    fn after(&self, attempt: &AfterAttempt<'_>) {
        if attempt.again_in().is_some() {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Sends the attempt's number to the server.
struct Numbers;

impl Middleware for Numbers {
    fn before(
        &self,
        attempt: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        attempt.set_header("x-attempt", &attempt.number().to_string())
    }
}
