//! The compared code: a delete by hand on reqwest, the same with the client, and the server for
//! both.

use std::sync::OnceLock;
use std::time::Duration;

use serde::Deserialize;
use tokio::runtime::Runtime;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::reexports::reqwest_0_13::header::{
    ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue,
};
use trackstar_api::{AccessToken, ApiKey, Client, Connection, RateLimit};
use trackstar_test_server::constant;

const API_KEY: &str = "api-key-2b1f07d6c9e84a35";
const ACCESS_TOKEN: &str = "access-token-77e0c4a1f3b9";

const REPLY: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req-1\r\n\
    content-length: 57\r\n\r\n{\"id\": \"conn-1\", \"object\": \"connection\", \"deleted\": true}";

/// Returns the base URL of a server that sends [`REPLY`] to every request and allocates nothing.
pub(crate) fn server() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| constant(REPLY).unwrap())
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[derive(Deserialize)]
#[allow(
    dead_code,
    reason = "a user would decode these fields, whether or not they are read"
)]
pub(crate) struct Body {
    id: String,
    object: String,
    deleted: bool,
}

/// Sends a delete as a careful user writes it: with a pooled client, a timeout, sensitive headers,
/// a status check, the request ID, and a decoded body.
pub(crate) async fn by_hand(http: &reqwest::Client, base_url: &str) -> (Body, Option<HeaderValue>) {
    let secret = |text: &'static str| {
        let mut value = HeaderValue::from_static(text);
        value.set_sensitive(true);
        value
    };
    let response = http
        .delete(format!("{base_url}/connections"))
        .header(ACCEPT, "application/json")
        .header("x-trackstar-api-key", secret(API_KEY))
        .header("x-trackstar-access-token", secret(ACCESS_TOKEN))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let request_id = response.headers().get("x-request-id").cloned();
    let deleted = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    (deleted, request_id)
}

/// Returns the client that [`by_hand`] uses.
pub(crate) fn http() -> reqwest::Client {
    // Sends the same headers as the client.
    let identity = HeaderValue::from_static("identity");
    reqwest::Client::builder()
        .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, identity)]))
        .timeout(Duration::from_secs(60))
        .user_agent("hand-written/0.1.0")
        .build()
        .unwrap()
}

/// Returns a connection with default settings, except for a rate limit that never delays a request.
pub(crate) fn connection(base_url: &str, token: &str) -> Connection {
    let limit = RateLimit::default().writes(1_000_000_000);
    let client = Client::builder(ApiKey::new(API_KEY).unwrap()).rate_limit(limit);
    let client = client.base_url(base_url).unwrap().build().unwrap();
    client.connection(AccessToken::new(token).unwrap())
}
