//! A test server that sends a fixed response.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::client::connection::Connection;
use crate::credentials::{AccessToken, ApiKey};

pub(crate) const API_KEY: &str = "api-key-0123456789";
pub(crate) const ACCESS_TOKEN: &str = "access-token-0123456789";

/// Starts a server that reads a request (without a body) and sends `answer`. This returns a
/// connection to the server, along with the head of the request.
pub(crate) async fn serve(answer: impl Into<Vec<u8>>) -> (Connection, JoinHandle<String>) {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a head"));
        }
        stream.write_all(&answer).await.expect("written");
        String::from_utf8(head).expect("text")
    });
    (connection(&format!("http://{address}")), server)
}

/// Returns a connection to a server with this base URL.
pub(crate) fn connection(base_url: &str) -> Connection {
    let client = Client::builder(ApiKey::new(API_KEY).expect("valid"));
    let client = client.base_url(base_url).expect("valid");
    let client = client.build().expect("valid");
    client.connection(AccessToken::new(ACCESS_TOKEN).expect("valid"))
}
