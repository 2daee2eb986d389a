//! Blocking calls over HTTP: from plain threads, together with asynchronous calls of the same
//! client, and within runtimes. A separate binary, so that its threads can be counted.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a setup failure is a test failure"
)]

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{
    AccessToken, ApiKey, BeforeAttempt, Client, Connection, Error, Middleware, RateLimit,
    RetryPolicy,
};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, builder, connection_of, response};

const DELETED: &str = r#"{"id":"c-1","object":"connection","deleted":true}"#;
const GOOD: &str = "200 OK\r\nx-request-id: r-1";

/// Starts a server in the background, so that the only runtimes on the threads of a test are its own
/// and those of blocking calls.
fn always(fate: Fate) -> FaultServer {
    FaultServer::in_background(FaultServer::always(fate)).unwrap()
}

/// Returns a response with the body of a delete.
fn status(line: &str) -> Fate {
    Fate::Respond(response(line, &[], DELETED))
}

fn client(server: &FaultServer) -> Client {
    let builder = builder(server.base_url()).unwrap();
    builder.rate_limit(RateLimit::off()).build().unwrap()
}

fn connect(server: &FaultServer) -> Connection {
    connection_of(&client(server)).unwrap()
}

/// Returns the number of threads that serve blocking calls.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "trackstar-http").count()
}

#[test]
fn plain_thread_sends_the_same_over_one_connection() {
    let server = always(status(GOOD));
    let connection = connect(&server);
    for _ in 0..2 {
        let deleted = connection.delete_connection().send_blocking().unwrap();
        assert!(deleted.deleted);
        assert_eq!((&*deleted.id, deleted.request_id()), ("c-1", Some("r-1")));
    }
    assert_eq!(server.connections(), 1, "the pool is kept between calls");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(connection.delete_connection().send())
        .unwrap();
    let heads = server.heads();
    assert_eq!(heads.len(), 3);
    assert!(heads[0].starts_with("DELETE /connections HTTP/1.1\r\n"));
    for header in [
        format!("x-trackstar-api-key: {API_KEY}"),
        format!("x-trackstar-access-token: {ACCESS_TOKEN}"),
        "accept: application/json".to_owned(),
    ] {
        assert!(heads[0].contains(&header), "{header}");
    }
    assert!(heads.iter().all(|head| *head == heads[2]), "{heads:?}");
}

#[test]
fn retries_with_the_next_key_of_its_provider() {
    let fates = ["401 Unauthorized", GOOD].map(status);
    let server = FaultServer::in_background(FaultServer::sequence(fates)).unwrap();
    let calls = AtomicUsize::new(0);
    let client = Client::builder_with_provider(move || {
        let number = calls.fetch_add(1, Ordering::SeqCst);
        async move {
            // Needs the timers of a runtime.
            tokio::time::sleep(Duration::from_millis(10)).await;
            ApiKey::new(format!("blocking-key-{number}"))
        }
    });
    let client = client.base_url(server.base_url()).unwrap().build().unwrap();
    let connection = connection_of(&client).unwrap();
    assert!(
        connection
            .delete_connection()
            .send_blocking()
            .unwrap()
            .deleted
    );
    let heads = server.heads();
    for (head, key) in heads.iter().zip(["blocking-key-0", "blocking-key-1"]) {
        let header = format!("x-trackstar-api-key: {key}");
        assert!(head.contains(&header), "{head:?}");
    }
    assert_eq!(heads.len(), 2);
}

#[test]
fn sends_custom_requests() {
    let server = always(status(GOOD));
    let request = || {
        connect(&server)
            .request(Method::GET, "/new/thing")
            .query("a", "b c")
    };
    let bytes = request().send_blocking().unwrap();
    assert_eq!(bytes.into_inner(), DELETED.as_bytes());
    let json: trackstar_api::Response<serde_json::Value> = request().send_json_blocking().unwrap();
    assert_eq!(json["deleted"], true);
    let heads = server.heads();
    assert!(
        heads
            .iter()
            .all(|it| it.starts_with("GET /new/thing?a=b+c HTTP/1.1\r\n")),
        "{heads:?}"
    );
}

#[test]
fn calls_from_many_threads_use_one_thread() {
    let server = always(status(GOOD));
    let connection = connect(&server);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..250 {
                    assert!(
                        connection
                            .delete_connection()
                            .send_blocking()
                            .unwrap()
                            .deleted
                    );
                }
            });
        }
    });
    assert_eq!(server.arrived(), 2000);
    assert!(server.connections() <= 32, "{}", server.connections());
    // Ten clients share the thread.
    for _ in 0..10 {
        connect(&server)
            .delete_connection()
            .send_blocking()
            .unwrap();
    }
    #[cfg(target_os = "linux")]
    assert_eq!(threads(), 1);
}

#[test]
fn works_within_runtimes() {
    let server = always(status(GOOD));
    let connection = connect(&server);
    let call = || connection.delete_connection().send_blocking();
    for mut builder in [
        tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread(),
    ] {
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            call().unwrap();
            connection.delete_connection().send().await.unwrap();
            // The connection made by the asynchronous call makes no progress while this thread
            // waits.
            call().unwrap();
        });
        let spawned = connection.clone();
        let spawned = runtime.spawn(async move {
            for _ in 0..200 {
                spawned.delete_connection().send_blocking()?;
            }
            Ok::<(), Error>(())
        });
        runtime.block_on(spawned).unwrap().unwrap();
        let blocking = connection.clone();
        let blocking = runtime.spawn_blocking(move || blocking.delete_connection().send_blocking());
        assert!(runtime.block_on(blocking).unwrap().unwrap().deleted);
        // The runtime exists, but nothing drives it.
        call().unwrap();
    }
    assert_eq!(
        server.connections(),
        3,
        "one for blocking calls, and one for each runtime"
    );
}

