//! That calls keep to their time, and attempts to what is left of it. Time is tokio's, stopped.

use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::{BeforeAttempt, Middleware, RateLimit, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

use crate::retries::{good, serving, status};

#[tokio::test(start_paused = true)]
async fn no_wait_goes_past_the_whole_time_and_no_attempt_begins_behind_the_policys() {
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
            .contains("no time was left for another attempt"),
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
async fn no_attempt_begins_with_so_little_time_that_it_would_only_leave_the_outcome_open() {
    let millis = Duration::from_millis;
    for (total, wait, requests) in [
        // A second is left, or more; or less.
        (millis(10_000), 8, 2),
        (millis(10_000), 9, 1),
        // Of a short whole, a tenth.
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
                    .contains("no time was left for another attempt"),
                "{error}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_attempt_begins_behind_the_policys_limit_even_where_the_wait_was_longer_than_planned() {
    let (server, connection) = serving(vec![status("429 Slow\r\nretry-after: 2"), good()]).await;
    let policy = RetryPolicy::default().time_limit(Duration::from_secs(3));
    let mut call = Box::pin(connection.delete_connection().with_retries(policy).send());
    let polled = tokio::time::timeout(Duration::from_secs(1), &mut call).await;
    assert!(polled.is_err(), "it waits for its second attempt");
    // Nobody asks it for long.
    tokio::time::advance(Duration::from_secs(60)).await;
    let error = call.await.expect_err("too late");
    assert!(error.is_rate_limited(), "{error}");
    assert!(
        error
            .to_string()
            .contains("no time was left for another attempt"),
        "{error}"
    );
    assert_eq!((server.arrived(), error.attempts().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_leaves_too_little_time_is_told_at_once_and_nothing_is_sent() {
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
async fn a_policy_without_time_leaves_the_first_attempt() {
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

/// Takes longer than there is time, before the second attempt.
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
async fn what_has_no_time_left_when_it_is_to_be_sent_is_not_sent() {
    let (server, _) = serving(vec![status("429 Slow"), good()]).await;
    let client = builder(server.base_url()).unwrap().middleware(Stalls);
    let client = client.timeout(Duration::from_secs(10));
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let error = connection.delete_connection().send().await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    // There was a connection that was free.
    assert_eq!((server.arrived(), error.attempts().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn attempts_are_cut_to_what_is_left_of_the_whole() {
    let server = FaultServer::start(|_| Fate::Hang(Vec::new()))
        .await
        .unwrap();
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
        assert_eq!(server.arrived() - before, requests, "{total:?} {attempt:?}");
        let slack = if total.is_some() { 0.01 } else { 1.0 };
        let ends = f64::from(ends);
        assert!((ends - 0.01..ends + slack).contains(&took), "{took}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_held_back_has_what_is_left_and_took_what_it_took() {
    let server = FaultServer::start(|it| match it.number {
        0 => good(),
        _ => Fate::Hang(Vec::new()),
    });
    let server = server.await.unwrap();
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
