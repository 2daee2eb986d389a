//! Time limits of calls and attempts. Tokio's time is paused.

use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::{BeforeAttempt, Middleware, RateLimit, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

use crate::retries::{good, serving, status};

#[tokio::test(start_paused = true)]
async fn no_wait_or_attempt_exceeds_time_limits() {
    let slow = || vec![status("429 Slow\r\nretry-after: 20"), good()];
    let (server, _) = serving(slow()).await;
    let within = |total| {
        let builder = builder(server.base_url()).unwrap();
        let client = builder.timeout(Duration::from_secs(total)).build().unwrap();
        connection_of(&client).unwrap()
    };
    let began = Instant::now();
    let error = within(10).delete_connection().send().await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(1), "at once");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert!(
        error
            .to_string()
            .contains("there was not enough time for another attempt"),
        "{error}"
    );
    within(30).delete_connection().send().await.unwrap();

    let (server, connection) = serving(slow()).await;
    let policy = RetryPolicy::default().time_limit(Duration::from_secs(10));
    let call = connection.delete_connection().with_retries(policy);
    assert!(call.send().await.unwrap_err().is_rate_limited());
    assert_eq!(server.arrived(), 1);
}

#[tokio::test(start_paused = true)]
async fn skips_attempt_that_could_not_finish_in_time() {
    let millis = Duration::from_millis;
    for (total, wait, requests) in [
        // Another attempt needs at least a second.
        (millis(10_000), 8, 2),
        (millis(10_000), 9, 1),
        // With a short timeout, it needs a tenth of the timeout.
        (millis(2_300), 2, 2),
        (millis(2_200), 2, 1),
    ] {
        let line = format!("429 Slow\r\nretry-after: {wait}");
        let (server, _) = serving(vec![status(&line), good()]).await;
        let client = builder(server.base_url()).unwrap().timeout(total).build();
        let connection = connection_of(&client.unwrap()).unwrap();
        let outcome = connection.delete_connection().send().await;
        assert_eq!(server.arrived(), requests, "{total:?}, {wait}");
        if let Err(error) = outcome {
            assert!(error.is_rate_limited() && !error.outcome_unknown());
            assert!(
                error
                    .to_string()
                    .contains("there was not enough time for another attempt"),
                "{error}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn skips_attempt_if_wait_exceeded_time_limit() {
    let (server, connection) = serving(vec![status("429 Slow\r\nretry-after: 2"), good()]).await;
    let policy = RetryPolicy::default().time_limit(Duration::from_secs(3));
    let mut call = Box::pin(connection.delete_connection().with_retries(policy).send());
    let polled = tokio::time::timeout(Duration::from_secs(1), &mut call).await;
    assert!(polled.is_err(), "the call waits for its second attempt");
    // The call is not polled for a long time.
    tokio::time::advance(Duration::from_secs(60)).await;
    let error = call.await.expect_err("too late");
    assert!(error.is_rate_limited(), "{error}");
    assert!(
        error
            .to_string()
            .contains("there was not enough time for another attempt"),
        "{error}"
    );
    assert_eq!((server.arrived(), error.attempts().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn fails_at_once_if_pause_exceeds_timeout() {
    let slow = status("429 Slow\r\nretry-after: 9");
    let (server, _) = serving(vec![slow, good()]).await;
    let client = builder(server.base_url()).unwrap();
    let client = client.timeout(Duration::from_millis(9_500)).build();
    let connection = connection_of(&client.unwrap()).unwrap();
    let call = connection.delete_connection();
    assert!(call.clone().send().await.unwrap_err().is_rate_limited());
    let began = Instant::now();
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert!(began.elapsed() < Duration::from_secs(1), "at once");
    assert_eq!(server.arrived(), 1);
}

#[tokio::test]
async fn zero_time_limit_allows_first_attempt() {
    let (server, connection) = serving(vec![status("502 Bad")]).await;
    let policy = RetryPolicy::default().time_limit(Duration::from_nanos(1));
    let error = connection
        .delete_connection()
        .with_retries(policy)
        .send()
        .await;
    assert_eq!(error.unwrap_err().attempts().len(), 1);
    assert_eq!(server.arrived(), 1);
}

/// Delays the second attempt beyond the timeout.
struct Stalls;

impl Middleware for Stalls {
    fn before(
        &self,
        attempt: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if attempt.number() == 1 {
            return Ok(());
        }
        let later = std::pin::pin!(tokio::time::advance(Duration::from_secs(10)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(later.poll(&mut context).is_pending());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn sends_nothing_after_timeout() {
    let (server, _) = serving(vec![status("429 Slow"), good()]).await;
    let client = builder(server.base_url()).unwrap().middleware(Stalls);
    let client = client.timeout(Duration::from_secs(10));
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let error = connection.delete_connection().send().await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    // A pooled connection was available.
    assert_eq!((server.arrived(), error.attempts().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn attempts_end_at_the_timeout_of_the_call() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let seconds = Duration::from_secs;
    for (total, attempt, requests, ends) in [
        (Some(seconds(7)), Some(seconds(5)), 2, 7),
        (Some(seconds(7)), None, 1, 7),
        (None, Some(seconds(5)), 3, 15),
    ] {
        let before = server.arrived();
        let client = builder(server.base_url()).unwrap();
        let client = client.timeout(total).attempt_timeout(attempt).build();
        let began = Instant::now();
        let call = connection_of(&client.unwrap()).unwrap().delete_connection();
        let error = call.send().await.unwrap_err();
        let took = began.elapsed().as_secs_f64();
        assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
        let expired = error
            .to_string()
            .contains("the timeout of the call expired");
        assert_eq!(expired, total.is_some(), "{error}");
        assert_eq!(server.arrived() - before, requests, "{total:?} {attempt:?}");
        let slack = if total.is_some() { 0.01 } else { 1.0 };
        let ends = f64::from(ends);
        assert!((ends - 0.01..ends + slack).contains(&took), "{took}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttled_attempt_reports_wait_and_duration() {
    let fates = [good(), Fate::Hang(Vec::new())];
    let server = FaultServer::sequence(fates).await.unwrap();
    let client = builder(server.base_url()).unwrap();
    let client = client.rate_limit(RateLimit::default().writes(1));
    let client = client.timeout(Duration::from_secs(7)).build();
    let connection = connection_of(&client.unwrap()).unwrap();
    connection.delete_connection().send().await.unwrap();
    let began = Instant::now();
    let error = connection.delete_connection().send().await.unwrap_err();
    let whole = began.elapsed().as_secs_f64();
    assert!((6.9..7.1).contains(&whole), "{whole}");
    let [attempt] = error.attempts() else {
        panic!("one attempt: {error}");
    };
    let (waited, took) = (attempt.waited().as_secs_f64(), attempt.took().as_secs_f64());
    assert!((0.8..1.2).contains(&waited), "{waited}");
    assert!((waited + took - whole).abs() < 0.1, "{waited} {took}");
}
