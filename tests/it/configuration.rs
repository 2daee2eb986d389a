//! Client settings and their effect on requests.

use std::time::Duration;

use httpmock::{Method, MockServer};
use trackstar_api::prelude::*;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AccessToken, ApiKey, Client, ClientBuilder, RetryPolicy};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, builder, response};

const BODY: &str = r#"{"id": "c", "object": "connection", "deleted": true}"#;

async fn delete_with(builder: ClientBuilder) -> Result<(), trackstar_api::Error> {
    let connection = builder.build()?.connection(AccessToken::new(ACCESS_TOKEN)?);
    connection.delete_connection().send().await.map(|_| ())
}

#[tokio::test]
async fn app_info_follows_crate_in_user_agent() {
    let server = MockServer::start_async().await;
    let expected = concat!(
        "trackstar-api/",
        env!("CARGO_PKG_VERSION"),
        " my-service/1.2.0"
    );
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/connections")
                .header("user-agent", expected);
            then.status(200).body(BODY);
        })
        .await;

    let builder = builder(server.base_url())
        .unwrap()
        .app_info("my-service", "1.2.0")
        .unwrap();
    delete_with(builder).await.unwrap();

    mock.assert_async().await;
}

#[test]
fn rejects_app_info_invalid_in_headers() {
    for (name, version) in [
        ("", "1"),
        ("a", ""),
        ("a b", "1"),
        ("a", "1\r\nx: y"),
        ("ä", "1"),
    ] {
        let builder = Client::builder(ApiKey::new(API_KEY).unwrap());
        let error = builder.app_info(name, version).expect_err("no token");
        assert!(error.to_string().contains("app_info"), "{error}");
    }
}

#[tokio::test]
async fn custom_http_client_keeps_its_settings() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/connections")
                .header("x-team", "logistics")
                .header(
                    "user-agent",
                    concat!("trackstar-api/", env!("CARGO_PKG_VERSION")),
                );
            then.status(200).body(BODY);
        })
        .await;

    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-team", "logistics".parse().unwrap());
    let own = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent("theirs/1");
    delete_with(builder(server.base_url()).unwrap().reqwest_0_13(own))
        .await
        .unwrap();

    mock.assert_async().await;
}

#[tokio::test]
async fn no_timeouts_leave_that_of_custom_http_client() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let own = reqwest::Client::builder().timeout(Duration::from_millis(200));
    let builder = builder(server.base_url())
        .unwrap()
        .reqwest_0_13(own)
        .retries(RetryPolicy::never())
        .attempt_timeout(None)
        .timeout(None);
    let error = delete_with(builder).await.expect_err("hangs");
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn sequential_requests_share_a_connection() {
    let fate = Fate::Respond(response("200 OK", &[], BODY));
    let server = FaultServer::always(fate).await.unwrap();
    let client = builder(server.base_url()).unwrap().build().unwrap();
    for number in 0..3 {
        let token = AccessToken::new(format!("token-{number}")).unwrap();
        client
            .clone()
            .connection(token)
            .delete_connection()
            .send()
            .await
            .unwrap();
    }
    assert_eq!((server.connections(), server.arrived()), (1, 3));
}
