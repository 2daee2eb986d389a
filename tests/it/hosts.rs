//! Credentials go to the API's host and to no other.

use httpmock::{Method, MockServer};
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AccessToken, Connection};
use trackstar_tests::{ACCESS_TOKEN, RawServer, Script, builder, connection};

/// Deletes on `connection`, whose server redirects to `other`, and checks that nobody follows.
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

    let error = outcome.expect_err("a redirect is no success");
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
async fn no_redirect_is_followed_to_another_host() {
    for status in [301, 302, 303, 307, 308] {
        assert_not_followed(status, |url| connection(url).unwrap()).await;
    }
}

#[tokio::test]
async fn a_http_client_of_the_users_own_that_follows_redirects_does_not_here() {
    assert_not_followed(307, |url| {
        let own = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(10));
        let client = builder(url).unwrap().reqwest_0_13(own).build().unwrap();
        client.connection(AccessToken::new(ACCESS_TOKEN).unwrap())
    })
    .await;
}

#[tokio::test]
async fn a_proxy_of_the_users_own_is_used() {
    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 52\r\n\r\n\
        {\"id\": \"p\", \"object\": \"connection\", \"deleted\": true}";
    let proxy = RawServer::start(Script::Reply(reply.to_vec()))
        .await
        .unwrap();
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

/// A server that answers, and that must not be asked.
async fn proxy() -> RawServer {
    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
    RawServer::start(Script::Reply(reply)).await.unwrap()
}

#[tokio::test]
async fn plain_http_to_loopback_goes_through_no_proxy_that_was_given_for_other_hosts() {
    let proxy = proxy().await;
    let own = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy.base_url()).unwrap());
    let client = builder("http://127.0.0.1:1")
        .unwrap()
        .reqwest_0_13(own)
        .build()
        .unwrap();
    let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    let error = connection
        .delete_connection()
        .send()
        .await
        .expect_err("nobody listens there");
    assert!(error.is_connect());
    assert!(
        proxy.heads().is_empty(),
        "both credentials would stand there in the clear"
    );
}

/// Run by the next test in a process of its own, whose environment names a proxy.
const CHILD: &str = "TRACKSTAR_TESTS_CHILD";

#[tokio::test]
async fn plain_http_to_loopback_goes_through_no_proxy_of_the_environment() {
    if std::env::var_os(CHILD).is_some() {
        let outcome = connection("http://127.0.0.1:1")
            .unwrap()
            .delete_connection()
            .send()
            .await;
        assert!(outcome.expect_err("nobody listens there").is_connect());
        return;
    }
    let proxy = proxy().await;
    let name = "hosts::plain_http_to_loopback_goes_through_no_proxy_of_the_environment";
    let output = tokio::task::spawn_blocking({
        let url = proxy.base_url();
        move || {
            std::process::Command::new(std::env::current_exe().unwrap())
                .args([name, "--exact"])
                .env(CHILD, "1")
                .env("HTTP_PROXY", &url)
                .env("http_proxy", &url)
                .env("ALL_PROXY", &url)
                .env_remove("NO_PROXY")
                .env_remove("no_proxy")
                .output()
                .unwrap()
        }
    });
    let output = output.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused_unless_allowed() {
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
