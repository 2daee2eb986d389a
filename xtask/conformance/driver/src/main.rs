//! Makes calls that it reads from standard input, one per line, and writes the result of each.
//!
//! With `--list`, it writes the operations of the client instead. Values pass through the client's types in both
//! directions.

use std::error::Error;
use std::io::{BufRead, Write};

use serde::Deserialize;
use serde_json::{Value, json};
use trackstar_api::{AccessToken, ApiKey, Client, Connection};
use trackstar_conformance_driver::dynamic::{self, Arguments};
use trackstar_conformance_driver::trackstar::dynamic::TABLE;

/// A line of standard input.
#[derive(Deserialize)]
struct Call {
    /// Operation id.
    id: String,
    #[serde(default)]
    arguments: Arguments,
    /// Whether to request the items of all pages.
    #[serde(default)]
    all: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    if arguments == ["--list"] {
        writeln!(out, "{}", list())?;
        return Ok(());
    }
    let [base_url, key, token] = arguments.as_slice() else {
        return Err("usage: driver BASE_URL API_KEY ACCESS_TOKEN < CALLS, or driver --list".into());
    };
    let client = Client::builder(ApiKey::new(key)?).base_url(base_url)?.build()?;
    let connection = client.connection(AccessToken::new(token)?);
    for line in std::io::stdin().lock().lines() {
        let answer = match serde_json::from_str(&line?) {
            Ok(call) => answer(&client, &connection, call).await,
            Err(error) => json!({"error": format!("the call is none: {error}")}),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn list() -> Value {
    let operations = TABLE.operations().iter().map(|it| {
        json!({
            "id": it.id, "method": it.method, "path": it.path,
            "needs_token": it.needs_token, "paged": it.paged,
        })
    });
    operations.collect()
}

async fn answer(client: &Client, connection: &Connection, call: Call) -> Value {
    match made(client, connection, call).await {
        Ok(value) => json!({"ok": value}),
        Err(error) => json!({"error": error.to_string()}),
    }
}

async fn made(
    client: &Client,
    connection: &Connection,
    call: Call,
) -> Result<Value, dynamic::Error> {
    let Call { id, arguments, all } = call;
    let needs_token = TABLE.operations().iter().any(|it| it.id == id && it.needs_token);
    if needs_token {
        TABLE.call(connection, &id, arguments, all).await
    } else {
        TABLE.call(client, &id, arguments, all).await
    }
}
