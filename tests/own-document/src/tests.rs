//! Calls of every operation of the document, over the wire.

mod bodies;
mod lists;
mod pages;
mod refusals;
mod types;
mod uploads;

use httpmock::MockServer;
use trackstar_api::{AccessToken, ApiKey, Client, Connection};

fn client(server: &MockServer) -> Client {
    let key = ApiKey::new("key-of-own-document").unwrap();
    Client::builder(key).base_url(server.base_url()).unwrap().build().unwrap()
}

fn connection(server: &MockServer) -> Connection {
    client(server).connection(AccessToken::new("token-of-own-document").unwrap())
}
