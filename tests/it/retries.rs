//! Retries, and errors that report all attempts. Tokio's time is paused.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpSocket;
use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AfterAttempt, Connection, Effect, Error, Middleware, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection, connection_of};

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 56\r\n\r\n\
    {\"id\": \"conn-1\", \"object\": \"connection\", \"deleted\":true}";

pub(crate) fn status(line: &str) -> Fate {
    Fate::Respond(format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n").into_bytes())
}

pub(crate) fn good() -> Fate {
    Fate::Respond(GOOD.into())
}

/// Starts a server that responds in these ways. The last one is repeated.
pub(crate) async fn serving(fates: Vec<Fate>) -> (FaultServer, Connection) {
    let server = FaultServer::sequence(fates).await.unwrap();
    let client = builder(server.base_url()).unwrap().build().unwrap();
    (server, connection_of(&client).unwrap())
}

async fn error_of(fates: Vec<Fate>) -> Error {
    let requests = fates.len();
    let (server, connection) = serving(fates).await;
    let error = connection.delete_connection().send().await;
    let error = error.expect_err("no attempt succeeds");
    assert_eq!(server.arrived(), requests);
    assert_eq!(error.attempts().len(), requests, "{error}");
    error
}

#[tokio::test(start_paused = true)]
async fn error_after_ambiguous_delete_keeps_outcome_unknown() {
    for refusal in ["401 No", "403 No", "404 Gone"] {
        for lost in [
            status("503 Busy\r\nretry-after: 1"),
            Fate::Close(Vec::new()),
            Fate::Reset(Vec::new()),
            Fate::Hang(Vec::new()),
            Fate::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{".to_vec()),
            status("502 Bad"),
            status("504 Late"),
        ] {
            let error = error_of(vec![lost, status(refusal)]).await;
            assert!(error.outcome_unknown(), "{error}");
            assert_eq!(error.status().unwrap().as_str(), &refusal[..3]);
            let text = error.to_string();
            for part in [
                "GET /connections",
                "an earlier attempt may have taken effect",
                "[attempt 1: ",
                "attempt 2: status 40",
            ] {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(!text.contains("check the API key"), "{text}");
            let unknown: Vec<bool> = error
                .attempts()
                .iter()
                .map(trackstar_api::Attempt::outcome_unknown)
                .collect();
            assert_eq!(unknown, [true, false]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn error_after_failed_attempts_without_effect() {
    let wait = "429 Slow\r\nretry-after: 1";
    let error = error_of(vec![status(wait), status("404 Gone")]).await;
    assert!(error.is_not_found() && !error.outcome_unknown(), "{error}");
    assert!(!error.to_string().contains("GET /connections"), "{error}");
    let error = error_of(vec![status(wait), status("401 No")]).await;
    assert!(error.is_unauthorized() && !error.outcome_unknown());
    assert_eq!(error.attempts()[1].waited().as_secs(), 1);
    assert_eq!(error.attempts()[0].status().unwrap().as_u16(), 429);
    // Each attempt reports its own wait.
    let longer = "429 Slow\r\nretry-after: 2";
    let error = error_of(vec![status(wait), status(longer), status("404 Gone")]).await;
    let waited = error.attempts().iter().map(|it| it.waited().as_secs());
    assert_eq!(waited.collect::<Vec<_>>(), [0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn reads_are_never_ambiguous() {
    let (server, connection) = serving(vec![Fate::Close(Vec::new()), status("404 Gone")]).await;
    let error = connection.request(Method::GET, "/things").send().await;
    let error = error.expect_err("gone");
    assert!(error.is_not_found() && !error.outcome_unknown());
    assert_eq!((server.arrived(), error.attempts().len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn success_after_ambiguous_attempt() {
    let (server, connection) = serving(vec![Fate::Hang(Vec::new()), good()]).await;
    let deleted = connection.delete_connection().send().await.unwrap();
    assert!(deleted.deleted);
    assert_eq!(server.arrived(), 2);
}

#[tokio::test(start_paused = true)]
async fn undecodable_success_after_a_lost_attempt_is_most_likely_done() {
    let body = Fate::Respond(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec());
    let error = error_of(vec![Fate::Close(Vec::new()), body]).await;
    assert!(error.is_decode() && error.outcome_unknown(), "{error}");
    assert_eq!(error.effect(), Effect::Reported, "{error}");
    let text = error.to_string();
    assert!(text.contains("most likely taken effect"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn html_after_ambiguous_attempt_keeps_outcome_unknown() {
    let page = Fate::Respond(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>".to_vec());
    let error = error_of(vec![Fate::Close(Vec::new()), page]).await;
    assert!(error.is_decode() && error.outcome_unknown(), "{error}");
    let open = "outcome unknown: the request may have taken effect";
    assert!(error.to_string().contains(open), "{error}");
}

#[tokio::test(start_paused = true)]
async fn truncated_error_response_is_retried_like_a_whole_one() {
    for (line, method, requests) in [
        ("429 Slow", Method::POST, 2),
        ("503 Busy\r\nretry-after: 1", Method::POST, 1),
        ("503 Busy\r\nretry-after: 1", Method::PUT, 2),
        ("502 Bad", Method::POST, 1),
        ("502 Bad", Method::PUT, 2),
        ("500 Oops", Method::PUT, 1),
        ("404 Gone", Method::PUT, 1),
    ] {
        let half = format!("HTTP/1.1 {line}\r\ncontent-length: 9\r\n\r\n{{");
        let (server, connection) = serving(vec![Fate::Close(half.into_bytes()), good()]).await;
        let outcome = connection.request(method, "/things").send().await;
        assert_eq!(outcome.is_ok(), requests == 2, "{line}: {outcome:?}");
        assert_eq!(server.arrived(), requests, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_for_retry_after_if_longer() {
    let began = Instant::now();
    let (_server, connection) = serving(vec![status("429 Slow\r\nretry-after: 7"), good()]).await;
    connection.delete_connection().send().await.unwrap();
    let took = began.elapsed().as_secs_f64();
    assert!((7.0..7.5).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn waits_at_least_as_long_as_unusual_retry_after() {
    for (wait, least, most) in [
        ("1.5", 1.5, 2.5),
        ("0.2", 0.2, 1.5),
        ("3, 1", 3.0, 3.5),
        ("1\r\nretry-after: 2", 2.0, 2.5),
        ("soon", 1.0, 1.5),
        ("-1", 1.0, 1.5),
        ("", 1.0, 1.5),
        ("2026-11-26T10:00:00Z", 1.0, 1.5),
    ] {
        for line in ["429 Slow", "503 Busy"] {
            let began = Instant::now();
            let line = format!("{line}\r\nretry-after: {wait}");
            let (server, connection) = serving(vec![status(&line), good()]).await;
            connection.delete_connection().send().await.unwrap();
            let took = began.elapsed().as_secs_f64();
            assert!((least..most).contains(&took), "{line}: {took}");
            assert_eq!(server.arrived(), 2, "{line}");
        }
    }
    for wait in ["99999999999999999999999999", "1, 120", "120, soon", "61.5"] {
        let began = Instant::now();
        let line = format!("429 Slow\r\nretry-after: {wait}");
        let error = error_of(vec![status(&line)]).await;
        assert!(began.elapsed().as_secs() < 1, "at once");
        let text = error.to_string();
        assert!(
            text.contains("longer than the retry policy allows"),
            "{text}"
        );
    }
}

/// Starts listening after the first attempt.
struct OpensPort(Mutex<Option<TcpSocket>>, Arc<AtomicUsize>);

impl Middleware for OpensPort {
    fn after(&self, attempt: &AfterAttempt<'_>) {
        if attempt.number() > 1 {
            return;
        }
        assert!(attempt.error().is_some_and(Error::is_connect));
        let mut door = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let listener = door.take().unwrap().listen(16).unwrap();
        let arrived = Arc::clone(&self.1);
        let server = FaultServer::on(listener, move |_| {
            arrived.fetch_add(1, Ordering::SeqCst);
            good()
        });
        // The server runs until the end of the test.
        std::mem::forget(server.unwrap());
    }
}

/// Returns a local port on which nothing listens. The socket reserves the port.
pub(crate) fn closed_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[tokio::test(start_paused = true)]
async fn retries_refused_connection_for_every_method() {
    for method in [Method::DELETE, Method::POST] {
        let (door, address) = closed_port();
        let base_url = format!("http://{address}");
        let shut = connection(&base_url).unwrap();
        let error = shut.request(method.clone(), "/things").send().await;
        let error = error.expect_err("nobody listens");
        assert!(error.is_connect() && !error.outcome_unknown());
        assert_eq!(error.attempts().len(), 3, "{error}");

        let arrived = Arc::default();
        let opens = OpensPort(Mutex::new(Some(door)), Arc::clone(&arrived));
        let client = builder(&base_url).unwrap().middleware(opens).build();
        let connection = connection_of(&client.unwrap()).unwrap();
        connection.request(method, "/things").send().await.unwrap();
        assert_eq!(arrived.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retries_failed_tls_handshake_without_sending() {
    let server = FaultServer::greeting(b"no tls here\r\n".to_vec());
    let server = server.await.unwrap();
    let base_url = server.base_url().replace("http:", "https:");
    let post = connection(base_url).unwrap();
    let error = post.request(Method::POST, "/things").send().await;
    let error = error.expect_err("no TLS");
    assert!(error.is_connect() && !error.outcome_unknown(), "{error}");
    assert_eq!(error.attempts().len(), 3);
    assert!(server.heads().is_empty(), "no request was sent");
}

#[tokio::test(start_paused = true)]
async fn policies_apply_to_clients_and_calls() {
    let server = FaultServer::always(status("502 Bad")).await.unwrap();
    let client = builder(server.base_url()).unwrap();
    let client = client.retries(RetryPolicy::default().attempts(5)).build();
    let connection = connection_of(&client.unwrap()).unwrap();
    let call = connection.delete_connection();
    assert_eq!(call.clone().send().await.unwrap_err().attempts().len(), 5);
    let never = call.with_retries(RetryPolicy::never());
    assert_eq!(never.send().await.unwrap_err().attempts().len(), 1);
    assert_eq!(server.arrived(), 6);
}

#[tokio::test(start_paused = true)]
async fn retry_budgets_belong_to_connections() {
    let server = FaultServer::start(|it| match it.header("x-trackstar-access-token") {
        Some("broken") => status("502 Bad"),
        _ if it.number % 2 == 0 => status("502 Bad"),
        _ => good(),
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url()).unwrap().build().unwrap();
    let of = |token| client.connection(trackstar_api::AccessToken::new(token).unwrap());
    let attempts = async |connection: &Connection| {
        let error = connection.delete_connection().send().await.unwrap_err();
        (error.attempts().len(), error.to_string())
    };
    // The budget of 500 units allows 35 retries of 14 units: 17 calls with two, and one with one.
    let broken = of("broken");
    for _ in 0..17 {
        assert_eq!(attempts(&broken).await.0, 3);
    }
    assert_eq!(attempts(&broken.clone()).await.0, 2);
    let (number, text) = attempts(&of("broken")).await;
    assert_eq!(number, 1, "connections of a token share the budget");
    assert!(
        text.contains("the retry budget of this connection is used up"),
        "{text}"
    );

    let before = server.arrived();
    let sound = of("sound");
    for _ in 0..50 {
        sound.delete_connection().send().await.unwrap();
    }
    assert!(server.arrived() - before >= 99, "each call was retried");
}

#[tokio::test(start_paused = true)]
async fn successes_without_retry_refill_the_budget() {
    let broken = Arc::new(AtomicBool::new(true));
    let now = Arc::clone(&broken);
    let server = FaultServer::start(move |_| {
        if now.load(Ordering::SeqCst) {
            status("502 Bad")
        } else {
            good()
        }
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url()).unwrap().build().unwrap();
    let connection = connection_of(&client).unwrap();
    let attempts = async || {
        let error = connection.delete_connection().send().await.unwrap_err();
        error.attempts().len()
    };
    // The budget of 500 units allows 35 retries of 14 units. 10 units remain.
    for expected in [3; 17].into_iter().chain([2, 1]) {
        assert_eq!(attempts().await, expected);
    }
    // After 3 successes, one unit is missing for a retry. After another success, a retry is
    // possible.
    for (successes, expected) in [(3, 1), (1, 2), (13, 1), (1, 2)] {
        broken.store(false, Ordering::SeqCst);
        for _ in 0..successes {
            connection.delete_connection().send().await.unwrap();
        }
        broken.store(true, Ordering::SeqCst);
        assert_eq!(attempts().await, expected, "after {successes}");
    }
}

#[tokio::test(start_paused = true)]
async fn successful_retries_refund_only_their_cost() {
    // 17 calls use 34 retries, and 4 successes refill the budget to two retries. Then every second
    // attempt succeeds.
    let server = FaultServer::start(|it| match it.number {
        51..55 => good(),
        55..95 if it.number % 2 == 0 => good(),
        _ => status("502 Bad"),
    });
    let server = server.await.unwrap();
    let connection = connection(server.base_url()).unwrap();
    for _ in 0..17 {
        connection.delete_connection().send().await.unwrap_err();
    }
    for _ in 0..24 {
        connection.delete_connection().send().await.unwrap();
    }
    assert_eq!(server.arrived(), 95);
    let attempts = async || {
        let error = connection.delete_connection().send().await.unwrap_err();
        error.attempts().len()
    };
    assert_eq!((attempts().await, attempts().await), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn custom_http_client_does_not_retry() {
    let (server, _) = serving(vec![status("500 Oops")]).await;
    let retry = reqwest::retry::for_host("127.0.0.1").no_budget();
    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "the type has no public name"
    )]
    let retry = retry.classify_fn(|it| it.retryable());
    let own = reqwest::Client::builder().retry(retry);
    let client = builder(server.base_url())
        .unwrap()
        .reqwest_0_13(own)
        .build();
    let connection = connection_of(&client.unwrap()).unwrap();
    connection.delete_connection().send().await.unwrap_err();
    assert_eq!(server.arrived(), 1);
}
