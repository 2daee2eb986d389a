//! A test server that sends a fixed response.

use trackstar_test_server::{Fate, FaultServer};

use crate::client::Client;
use crate::client::connection::Connection;
use crate::credentials::{AccessToken, ApiKey};

pub(crate) const API_KEY: &str = "api-key-0123456789";
pub(crate) const ACCESS_TOKEN: &str = "access-token-0123456789";

/// Starts a server that sends `response` for every request. This also returns a connection to it.
pub(crate) async fn serve(response: impl Into<Vec<u8>>) -> (Connection, FaultServer) {
    let server = FaultServer::always(Fate::Respond(response.into()));
    let server = server.await.expect("a port");
    (connection(&server.base_url()), server)
}

/// Returns a connection to a server with this base URL.
pub(crate) fn connection(base_url: &str) -> Connection {
    let client = Client::builder(ApiKey::new(API_KEY).expect("valid"));
    let client = client.base_url(base_url).expect("valid");
    let client = client.build().expect("valid");
    client.connection(AccessToken::new(ACCESS_TOKEN).expect("valid"))
}
