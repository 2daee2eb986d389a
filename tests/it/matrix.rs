//! Applies every fault to the first attempt, to every attempt, and to every other attempt. Checks
//! the result, its time, and the number of requests.
//!
//! Tokio's time is paused, so it advances only when all tasks wait.

mod faults;

use std::time::Duration;

use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Connection, Error};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

use faults::{GOOD, answer, faults};

/// Timeout of every call.
const TOTAL: Duration = Duration::from_secs(30);

async fn start(fate: Fate, faulty: fn(usize) -> bool) -> (FaultServer, Connection) {
    let server = FaultServer::start(move |arrival| {
        if faulty(arrival.number) {
            fate.clone()
        } else {
            Fate::Respond(GOOD.into())
        }
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url())
        .unwrap()
        .attempt_timeout(Duration::from_secs(5))
        .timeout(TOTAL)
        // `answers` tests the default limit, which would take long here.
        .body_limit(1024 * 1024)
        .build()
        .unwrap();
    (server, connection_of(&client).unwrap())
}

async fn delete(connection: &Connection) -> Result<(), Error> {
    let began = Instant::now();
    let outcome = connection.delete_connection().send().await.map(|_| ());
    assert!(began.elapsed() <= TOTAL, "{:?}", began.elapsed());
    outcome
}

/// The response to a POST.
#[derive(serde::Deserialize)]
struct Made {
    deleted: bool,
}

async fn post(connection: &Connection) -> Result<(), Error> {
    let request = connection.request(Method::POST, "/things").json(&"thing");
    let made = request.send_json::<Made>().await?;
    assert!(made.deleted);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn fault_at_first_attempt_is_retried_if_safe() {
    for (name, fate, expected) in faults() {
        let (server, connection) = start(fate.clone(), |number| number == 0).await;
        let outcome = delete(&connection).await;
        assert_eq!(outcome.is_ok(), expected.again.0, "{name}: {outcome:?}");
        let requests = 1 + usize::from(expected.again.0);
        assert_eq!(server.arrived(), requests, "{name}");

        let (server, connection) = start(fate, |number| number == 0).await;
        let outcome = post(&connection).await;
        assert_eq!(outcome.is_ok(), expected.again.1, "{name}: {outcome:?}");
        let requests = 1 + usize::from(expected.again.1);
        assert_eq!(server.arrived(), requests, "{name}: a post");
    }
}

#[tokio::test(start_paused = true)]
async fn fault_at_every_attempt_fails_after_three() {
    for (name, fate, expected) in faults() {
        let (server, connection) = start(fate, |_| true).await;
        let error = delete(&connection).await.expect_err(name);
        assert!((expected.check)(&error), "{name}: {error}");
        let requests = if expected.again.0 { 3 } else { 1 };
        assert_eq!(server.arrived(), requests, "{name}");
        assert_eq!(error.attempts().len(), requests, "{name}: {error}");
        let unknown = expected.unknown;
        assert_eq!(error.outcome_unknown(), unknown, "{name}: {error}");
        let text = error.to_string();
        for told in [
            "outcome unknown",
            "before you repeat it",
            "GET /connections",
        ] {
            let times = text.matches(told).count();
            assert_eq!(times, usize::from(unknown), "{name}: {told}: {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn fault_at_every_other_attempt_costs_one_retry() {
    for (name, fate, expected) in faults() {
        let (server, connection) = start(fate, |number| number % 2 == 0).await;
        for call in 0..4 {
            let outcome = delete(&connection).await;
            // If the fault is not retried, every other call fails.
            let good = expected.again.0 || call % 2 == 1;
            assert_eq!(outcome.is_ok(), good, "{name}: {outcome:?}");
        }
        let requests = if expected.again.0 { 8 } else { 4 };
        assert_eq!(server.arrived(), requests, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn unusual_but_valid_responses_are_not_faults() {
    let body = &GOOD[GOOD.find('{').unwrap()..];
    for (name, bytes) in [
        ("100 first", format!("HTTP/1.1 100 Continue\r\n\r\n{GOOD}")),
        ("HTTP/1.0", format!("HTTP/1.0 200 OK\r\n\r\n{body}")),
        (
            "chunks",
            format!(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
                body.len()
            ),
        ),
        ("no length", format!("HTTP/1.1 200 OK\r\n\r\n{body}")),
        // The server closes the connection although the response allows its reuse.
        ("closed after the response", GOOD.to_owned()),
    ] {
        let (server, connection) = start(Fate::Close(bytes.into_bytes()), |_| true).await;
        for _ in 0..3 {
            delete(&connection).await.expect(name);
        }
        assert_eq!(server.arrived(), 3, "{name}");
    }
}

#[tokio::test]
async fn error_bodies_have_the_limit_of_successes() {
    let head =
        "HTTP/1.1 422 No\r\ncontent-length: 10737418240\r\n\r\n{\"error\": \"no\", \"more\": \"";
    let server = FaultServer::always(Fate::Flood(answer(head)))
        .await
        .unwrap();
    let client = builder(server.base_url()).unwrap().body_limit(10_000);
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let error = delete(&connection).await.expect_err("a refusal");
    assert!(error.is_validation() && !error.is_too_long(), "{error}");
    assert_eq!(error.body().len(), 10_000);
}
