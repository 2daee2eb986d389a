//! The service of the example `multi_tenant` under load, against the mock, which keeps the API's limits.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use trackstar_api::mock::{Answer, MockServer};
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AfterAttempt, Middleware};

use crate::multi_tenant::{Tenants, router};

const TENANTS: usize = 100;

/// The service on a port of its own, with the tenants `0` and so on.
async fn serving(server: &MockServer, tenants: usize) -> String {
    let mut all = Tenants::new(server.client().unwrap());
    for tenant in 0..tenants {
        let token = server.new_token().unwrap();
        all.add(tenant.to_string(), token).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(all)).await });
    format!("http://{address}")
}

/// Deletes at once, one for each of these tenants; how often each status was answered.
async fn deleted(service: &str, tenants: impl Iterator<Item = usize>) -> BTreeMap<u16, usize> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut calls = JoinSet::new();
    for tenant in tenants {
        let url = format!("{service}/tenants/{tenant}/connection");
        calls.spawn(http.delete(url).send());
    }
    let mut statuses = BTreeMap::new();
    while let Some(answer) = calls.join_next().await {
        let status = answer.unwrap().unwrap().status().as_u16();
        *statuses.entry(status).or_default() += 1;
    }
    statuses
}

/// How often the mock answered each status.
fn answered(server: &MockServer) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for request in server.requests() {
        *statuses.entry(request.status()).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tenants_who_leave_at_once_are_all_disconnected_and_none_twice() {
    let server = MockServer::start().await.unwrap();
    server.rate_limited();
    let service = serving(&server, TENANTS).await;
    let all = BTreeMap::from([(200, TENANTS)]);
    assert_eq!(deleted(&service, 0..TENANTS).await, all);
    assert_eq!(answered(&server), all);
    // Their tokens are dead, and the service says of each that it is gone.
    let gone = BTreeMap::from([(410, TENANTS)]);
    assert_eq!(deleted(&service, 0..TENANTS).await, gone);
    let all = BTreeMap::from([(200, TENANTS), (401, TENANTS)]);
    assert_eq!(answered(&server), all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_calls_come_at_once_for_one_tenant_the_api_refuses_none_of_them_for_that() {
    let server = MockServer::start().await.unwrap();
    server.rate_limited();
    // A refusal leaves the connection as it is.
    server
        .script_repeating("delete_connection", [Answer::status(422)])
        .unwrap();
    let service = serving(&server, 2).await;
    // Three seconds' worth of one, and one of the other, who does not wait for them.
    let calls = std::iter::repeat_n(0, 150).chain([1]);
    assert_eq!(deleted(&service, calls).await, BTreeMap::from([(502, 151)]));
    assert_eq!(answered(&server), BTreeMap::from([(422, 151)]));
}

#[tokio::test]
async fn what_a_caller_is_told_is_what_the_api_said_and_no_more() {
    let page = || Answer::content(404, "text/html", "<html>no such host</html>");
    for (answer, expected) in [
        (Answer::status(404), 410),
        (Answer::status(401), 410),
        // A page of something in between says nothing of the connection.
        (page(), 502),
        (Answer::content(401, "text/plain", "who are you?"), 502),
        // Nor does a gateway that asks to come back later.
        (Answer::status(503).header("retry-after", "3600"), 502),
        (
            Answer::rate_limited(std::time::Duration::from_secs(3600)),
            429,
        ),
        (Answer::hang_up(), 502),
    ] {
        let server = MockServer::start().await.unwrap();
        let case = format!("{answer:?}");
        server
            .script_repeating("delete_connection", [answer])
            .unwrap();
        let service = serving(&server, 1).await;
        let told = deleted(&service, 0..1).await;
        assert_eq!(told, BTreeMap::from([(expected, 1)]), "{case}");
    }
}

/// Whether an attempt has come to its end.
#[derive(Clone, Default)]
struct Ended(Arc<AtomicBool>);

impl Middleware for Ended {
    fn after(&self, _: &AfterAttempt<'_>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_service_has_ended_when_the_call_of_a_caller_that_hung_up_has() {
    let server = MockServer::start().await.unwrap();
    let slow = Answer::documented().delay(std::time::Duration::from_millis(300));
    server.script("delete_connection", [slow]).unwrap();
    let calls = Ended::default();
    let client = server.client_builder().unwrap().middleware(calls.clone());
    let mut all = Tenants::new(client.build().unwrap());
    all.add("0", server.new_token().unwrap()).unwrap();
    let ended = all.ended();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/tenants/0/connection",
        listener.local_addr().unwrap()
    );
    let serving = tokio::spawn(async move { axum::serve(listener, router(all)).await });
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let calling = tokio::spawn(http.delete(url).send());
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    calling.abort();
    serving.abort();
    ended.await;
    assert!(
        calls.0.load(Ordering::SeqCst),
        "the delete has come to its end"
    );
}
