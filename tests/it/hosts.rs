//! Credentials are sent to the API's host only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use httpmock::{Method, MockServer};
use trackstar_api::prelude::*;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AccessToken, Connection};
use trackstar_tests::{ACCESS_TOKEN, Fate, FaultServer, builder, connection};

/// Deletes on `connection`, whose server redirects to `other`, and checks that the redirect is not
/// followed.
async fn assert_not_followed(status: u16, by: impl Fn(&str) -> Connection) {
    let other = MockServer::start_async().await;
    let lured = other
        .mock_async(|when, then| {
            when.any_request();
            then.status(200)
                .body(r#"{"id": "stolen", "object": "connection", "deleted": true}"#);
        })
        .await;
    let server = MockServer::start_async().await;
    let target = other.url("/connections");
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE).path("/connections");
            then.status(status)
                .header("location", &target)
                .header("x-request-id", "req-3");
        })
        .await;

    let outcome = by(&server.base_url()).delete_connection().send().await;

    let error = outcome.expect_err("a redirect is not a success");
    mock.assert_async().await;
    lured.assert_calls_async(0).await;
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.request_id(), Some("req-3"));
    assert!(
        error.to_string().contains("redirects are never followed"),
        "{error}"
    );
}

#[tokio::test]
async fn does_not_follow_redirects() {
    for status in [301, 302, 303, 307, 308] {
        assert_not_followed(status, |url| connection(url).unwrap()).await;
    }
}

#[tokio::test]
async fn custom_http_client_does_not_follow_redirects() {
    assert_not_followed(307, |url| {
        let own = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(10));
        let client = builder(url).unwrap().reqwest_0_13(own).build().unwrap();
        client.connection(AccessToken::new(ACCESS_TOKEN).unwrap())
    })
    .await;
}

#[tokio::test]
async fn uses_custom_proxy() {
    let proxy = answering().await;
    let own = reqwest::Client::builder().proxy(reqwest::Proxy::http(proxy.base_url()).unwrap());
    let client = builder("http://trackstar.invalid")
        .unwrap()
        .allow_insecure()
        .reqwest_0_13(own)
        .build()
        .unwrap();

    let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    assert_eq!(connection.delete_connection().send().await.unwrap().id, "p");

    let heads = proxy.heads();
    assert!(
        heads[0].starts_with("DELETE http://trackstar.invalid/connections"),
        "{}",
        heads[0]
    );
}

const DELETED: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 52\r\n\r\n\
    {\"id\": \"p\", \"object\": \"connection\", \"deleted\": true}";

/// Starts a server that responds to every request like the API.
async fn answering() -> FaultServer {
    FaultServer::always(Fate::Close(DELETED.to_vec()))
        .await
        .unwrap()
}

#[tokio::test]
async fn uses_custom_proxy_for_loopback() {
    let proxy = answering().await;
    let own = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy.base_url()).unwrap());
    let client = builder("http://127.0.0.1:1").unwrap();
    let client = client.reqwest_0_13(own).build().unwrap();
    let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    connection.delete_connection().send().await.unwrap();
    let heads = proxy.heads();
    let line = "DELETE http://127.0.0.1:1/connections HTTP/1.1\r\n";
    assert!(heads[0].starts_with(line), "{heads:?}");
}

#[tokio::test]
async fn custom_client_without_proxy_uses_none() {
    let (server, proxy) = (answering().await, answering().await);
    let own = reqwest::Client::builder().no_proxy();
    let client = builder(server.base_url()).unwrap();
    let client = client.allow_insecure().reqwest_0_13(own).build().unwrap();
    let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    connection.delete_connection().send().await.unwrap();
    assert_eq!((server.heads().len(), proxy.heads().len()), (1, 0));
}

/// Environment variable of a child process with proxy variables. Its value is the kind of client.
const CHILD: &str = "TRACKSTAR_TESTS_CHILD";
/// Environment variable with the server's address for the child.
const SERVER: &str = "TRACKSTAR_TESTS_SERVER";

