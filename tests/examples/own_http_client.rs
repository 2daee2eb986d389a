//! Uses your own HTTP client, which is configured with a proxy in this example.
//!
//! ```sh
//! cargo run --example own_http_client
//! ```
//!
//! To make the example run anywhere, the proxy is a part of it. You'll want to use your own
//! instead.

#![allow(clippy::print_stdout, reason = "the example prints to the terminal")]

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use trackstar_api::mock::MockServer;
use trackstar_api::prelude::*;
use trackstar_api::reexports::reqwest_0_13 as reqwest;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let server = MockServer::start().await?;
    let proxy = proxy().await?;

    // You can use this for proxies, TLS roots, client certificates, DNS or the size of the
    // connection pool. Timeouts, redirects, retries and `User-Agent` are overridden by the client.
    let http = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(format!("http://{proxy}"))?)
        .pool_idle_timeout(Duration::from_secs(20));
    let client = server
        .client_builder()?
        .reqwest_0_13(http)
        // We need this because the proxy gets the credentials unencrypted. With HTTPS, a proxy
        // can't read them, so you wouldn't need it.
        .allow_insecure()
        .build()?;
    let connection = client.connection(server.new_token()?);
    let deleted = connection.delete_connection().send().await?;
    println!("{} was deleted through the proxy", deleted.id);
    Ok(())
}

/// Starts a proxy that prints the first line of each request (but not the headers).
async fn proxy() -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Err(error) = pass_on(client).await {
                    println!("proxy: {error}");
                }
            });
        }
    });
    Ok(address)
}

async fn pass_on(mut client: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if client.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&head);
    let line = text.lines().next().unwrap_or_default();
    println!("proxy: {line}");
    let target = line
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    let target = target.ok_or_else(|| std::io::Error::other("no absolute URL"))?;
    let mut server = TcpStream::connect(target).await?;
    server.write_all(&head).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
