//! Calls of every operation of `api.yaml`, held against the wire.

mod answers;
mod lists;
mod mocks;
mod requests;
mod uploads;

use httpmock::MockServer;
use trackstar_api::{AccessToken, ApiKey, Client, Connection};

pub(crate) fn client(server: &MockServer) -> Client {
    let key = ApiKey::new("key-of-own-document").unwrap();
    Client::builder(key)
        .base_url(server.base_url())
        .unwrap()
        .build()
        .unwrap()
}

pub(crate) fn connection(server: &MockServer) -> Connection {
    client(server).connection(AccessToken::new("token-of-own-document").unwrap())
}
