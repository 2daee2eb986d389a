//! The audit log of writes.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Audit, RateLimit, RetryPolicy, WriteRecord, WriteResult};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, builder, connection_of};

use crate::drops::Failures;
use crate::retries::{good, status};

/// Stores records as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Audit for Log {
    fn record(&self, write: &WriteRecord<'_>) {
        let shown = format!("{write:?}");
        assert!(
            !shown.contains(API_KEY) && !shown.contains(ACCESS_TOKEN),
            "{shown}"
        );
        let line = format!(
            "{} {} {} {:?} {:?} {} {:?}",
            write.operation_id,
            write.method,
            write.path,
            write.connection,
            write.request_id,
            write.attempts,
            write.result
        );
        self.0.lock().unwrap().push(line);
    }
}

/// Returns the records of a delete whose attempts all get `response`.
async fn recorded(response: Fate) -> Vec<String> {
    let server = FaultServer::always(response).await.unwrap();
    let log = Log::default();
    let client = builder(server.base_url()).unwrap().audit(log.clone());
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let call = connection.label("customer-7").delete_connection().send();
    let _either_way = tokio::time::timeout(Duration::from_secs(600), call).await;
    log.take()
}

#[tokio::test(start_paused = true)]
async fn records_each_delete_once_with_its_result() {
    let head = "delete_connection DELETE /connections Some(\"customer-7\")";
    let with_id = |status: &str| {
        let head = format!("HTTP/1.1 {status}\r\nx-request-id: req-1\r\ncontent-length: 0\r\n\r\n");
        Fate::Respond(head.into_bytes())
    };
    for (response, expected) in [
        (good(), "None 1 Done"),
        (with_id("401 No"), "Some(\"req-1\") 1 NotDone"),
        (with_id("500 Bad"), "Some(\"req-1\") 1 Unknown"),
        (with_id("502 Bad"), "Some(\"req-1\") 3 Unknown"),
        // A truncated success.
        (with_id("200 OK"), "Some(\"req-1\") 1 Unknown"),
        (Fate::Close(Vec::new()), "None 3 Unknown"),
    ] {
        assert_eq!(recorded(response).await, [format!("{head} {expected}")]);
    }
    let nobody = builder("http://127.0.0.1:1").unwrap();
    let log = Log::default();
    let client = nobody.audit(log.clone()).retries(RetryPolicy::never());
    let connection = connection_of(&client.build().unwrap()).unwrap();
    connection.delete_connection().send().await.unwrap_err();
    assert_eq!(
        log.take(),
        ["delete_connection DELETE /connections None None 1 NotDone"]
    );
}

#[tokio::test(start_paused = true)]
async fn dropped_calls_are_unknown_if_sent() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let log = Log::default();
    let slow = RateLimit::default().writes(1);
    let client = builder(server.base_url())
        .unwrap()
        .audit(log.clone())
        .rate_limit(slow);
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let soon = Duration::from_millis(500);
    for expected in ["1 Unknown", "0 NotDone"] {
        // The rate limit delays the second call.
        let call = connection.delete_connection().send();
        tokio::time::timeout(soon, call)
            .await
            .expect_err("it hangs");
        let head = "delete_connection DELETE /connections None None";
        assert_eq!(log.take(), [format!("{head} {expected}")]);
    }
}

#[tokio::test(start_paused = true)]
async fn call_dropped_between_attempts_keeps_known_outcome() {
    for (line, expected) in [("502 Bad", "1 Unknown"), ("429 Slow", "1 NotDone")] {
        let response = format!("{line}\r\nretry-after: 50");
        let server = FaultServer::always(status(&response)).await.unwrap();
        let (log, failures) = (Log::default(), Failures::default());
        let client = builder(server.base_url()).unwrap().audit(log.clone());
        let client = client.middleware(failures.clone()).build().unwrap();
        {
            let connection = connection_of(&client).unwrap();
            let mut call = std::pin::pin!(connection.delete_connection().send());
            while failures.0.load(Ordering::SeqCst) == 0 {
                let step = tokio::time::timeout(Duration::from_millis(1), call.as_mut());
                step.await
                    .expect_err("the call waits for its second attempt");
            }
            assert!(log.take().is_empty(), "the call has not ended");
        }
        let head = "delete_connection DELETE /connections None None";
        assert_eq!(log.take(), [format!("{head} {expected}")]);
    }
}

#[tokio::test(start_paused = true)]
async fn records_custom_writes_but_no_reads() {
    let server = FaultServer::always(good()).await.unwrap();
    let log = Log::default();
    let client = builder(server.base_url()).unwrap().audit(log.clone());
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let send = |method| {
        connection
            .request(method, "/things")
            .send_json::<serde_json::Value>()
    };
    send(Method::GET).await.unwrap();
    assert!(log.take().is_empty());
    send(Method::POST).await.unwrap();
    let written = log.take();
    assert_eq!(written.len(), 1, "{written:?}");
    assert!(written[0].starts_with("request POST "), "{written:?}");
    assert!(written[0].ends_with("1 Done"), "{written:?}");
}

#[tokio::test(start_paused = true)]
async fn contains_panic_in_audit() {
    struct Broken;
    impl Audit for Broken {
        fn record(&self, write: &WriteRecord<'_>) {
            assert_ne!(write.result, WriteResult::Done, "a broken audit");
        }
    }
    let server = FaultServer::always(good()).await.unwrap();
    let client = builder(server.base_url()).unwrap().audit(Broken);
    let connection = connection_of(&client.build().unwrap()).unwrap();
    assert!(connection.delete_connection().send().await.unwrap().deleted);
}
