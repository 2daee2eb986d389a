//! Deletes a connection and prints the response.
//!
//! By default, the program calls an embedded mock server on loopback and prints the request as
//! sent:
//!
//! ```sh
//! cargo run --example delete_connection
//! ```
//!
//! If `TRACKSTAR_BASE_URL`, `TRACKSTAR_API_KEY` and `TRACKSTAR_ACCESS_TOKEN` are set, it calls that
//! server after you confirm (or with `-- --yes`). A deletion cannot be undone.

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
Deletes a connection and prints the answer.

With nothing set, an embedded server stands in for Trackstar. With TRACKSTAR_BASE_URL,
TRACKSTAR_API_KEY and TRACKSTAR_ACCESS_TOKEN set, that server is called, after you have confirmed on
the terminal; --yes confirms beforehand. There is no undo.
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

/// Asks for confirmation on a terminal. Without a terminal, returns an error that mentions `--yes`.
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

    eprintln!("Using an embedded mock server: no account, no network.\n");
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

/// Writes to standard output. `println!` would panic if the output is closed, and the result of a
/// deletion must not be lost in a panic.
fn show(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write to standard output: {error}").into())
}

/// Returns the request line and the headers as received, with credentials redacted.
fn as_on_the_wire(request: &Received) -> String {
    let mut text = format!("{} {} HTTP/1.1\n", request.method(), request.path());
    for (name, value) in request.headers() {
        let _infallible = writeln!(text, "{name}: {value}");
    }
    text
}
