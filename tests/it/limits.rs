//! Rate limiting against a server that counts requests. Tokio's time is paused unless a test says
//! otherwise.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{AccessToken, Client, Connection, Error, RateLimit};
use trackstar_tests::{Fate, FaultServer, Request, builder, connection};

use crate::retries::{good, status};

const SECOND: Duration = Duration::from_secs(1);

/// Starts a server that accepts 50 requests of a token in any second. Returns the number of
/// rejected requests, too.
async fn enforcing() -> (FaultServer, Arc<AtomicUsize>) {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let windows: Mutex<HashMap<String, VecDeque<Instant>>> = Mutex::default();
    let server = FaultServer::start(move |it: &Request| {
        let token = it.header("x-trackstar-access-token").unwrap().to_owned();
        let mut windows = windows.lock().unwrap();
        let window = windows.entry(token).or_default();
        let now = Instant::now();
        while window
            .front()
            .is_some_and(|first| now.duration_since(*first) >= SECOND)
        {
            window.pop_front();
        }
        if window.len() >= 50 {
            count.fetch_add(1, Ordering::SeqCst);
            return status("429 Slow\r\nretry-after: 1");
        }
        window.push_back(now);
        good()
    });
    (server.await.unwrap(), refused)
}

/// Sends `calls` concurrent deletes for each of `tokens` tokens. Returns the time that they take.
async fn deletes(client: &Client, tokens: usize, calls: usize) -> Duration {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..tokens * calls {
        let token = AccessToken::new(format!("token-{}", number % tokens)).unwrap();
        // Each call uses a new connection, because the limit belongs to the token.
        let call = client.connection(token).delete_connection();
        tasks.spawn(call.send());
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    began.elapsed()
}

async fn send_1000_deletes() -> f64 {
    let (server, refused) = enforcing().await;
    let client = builder(server.base_url()).unwrap().build().unwrap();
    let took = deletes(&client, 1, 1000).await.as_secs_f64();
    assert_eq!(refused.load(Ordering::SeqCst), 0, "no 429");
    assert_eq!(server.arrived(), 1000);
    took
}

#[tokio::test(start_paused = true)]
async fn paces_1000_concurrent_deletes_without_429() {
    let took = send_1000_deletes().await;
    assert!(took < 21.0, "{took}");
}

#[tokio::test]
#[ignore = "takes 20 seconds of real time; run it with `--ignored` after changing the limiter"]
async fn paces_1000_concurrent_deletes_in_real_time() {
    // The test with paused time checks the duration, which also depends on the machine here.
    send_1000_deletes().await;
}

#[tokio::test(start_paused = true)]
async fn hundred_tokens_have_separate_limits() {
    let (server, refused) = enforcing().await;
    let client = builder(server.base_url()).unwrap().build().unwrap();
    let one = deletes(&client, 1, 20).await.as_secs_f64();
    tokio::time::advance(SECOND * 2).await;
    let hundred = deletes(&client, 100, 20).await.as_secs_f64();
    assert!((0.36..0.42).contains(&one), "{one}");
    assert!(hundred < one * 1.05 + 0.01, "{hundred} against {one}");
    assert_eq!(refused.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn reads_and_writes_have_separate_configurable_limits() {
    let server = FaultServer::always(good()).await.unwrap();
    let took = async |limit: Option<RateLimit>, method: Method| {
        let mut builder = builder(server.base_url()).unwrap();
        if let Some(limit) = limit {
            builder = builder.rate_limit(limit);
        }
        let client = builder.build().unwrap();
        let connection = client.connection(AccessToken::new("token").unwrap());
        let began = Instant::now();
        for _ in 0..11 {
            let request = connection.request(method.clone(), "/things");
            request.send().await.unwrap();
        }
        began.elapsed().as_millis()
    };
    // Ten intervals each. The limiter may catch up after a late timer.
    assert!((990..1050).contains(&took(None, Method::GET).await));
    assert!((190..220).contains(&took(None, Method::POST).await));
    let slow = RateLimit::default().reads(2).writes(5);
    assert!((4990..5200).contains(&took(Some(slow), Method::GET).await));
    assert!((1990..2100).contains(&took(Some(slow), Method::DELETE).await));
    let off = RateLimit::default().reads(None);
    assert!(took(Some(off), Method::GET).await < 10);
    assert!(took(Some(RateLimit::off()), Method::PUT).await < 10);
    let zero = builder(server.base_url()).unwrap();
    let zero = zero.rate_limit(RateLimit::default().reads(0)).build();
    assert!(zero.unwrap_err().to_string().contains("zero"));
}

#[tokio::test(start_paused = true)]
async fn waits_for_the_next_window_before_a_429() {
    // This server has another limit: 5 per second, in windows that begin with the first request.
    let window: Mutex<Option<(Instant, u32)>> = Mutex::default();
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let server = FaultServer::start(move |_| {
        let (mut window, now) = (window.lock().unwrap(), Instant::now());
        let (began, taken) = match *window {
            Some((began, taken)) if now.duration_since(began) < SECOND => (began, taken + 1),
            _ => (now, 1),
        };
        *window = Some((began, taken));
        if taken > 5 {
            count.fetch_add(1, Ordering::SeqCst);
            return status("429 Slow\r\nretry-after: 1");
        }
        let left = 5 - taken;
        let body = "{\"id\": \"c\", \"object\": \"connection\", \"deleted\": true}";
        Fate::Respond(
            format!(
                "HTTP/1.1 200 OK\r\nx-ratelimit-limit: 5\r\nx-ratelimit-remaining: {left}\r\n\
                 x-ratelimit-reset: 1\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    });
    let server = server.await.unwrap();
    let connection = connection(server.base_url()).unwrap();
    for _ in 0..30 {
        connection.delete_connection().send().await.unwrap();
    }
    assert_eq!(refused.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn one_429_pauses_only_calls_with_its_token() {
    let fates = [status("429 Slow\r\nretry-after: 5"), good()];
    let server = FaultServer::sequence(fates).await.unwrap();
    let client = builder(server.base_url()).unwrap().build().unwrap();
    let of = |token| client.connection(AccessToken::new(token).unwrap());
    let began = Instant::now();
    let first = tokio::spawn(of("one").delete_connection().send());
    while server.arrived() == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    of("two").delete_connection().send().await.unwrap();
    assert!(began.elapsed() < SECOND, "another token");
    of("one").delete_connection().send().await.unwrap();
    assert!(began.elapsed() >= SECOND * 5, "the same token waits");
    first.await.unwrap().unwrap();

    // A call whose timeout is shorter than the pause fails at once, and nothing is sent.
    let slow = FaultServer::always(status("429 Slow\r\nretry-after: 9")).await;
    let slow = slow.unwrap();
    let short = builder(slow.base_url()).unwrap().timeout(SECOND).build();
    let short = short
        .unwrap()
        .connection(AccessToken::new("three").unwrap());
    assert!(
        short
            .delete_connection()
            .send()
            .await
            .unwrap_err()
            .is_rate_limited()
    );
    let began = Instant::now();
    let error: Error = short.delete_connection().send().await.unwrap_err();
    assert!(began.elapsed() < Duration::from_millis(10));
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert!(
        error.retry_after().is_some_and(|it| it > SECOND * 8),
        "{error}"
    );
    assert!(error.attempts().is_empty());
    assert_eq!(slow.arrived(), 1);
}

/// Starts a delete by polling it once.
fn kept_delete(connection: &Connection) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let call = connection.delete_connection().send();
    let mut kept: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async {
        call.await.unwrap();
    });
    let mut context = Context::from_waker(Waker::noop());
    assert!(kept.as_mut().poll(&mut context).is_pending());
    kept
}

/// Returns the time that `calls` deletes take, sequentially or concurrently, while `kept` others
/// were polled only once.
async fn time_with_kept_calls(kept: usize, calls: usize, at_once: bool) -> f64 {
    let server = FaultServer::always(good()).await.unwrap();
    let connection = connection(server.base_url()).unwrap();
    for _ in 0..3 {
        connection.delete_connection().send().await.unwrap();
    }
    let kept: Vec<_> = (0..kept).map(|_| kept_delete(&connection)).collect();
    let began = Instant::now();
    if at_once {
        let mut tasks = JoinSet::new();
        for _ in 0..calls {
            tasks.spawn(connection.delete_connection().send());
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap().unwrap();
        }
    } else {
        for _ in 0..calls {
            connection.delete_connection().send().await.unwrap();
        }
    }
    let took = began.elapsed().as_secs_f64();
    assert_eq!(server.arrived(), 3 + calls);
    // The kept calls proceed when they are polled again.
    for kept in kept {
        kept.await;
    }
    took
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_not_polled_barely_delay_others() {
    let alone = time_with_kept_calls(0, 1000, true).await;
    for kept in [1, 100] {
        let took = time_with_kept_calls(kept, 1000, true).await;
        assert!(took < alone * 1.1, "{kept}: {took} against {alone}");
    }
    for at_once in [false, true] {
        let alone = time_with_kept_calls(0, 40, at_once).await;
        for kept in [1, 5] {
            let took = time_with_kept_calls(kept, 40, at_once).await;
            assert!(took < alone + 0.1, "{kept}: {took} against {alone}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn kept_call_before_each_write_costs_half_a_slot() {
    let server = FaultServer::always(good()).await.unwrap();
    let connection = connection(server.base_url()).unwrap();
    connection.delete_connection().send().await.unwrap();
    let began = Instant::now();
    let mut kept = Vec::new();
    for _ in 0..50 {
        kept.push(kept_delete(&connection));
        connection.delete_connection().send().await.unwrap();
    }
    // A slot of the limiter is 20.7 milliseconds.
    let took = began.elapsed().as_secs_f64();
    assert!((1.0..1.7).contains(&took), "{took}");
}
