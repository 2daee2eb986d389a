//! The service of the example `multi_tenant` under load, against the mock with the API's rate
//! limits.

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

/// Starts the service on an unused port. The tenants are called `0`, `1` and so on.
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

/// Sends a concurrent delete for each of these tenants. Returns the number of responses by status.
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

/// Returns the number of the mock's responses by status.
fn answered(server: &MockServer) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for request in server.requests() {
        *statuses.entry(request.status()).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disconnects_100_concurrent_tenants_once_each() {
    let server = MockServer::start().await.unwrap();
    server.rate_limited();
    let service = serving(&server, TENANTS).await;
    let all = BTreeMap::from([(200, TENANTS)]);
    assert_eq!(deleted(&service, 0..TENANTS).await, all);
    assert_eq!(answered(&server), all);
    // The tokens are now invalid, and the service reports each connection as gone.
    let gone = BTreeMap::from([(410, TENANTS)]);
    assert_eq!(deleted(&service, 0..TENANTS).await, gone);
    let all = BTreeMap::from([(200, TENANTS), (401, TENANTS)]);
    assert_eq!(answered(&server), all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_of_one_tenant_get_no_429() {
    let server = MockServer::start().await.unwrap();
    server.rate_limited();
    // An error keeps the connection.
    server
        .script_repeating("delete_connection", [Answer::status(422)])
        .unwrap();
    let service = serving(&server, 2).await;
    // Calls for three seconds for one tenant, and one call for another tenant, which does not wait.
    let calls = std::iter::repeat_n(0, 150).chain([1]);
    assert_eq!(deleted(&service, calls).await, BTreeMap::from([(502, 151)]));
    assert_eq!(answered(&server), BTreeMap::from([(422, 151)]));
}

#[tokio::test]
async fn callers_see_no_responses_of_gateways() {
    let page = || Answer::content(404, "text/html", "<html>no such host</html>");
    for (answer, expected) in [
        (Answer::status(404), 410),
        (Answer::status(401), 410),
        // An HTML page comes from a gateway, which does not know the connection.
        (page(), 502),
        (Answer::content(401, "text/plain", "who are you?"), 502),
        // A gateway's `retry-after` is not passed on either.
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

/// Whether an attempt has ended.
#[derive(Clone, Default)]
struct Ended(Arc<AtomicBool>);

impl Middleware for Ended {
    fn after(&self, _: &AfterAttempt<'_>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn shutdown_waits_for_calls_of_disconnected_callers() {
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
    assert!(calls.0.load(Ordering::SeqCst), "the delete has ended");
}
