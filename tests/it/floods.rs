//! Servers that send endlessly, and extreme settings. Every call must end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;
use trackstar_api::prelude::*;
use trackstar_api::{ClientBuilder, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection, connection_of};

use crate::retries::{good, status};

/// Fails if the call has not ended long after its timeout.
async fn ended<T>(call: impl Future<Output = T>) -> T {
    let call = tokio::time::timeout(Duration::from_secs(600), call);
    call.await.expect("the call ends in time")
}

/// Starts a server that sends `first` and then `again` repeatedly.
async fn flooding(first: &'static str, again: &str) -> FaultServer {
    let again: Arc<str> = again.repeat(400).into();
    let server = FaultServer::raw(move |mut stream: TcpStream| {
        let again = Arc::clone(&again);
        async move {
            let _head = stream.read(&mut [0; 4096]).await;
            let _gone = stream.write_all(first.as_bytes()).await;
            while stream.write_all(again.as_bytes()).await.is_ok() {}
        }
    });
    server.await.unwrap()
}

#[tokio::test]
async fn endless_response_parts_end_in_time() {
    let long = "x-a: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let trailers = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n";
    let extension = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;";
    let hint = "HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n";
    for (name, first, again) in [
        ("100 Continue", "", "HTTP/1.1 100 Continue\r\n\r\n"),
        ("103 Early Hints", "", hint),
        ("trailers", trailers, long),
        ("chunk extension", extension, "aaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("chunks of one byte", chunked, "1\r\nx\r\n"),
        ("chunk size", chunked, "0"),
        ("headers", "HTTP/1.1 200 OK\r\n", long),
        (
            "header name",
            "HTTP/1.1 200 OK\r\n",
            "aaaaaaaaaaaaaaaaaaaaaa",
        ),
        (
            "header value",
            "HTTP/1.1 200 OK\r\na: ",
            "aaaaaaaaaaaaaaaaaaaa",
        ),
        (
            "reason phrase",
            "HTTP/1.1 200 ",
            "aaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        ("empty lines", "", "\r\n"),
        ("no HTTP", "", "SSH-2.0-OpenSSH_9.6 "),
    ] {
        let server = flooding(first, again).await;
        let client = builder(server.base_url()).unwrap();
        let client = client.attempt_timeout(Duration::from_secs(2));
        let client = client.retries(RetryPolicy::never()).build().unwrap();
        let call = connection_of(&client).unwrap().delete_connection().send();
        let error = ended(call).await.unwrap_err();
        // Part of a response arrived, so the request had arrived.
        assert!(error.outcome_unknown(), "{name}: {error}");
        assert_eq!(server.connections(), 1, "{name}");
        assert!(error.to_string().len() < 2000, "{name}: {error}");
    }
}

type Set = fn(ClientBuilder) -> ClientBuilder;

#[tokio::test(start_paused = true)]
async fn settings_accept_extreme_durations() {
    let policy = |builder: ClientBuilder| {
        let policy = RetryPolicy::default().time_limit(Duration::MAX);
        builder.retries(policy.longest_retry_after(Duration::MAX))
    };
    let settings: [(&str, Set); 8] = [
        ("timeout", |it| it.timeout(Duration::MAX)),
        ("attempt_timeout", |it| it.attempt_timeout(Duration::MAX)),
        ("connect_timeout", |it| it.connect_timeout(Duration::MAX)),
        ("all", |it| {
            let it = it.timeout(Duration::MAX).attempt_timeout(Duration::MAX);
            it.connect_timeout(Duration::MAX)
        }),
        ("policy", policy),
        ("policy without a timeout", |it| {
            let policy = RetryPolicy::default().time_limit(Duration::MAX);
            it.timeout(None).retries(policy)
        }),
        ("none", |it| {
            it.timeout(None).attempt_timeout(None).connect_timeout(None)
        }),
        ("seconds", |it| it.timeout(Duration::from_secs(u64::MAX))),
    ];
    for (name, set) in settings {
        let fates = [status("429 Slow\r\nretry-after: 1"), good()];
        let server = FaultServer::sequence(fates).await.unwrap();
        let client = set(builder(server.base_url()).unwrap()).build().unwrap();
        let call = connection_of(&client).unwrap().delete_connection().send();
        let deleted = ended(call).await.unwrap();
        assert!(deleted.deleted, "{name}");
        assert_eq!(server.arrived(), 2, "{name}");
    }
}

/// Starts a server whose successes request a pause of this many seconds.
async fn pausing(seconds: &str) -> FaultServer {
    let body = r#"{"id": "c", "object": "connection", "deleted": true}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: {seconds}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = FaultServer::always(Fate::Respond(answer.into_bytes()));
    server.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn limits_requested_pauses_to_a_minute() {
    for seconds in ["60", "61", "86400", "18446744073709551615"] {
        let server = pausing(seconds).await;
        let connection = connection(server.base_url()).unwrap();
        let began = Instant::now();
        for call in 0..4 {
            let result = ended(connection.delete_connection().send()).await;
            let minutes = Duration::from_secs(60 * call);
            let late = began.elapsed().saturating_sub(minutes);
            assert!(
                late < Duration::from_secs(5),
                "{seconds}: {call} {late:?} late"
            );
            result.unwrap();
        }
        // Of many concurrent calls, those that cannot be sent in time fail with that reason.
        let began = Instant::now();
        let mut calls = JoinSet::new();
        for _ in 0..10 {
            calls.spawn(connection.delete_connection().send());
        }
        let mut sent = 0;
        while let Some(result) = calls.join_next().await {
            match result.unwrap() {
                Ok(_) => sent += 1,
                Err(error) => {
                    assert!(!error.outcome_unknown(), "{error}");
                    assert!(error.to_string().contains("the rate limits"), "{error}");
                }
            }
        }
        // The timeout of a call is three minutes.
        assert!(began.elapsed() <= Duration::from_secs(181), "{seconds}");
        assert_eq!(server.arrived(), 4 + sent, "{seconds}");
        // One call per minute until the timeout. Longer pauses are treated as invalid.
        let expected = if seconds == "60" { 2..=4 } else { 2..=10 };
        assert!(expected.contains(&sent), "{seconds}: {sent}");
    }
}
