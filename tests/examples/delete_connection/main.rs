//! Deletes a connection and prints the response.
//!
//! By default, this uses an embedded mock server and also prints the request:
//!
//! ```sh
//! cargo run --example delete_connection
//! ```
//!
//! If you set `TRACKSTAR_BASE_URL`, `TRACKSTAR_API_KEY` and `TRACKSTAR_ACCESS_TOKEN`, it calls that
//! server instead. Since a deletion can't be undone, it asks for confirmation first (unless you
//! pass `-- --yes`).

#![allow(clippy::print_stderr, reason = "the example prints to standard error")]

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;

use trackstar_api::mock::{MockServer, Received};
use trackstar_api::prelude::*;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{AccessToken, ApiKey, Client};

const BASE_URL: &str = "TRACKSTAR_BASE_URL";
const VARIABLES: [&str; 3] = [BASE_URL, "TRACKSTAR_API_KEY", "TRACKSTAR_ACCESS_TOKEN"];

const HELP: &str = "\
Deletes a connection and prints the response.

Usage: cargo run --example delete_connection [-- --yes]

By default, this uses an embedded mock server. To use a different server, set TRACKSTAR_BASE_URL,
TRACKSTAR_API_KEY and TRACKSTAR_ACCESS_TOKEN. A deletion cannot be undone, so you are asked for
confirmation unless you pass --yes.
";

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let mut yes = false;
    for argument in std::env::args_os().skip(1) {
        match argument.to_str() {
            Some("--yes") => yes = true,
            Some("--help" | "-h") => return show(HELP),
            _ => return Err(format!("unknown argument {}: see --help", argument.display()).into()),
        }
    }
    let missing: Vec<&str> = VARIABLES
        .into_iter()
        .filter(|name| std::env::var_os(name).is_none())
        .collect();
    match missing.as_slice() {
        [] => against_a_real_server(yes).await,
        missing if missing.len() == VARIABLES.len() => against_the_embedded_server().await,
        missing => Err(format!(
            "not set: {}; set all of {} to call that server, or none of them to call the mock \
             server",
            missing.join(", "),
            VARIABLES.join(", ")
        )
        .into()),
    }
}

async fn against_a_real_server(yes: bool) -> Result<(), Failure> {
    let base_url = std::env::var(BASE_URL).map_err(|_| format!("{BASE_URL} is not UTF-8"))?;
    let client = Client::builder(ApiKey::from_env()?)
        .base_url(&base_url)?
        .build()?;
    let connection = client.connection(AccessToken::from_env()?);
    if !yes && !confirmed(&base_url)? {
        return Err("not confirmed; nothing was sent".into());
    }
    let deleted = connection.delete_connection().send().await?;
    eprintln!("request id: {}", deleted.request_id().unwrap_or("none"));
    show_answer(&deleted)
}

/// Asks for confirmation. Without a terminal, this returns an error that suggests `--yes`.
fn confirmed(base_url: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(
            "deleting a connection cannot be undone, and there is no terminal to confirm it; \
                    add `-- --yes` to continue"
                .into(),
        );
    }
    eprint!(
        "This permanently deletes the connection of TRACKSTAR_ACCESS_TOKEN at {base_url}.\n\
         Type \"delete\" to continue: "
    );
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "delete")
}

async fn against_the_embedded_server() -> Result<(), Failure> {
    let server = MockServer::start().await?;
    let deleted = server.connection()?.delete_connection().send().await?;

    eprintln!("Using an embedded mock server (no account or network needed).\n");
    for request in server.requests() {
        eprintln!("{}", as_on_the_wire(&request));
    }
    let request_id = deleted.request_id().unwrap_or("none");
    eprintln!(
        "response: {} (request id {request_id}):\n",
        deleted.status()
    );
    show_answer(&deleted)
}

fn show_answer(deleted: &DeleteConnectionResponse) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(deleted)?;
    show(&format!("{json}\n")).map_err(|error| {
        let id = &deleted.id;
        format!(
            "the API reported deleted = {} for {id}, but {error}",
            deleted.deleted
        )
        .into()
    })
}

/// Writes to standard output.
///
/// We don't use `println!` because it panics if the output is closed. In that case, we'd no longer
/// be able to report the result of the deletion.
fn show(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write to standard output: {error}").into())
}

/// Formats a request as it was received, except that credentials are redacted.
fn as_on_the_wire(request: &Received) -> String {
    let mut text = format!("{} {} HTTP/1.1\n", request.method(), request.path());
    for (name, value) in request.headers() {
        let _infallible = writeln!(text, "{name}: {value}");
    }
    text
}
