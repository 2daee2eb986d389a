//! A service with multiple tenants, which share a client but each have their own connection.
//!
//! By default, this uses an embedded mock server and sends a few requests to itself:
//!
//! ```sh
//! cargo run --example multi_tenant
//! ```
//!
//! To run the service until you press Ctrl-C, set `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL` and
//! pass a CSV file with the columns `tenant` and `access_token`:
//!
//! ```sh
//! cargo run --example multi_tenant -- --listen 127.0.0.1:3000 tenants.csv
//! ```
//!
//! Note that there is no authentication. You should put a proxy in front of it that takes care of
//! that.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the example prints to the terminal"
)]

mod service;

use std::process::ExitCode;

use serde::Deserialize;
use service::Tenants;
use tokio::net::TcpListener;
use trackstar_api::mock::MockServer;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AccessToken, ApiKey, Client};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match arguments.as_slice() {
        [] => call_itself().await,
        ["--listen", address, tenants] => listen(address, tenants).await,
        _ => Err("usage: multi_tenant [--listen ADDRESS TENANTS]".into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Deserialize)]
struct Row {
    tenant: String,
    access_token: String,
}

async fn listen(address: &str, file: &str) -> Result<(), Failure> {
    let base_url = std::env::var("TRACKSTAR_BASE_URL").map_err(|_| "set TRACKSTAR_BASE_URL")?;
    let client = Client::builder(ApiKey::from_env()?)
        .base_url(base_url)?
        .app_info("multi-tenant", "1.0.0")?
        .build()?;
    let mut tenants = Tenants::new(client);
    for (row, line) in csv::Reader::from_path(file)?.into_deserialize().zip(2..) {
        // We don't quote the row, since it may contain a token.
        let Row {
            tenant,
            access_token,
        } = row.map_err(|_| format!("{file}, row {line}: expected a tenant and a token"))?;
        tenants.add(tenant, AccessToken::new(access_token)?)?;
    }
    let ended = tenants.ended();
    let listener = TcpListener::bind(address).await?;
    eprintln!("listening on {address}");
    let serve = axum::serve(listener, service::router(tenants));
    // If we interrupted a delete now, we wouldn't know its outcome.
    let stop = async {
        let _never_fails_where_signals_exist = tokio::signal::ctrl_c().await;
    };
    serve.with_graceful_shutdown(stop).await?;
    ended.await;
    Ok(())
}

async fn call_itself() -> Result<(), Failure> {
    let server = MockServer::start().await?;
    let mut tenants = Tenants::new(server.client()?);
    tenants.add("acme", server.new_token()?)?;
    tenants.add("globex", AccessToken::new("revoked-long-ago")?)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, service::router(tenants)).await });

    eprintln!("Using an embedded mock server (no account or network needed).\n");
    let http = reqwest::Client::new();
    for tenant in ["acme", "acme", "globex", "nobody"] {
        let url = format!("http://{address}/tenants/{tenant}/connection");
        let answer = http.delete(url).send().await?;
        println!("DELETE /tenants/{tenant}/connection: {}", answer.status());
        println!("  {}", answer.text().await?);
    }
    Ok(())
}
