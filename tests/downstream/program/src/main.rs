//! A program with the operations of one document, which calls a library with those of another. Both use the
//! same connection to a server on loopback.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use trackstar_api::{AccessToken, ApiKey, Client};

/// The operations for orders.
pub mod orders {
    trackstar_api::include_operations!();
}

use orders::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let server = std::thread::spawn(move || -> std::io::Result<Vec<String>> {
        let bodies = [r#"{"id": "p-1", "state": "sent"}"#, r#"{"data": [{"id": "o-1"}]}"#];
        let mut lines = Vec::new();
        for body in bodies {
            let (mut stream, _) = listener.accept()?;
            let mut head = BufReader::new(&stream).lines();
            lines.push(head.next().expect("a request")?);
            while head.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let length = body.len();
            write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")?;
        }
        Ok(lines)
    });

    let client = Client::builder(ApiKey::new("key-of-program")?).base_url(base_url)?.build()?;
    let connection = client.connection(AccessToken::new("token-of-program")?);
    let state = library::state(&connection, "p-1").await?;
    let orders = connection.list_wms_orders().send().await?;

    assert_eq!((state.to_string().as_str(), orders.data[0].id.as_str()), ("sent", "o-1"));
    let lines = server.join().expect("the server does not panic")?;
    assert_eq!(lines, ["GET /parcels/p-1 HTTP/1.1", "GET /wms/orders HTTP/1.1"]);
    println!("program: {lines:?}");
    Ok(())
}
