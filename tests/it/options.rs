//! Per-call options, as the server sees them.

use std::time::Duration;

use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Connection, ErrorKind, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection, connection_of};

use crate::retries::{good, status};

/// Starts a server that sends these responses in order and repeats the last one.
async fn serving(fates: Vec<Fate>) -> (FaultServer, Connection) {
    let server = FaultServer::sequence(fates).await.unwrap();
    let connection = connection(server.base_url()).unwrap();
    (server, connection)
}

#[tokio::test(start_paused = true)]
async fn sends_header_with_every_attempt() {
    let (server, connection) = serving(vec![status("502 Bad"), good()]).await;
    let call = connection.delete_connection();
    let call = call
        .with_header("X-Correlation-Id", "1")
        .with_header("x-correlation-id", "2");
    call.with_header("Accept", "application/vnd.own+json")
        .send()
        .await
        .unwrap();
    connection.delete_connection().send().await.unwrap();
    let heads = server.heads();
    let lines = |name: &str| -> Vec<Vec<String>> {
        let of = |head: &String| {
            let lines = head.split("\r\n").filter(|line| line.starts_with(name));
            lines.map(str::to_owned).collect()
        };
        heads.iter().map(of).collect()
    };
    let own = vec!["x-correlation-id: 2".to_owned()];
    assert_eq!(lines("x-correlation-id"), [own.clone(), own, Vec::new()]);
    let accept = vec!["accept: application/vnd.own+json".to_owned()];
    let document = vec!["accept: application/json".to_owned()];
    assert_eq!(lines("accept:"), [accept.clone(), accept, document]);
}

#[tokio::test(start_paused = true)]
async fn rejects_invalid_options_before_sending() {
    let (server, connection) = serving(vec![good()]).await;
    let call = connection
        .delete_connection()
        .with_header("X-Trackstar-Api-Key", "k")
        .with_header("host", "elsewhere")
        .with_header("Content-Type", "text/plain")
        .with_header("accept-encoding", "gzip")
        .with_header("x-own", "two\nlines")
        .with_timeout(Duration::ZERO);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    for part in [
        "`x-trackstar-api-key` can only be set by the client",
        "`host` can only be set by the client",
        "`content-type` can only be set by the client",
        "`accept-encoding` can only be set by the client",
        "the value of the header `x-own` is invalid",
        "`with_timeout` of zero",
    ] {
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(!error.to_string().contains("elsewhere"), "{error}");
    assert_eq!(server.arrived(), 0);
    // The last value replaces earlier ones.
    let call = connection
        .delete_connection()
        .with_header("x-own", "\n")
        .with_header("X-Own", "1");
    let call = call
        .with_timeout(Duration::ZERO)
        .with_timeout(Duration::from_secs(9));
    call.send().await.unwrap();
    let own = connection
        .request(Method::GET, "/things")
        .with_header("host", "elsewhere");
    let error = own.send().await.unwrap_err();
    assert!(error.to_string().contains("`host`"), "{error}");
    assert_eq!(server.arrived(), 1);
}

#[tokio::test(start_paused = true)]
async fn call_timeouts_replace_client_timeouts() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let client = builder(server.base_url()).unwrap();
    let client = client
        .timeout(Duration::from_secs(90))
        .attempt_timeout(Duration::from_secs(20));
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let once = || {
        connection
            .delete_connection()
            .with_retries(RetryPolicy::never())
    };
    let seconds = Duration::from_secs;
    for (call, expected) in [
        (once(), 20),
        (once().with_timeout(seconds(5)), 5),
        (once().with_attempt_timeout(seconds(7)), 7),
        (once().with_attempt_timeout(seconds(60)), 60),
        (once().with_attempt_timeout(None), 90),
        (
            once().with_attempt_timeout(None).with_timeout(seconds(300)),
            300,
        ),
    ] {
        let began = Instant::now();
        let error = call.send().await.unwrap_err();
        assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
        assert_eq!(began.elapsed().as_secs(), expected);
    }
    let unlimited = once().with_attempt_timeout(None).with_timeout(None);
    let days = tokio::time::timeout(seconds(30 * 24 * 60 * 60), unlimited.send());
    days.await.expect_err("the call never times out");
}

#[tokio::test(start_paused = true)]
async fn assume_idempotent_retries_post() {
    let post = |connection: &Connection| connection.request(Method::POST, "/things");
    let (server, connection) = serving(vec![Fate::Close(Vec::new()), good()]).await;
    let error = post(&connection).send().await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    assert_eq!((server.arrived(), error.attempts().len()), (1, 1));

    let (server, connection) = serving(vec![Fate::Close(Vec::new()), good()]).await;
    post(&connection).assume_idempotent().send().await.unwrap();
    assert_eq!(server.arrived(), 2);

    let (server, connection) = serving(vec![Fate::Close(Vec::new()), status("422 No")]).await;
    let error = post(&connection)
        .assume_idempotent()
        .send()
        .await
        .unwrap_err();
    assert!(error.outcome_unknown() && error.is_validation(), "{error}");
    assert_eq!(server.arrived(), 2);

    // An error response is not retried.
    let (server, connection) = serving(vec![status("500 Bad")]).await;
    post(&connection)
        .assume_idempotent()
        .send()
        .await
        .unwrap_err();
    assert_eq!(server.arrived(), 1);
}