/// Sends a delete with this kind of client.
async fn delete_as_child(kind: &str) -> Result<(), trackstar_api::Error> {
    let server = std::env::var(SERVER).unwrap();
    let url = if kind.contains("localhost") {
        server.replace("127.0.0.1", "localhost")
    } else if kind.contains("elsewhere") {
        // `.invalid` never resolves (RFC 6761, section 6.4).
        "http://trackstar.invalid".to_owned()
    } else {
        server
    };
    let mut client = builder(url)?.connect_timeout(std::time::Duration::from_secs(5));
    client = client.retries(trackstar_api::RetryPolicy::never());
    if kind.contains("insecure") {
        client = client.allow_insecure();
    }
    if kind.contains("own") {
        client = client.reqwest_0_13(reqwest::Client::builder());
    }
    let call = trackstar_tests::connection_of(&client.build()?)?.delete_connection();
    if kind.contains("blocking") {
        let sent = tokio::task::spawn_blocking(|| call.send_blocking());
        sent.await.unwrap().map(|_| ())
    } else {
        call.send().await.map(|_| ())
    }
}

#[tokio::test]
async fn plain_http_ignores_proxy_of_environment() {
    if let Ok(kind) = std::env::var(CHILD) {
        let sent = delete_as_child(&kind).await;
        assert_eq!(sent.is_ok(), !kind.contains("nobody"), "{sent:?}");
        return;
    }
    for (kind, at_server, at_proxy) in [
        ("default", 1, 0),
        ("localhost", 1, 0),
        ("blocking", 1, 0),
        ("insecure", 1, 0),
        ("insecure localhost", 1, 0),
        ("insecure blocking", 1, 0),
        ("insecure elsewhere: nobody", 0, 0),
        // A custom HTTP client uses the proxies of the environment.
        ("own", 0, 1),
        ("own insecure", 0, 1),
        ("own insecure elsewhere", 0, 1),
        ("own blocking", 0, 1),
    ] {
        let (server, proxy) = (answering().await, answering().await);
        let (server_url, url) = (server.base_url(), proxy.base_url());
        let output = tokio::task::spawn_blocking(move || {
            let mut child = std::process::Command::new(std::env::current_exe().unwrap());
            child.args(["hosts::plain_http_ignores_proxy_of_environment", "--exact"]);
            child.env(CHILD, kind).env(SERVER, server_url);
            for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
                child.env(name, &url);
            }
            child.env_remove("NO_PROXY").env_remove("no_proxy");
            // With this variable, as in CGI, reqwest ignores `HTTP_PROXY`, because it may come from
            // a request header.
            child.env_remove("REQUEST_METHOD").output().unwrap()
        });
        let output = output.await.unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let passed = output.status.success() && text.contains("1 passed");
        assert!(passed, "{kind}: {text}");
        let arrived = (server.heads().len(), proxy.heads().len());
        assert_eq!(arrived, (at_server, at_proxy), "{kind}");
    }
}

/// Resolves every name to the same address and counts the lookups.
struct Resolver(std::net::IpAddr, Arc<AtomicUsize>);

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        self.1.fetch_add(1, Ordering::SeqCst);
        let address = std::net::SocketAddr::new(self.0, 0);
        let addresses: reqwest::dns::Addrs = Box::new(std::iter::once(address));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

#[tokio::test]
async fn custom_resolver_cannot_redirect_localhost() {
    for host in ["localhost", "LOCALHOST"] {
        for (insecure, asked) in [(false, 0), (true, 1)] {
            let server = answering().await;
            let url = server.base_url().replace("127.0.0.1", host);
            let count = Arc::default();
            // Without `allow_insecure`, the resolver is not used. Its address would be unreachable.
            let address = if insecure {
                [127, 0, 0, 1]
            } else {
                [192, 0, 2, 1]
            };
            let resolver = Resolver(address.into(), Arc::clone(&count));
            let own = reqwest::Client::builder().no_proxy();
            let own = own.dns_resolver(Arc::new(resolver));
            let mut client = builder(url).unwrap().reqwest_0_13(own);
            client = client.connect_timeout(std::time::Duration::from_secs(5));
            if insecure {
                client = client.allow_insecure();
            }
            let connection = trackstar_tests::connection_of(&client.build().unwrap()).unwrap();
            connection.delete_connection().send().await.unwrap();
            let found = (count.load(Ordering::SeqCst), server.heads().len());
            assert_eq!(found, (asked, 1), "{host} {insecure}");
        }
    }
}

#[tokio::test]
async fn plain_http_to_other_hosts_requires_permission() {
    for url in [
        "http://production.trackstarhq.com",
        "http://192.168.1.2:8080",
    ] {
        let error = builder(url).unwrap().build().expect_err("not secure");
        assert!(error.to_string().contains("allow_insecure"), "{error}");
        builder(url)
            .unwrap()
            .allow_insecure()
            .build()
            .expect("allowed");
    }
    for url in [
        "https://example.com",
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost",
    ] {
        builder(url).unwrap().build().expect(url);
    }
}
