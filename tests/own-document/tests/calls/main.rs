//! Calls every operation of `api.yaml` and checks requests and responses over HTTP.

mod answers;
mod decimals;
mod lists;
mod mocks;
mod released;
mod requests;
mod secrets;
mod uploads;
mod wire;

use httpmock::MockServer;
use trackstar_api::{AccessToken, ApiKey, Client, ClientBuilder, Connection};

pub(crate) fn builder(base_url: impl AsRef<str>) -> ClientBuilder {
    let key = ApiKey::new("key-of-own-document").unwrap();
    Client::builder(key).base_url(base_url).unwrap()
}

pub(crate) fn client(server: &MockServer) -> Client {
    builder(server.base_url()).build().unwrap()
}

pub(crate) fn connection_of(client: &Client) -> Connection {
    client.connection(AccessToken::new("token-of-own-document").unwrap())
}

pub(crate) fn connection(server: &MockServer) -> Connection {
    connection_of(&client(server))
}