#[test]
fn shares_rate_limit_with_asynchronous_calls() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for first_blocks in [true, false] {
        let server = always(status("429 Slow\r\nretry-after: 55"));
        let connection = connect(&server);
        let call = |blocks: bool| {
            let call = connection.delete_connection();
            let call = call.with_retries(RetryPolicy::never().time_limit(Duration::from_secs(30)));
            if blocks {
                call.send_blocking()
            } else {
                runtime.block_on(call.send())
            }
        };
        let refused = call(first_blocks).unwrap_err();
        assert!(refused.is_rate_limited(), "{refused}");
        let held = call(!first_blocks).unwrap_err();
        assert!(held.is_timeout() && held.status().is_none(), "{held}");
        assert!(held.retry_after() > Some(Duration::from_secs(30)), "{held}");
        assert_eq!(
            server.arrived(),
            1,
            "nothing is sent while the token is throttled"
        );
    }
}

#[test]
fn shares_retry_budget_with_asynchronous_calls() {
    let server = always(status("503 Broken"));
    let connection = connect(&server);
    let soon = RetryPolicy::default().backoff(Duration::from_nanos(1), Duration::from_nanos(1));
    let call = || connection.delete_connection().with_retries(soon);
    let first = call().send_blocking().unwrap_err();
    assert_eq!(
        (first.attempts().len(), first.outcome_unknown()),
        (3, true),
        "{first}"
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { while call().send().await.unwrap_err().attempts().len() > 1 {} });
    let last = call().send_blocking().unwrap_err();
    assert_eq!(last.attempts().len(), 1, "{last}");
}

#[test]
fn waiting_call_in_idle_runtime_does_not_block_others() {
    let server = always(status(GOOD));
    let builder = builder(server.base_url()).unwrap();
    let client = builder
        .rate_limit(RateLimit::default().writes(20))
        .build()
        .unwrap();
    let connection = connection_of(&client).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let _entered = runtime.enter();
    runtime
        .block_on(connection.delete_connection().send())
        .unwrap();
    // These calls exceed the limit. The last one is next in the queue, but its timer wakes nothing.
    let mut waiting: Vec<_> = (0..3)
        .map(|_| Box::pin(connection.delete_connection().send()))
        .collect();
    for call in &mut waiting {
        let call = pin!(call);
        assert!(
            call.poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    }
    let deleted = connection.delete_connection().send_blocking().unwrap();
    assert!(deleted.deleted);
}

#[test]
fn timeout_ends_call_without_response() {
    let server = always(Fate::Hang(Vec::new()));
    let builder = builder(server.base_url())
        .unwrap()
        .retries(RetryPolicy::never());
    let client = builder.timeout(Duration::from_millis(50)).build().unwrap();
    let call = connection_of(&client).unwrap().delete_connection();
    let error = call.send_blocking().unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
    assert_eq!(server.arrived(), 1);
}

#[test]
fn returns_the_errors_of_asynchronous_calls() {
    let server = always(status("401 Unauthorized\r\nx-request-id: r-2"));
    let connection = connect(&server);
    let blocking = connection.delete_connection().send_blocking().unwrap_err();
    assert!(blocking.is_unauthorized());
    assert_eq!(blocking.request_id(), Some("r-2"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let other = runtime
        .block_on(connection.delete_connection().send())
        .unwrap_err();
    assert_eq!(blocking.to_string(), other.to_string());
    let reader = connection.read_only();
    let refused = reader.delete_connection().send_blocking().unwrap_err();
    assert!(
        refused.to_string().contains("nothing was sent"),
        "{refused}"
    );
}

/// Panics at the first attempt.
struct Panics(AtomicBool);

impl Middleware for Panics {
    fn before(
        &self,
        _: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        assert!(self.0.swap(true, Ordering::SeqCst), "for once");
        Ok(())
    }
}

#[test]
fn panic_in_middleware_ends_only_its_call() {
    let server = always(status(GOOD));
    let builder = builder(server.base_url()).unwrap();
    let client = builder
        .middleware(Panics(AtomicBool::new(false)))
        .build()
        .unwrap();
    let connection = connection_of(&client).unwrap();
    let call = || connection.delete_connection().send_blocking();
    let error = call().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("a middleware rejected the request"),
        "{error}"
    );
    assert!(call().unwrap().deleted);
    assert_eq!(server.arrived(), 1);
}

#[test]
fn works_with_custom_http_client() {
    let server = always(status(GOOD));
    let own =
        || trackstar_api::reexports::reqwest_0_13::Client::builder().http1_title_case_headers();
    for (client, expected) in [
        (
            builder(server.base_url()).unwrap().reqwest_0_13(own()),
            true,
        ),
        (
            builder(server.base_url())
                .unwrap()
                .reqwest_0_13_blocking(own()),
            true,
        ),
        (builder(server.base_url()).unwrap(), false),
    ] {
        let token = AccessToken::new(ACCESS_TOKEN).unwrap();
        let call = client
            .build()
            .unwrap()
            .connection(token)
            .delete_connection();
        call.send_blocking().unwrap();
        let head = server.heads().pop().unwrap();
        let title_case = head
            .lines()
            .any(|line| line.starts_with("X-Trackstar-Api-Key: "));
        assert_eq!(title_case, expected, "{head:?}");
    }
}
