//! A small downstream service that deletes a connection against a server on loopback.

use std::io::{Read, Write};
use std::net::TcpListener;

use trackstar_api::prelude::*;
use trackstar_api::{AccessToken, ApiKey, Client};

const BODY: &str = r#"{"id": "conn-1", "object": "connection", "deleted": true}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let server = std::thread::spawn(move || -> std::io::Result<String> {
        let (mut stream, _) = listener.accept()?;
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let length = BODY.len();
        write!(stream, "HTTP/1.1 200 OK\r\nx-request-id: r-1\r\ncontent-length: {length}\r\n\r\n{BODY}")?;
        Ok(String::from_utf8_lossy(&head).into_owned())
    });

    let client = Client::builder(ApiKey::new("key-of-downstream")?).base_url(base_url)?.build()?;
    let connection = client.connection(AccessToken::new("token-of-downstream")?);
    let deleted = connection.delete_connection().send().await?;

    assert!(deleted.deleted);
    assert_eq!((deleted.id.as_str(), deleted.request_id()), ("conn-1", Some("r-1")));
    let head = server.join().expect("the server does not panic")?;
    assert!(head.starts_with("DELETE /connections HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("x-trackstar-api-key: key-of-downstream\r\n"), "{head}");
    assert!(head.contains("x-trackstar-access-token: token-of-downstream\r\n"), "{head}");
    println!("downstream: deleted {} (request {:?})", deleted.id, deleted.request_id());
    Ok(())
}
