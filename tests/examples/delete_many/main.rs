//! Deletes many connections from a list, safely: it can be stopped and gone on with at any point, and
//! no outcome is lost or guessed.
//!
//! With nothing given, an embedded server stands in for Trackstar:
//!
//! ```sh
//! cargo run --example delete_many
//! ```
//!
//! With a list, `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL` (the real address is asked for, lest a
//! slip delete anything), it deletes the connections of that list. There is no undo.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "an example speaks on the terminal"
)]

mod list;
mod report;
mod run;

use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use trackstar_api::mock::MockServer;
use trackstar_api::{AccessToken, ApiKey, Client};

const HELP: &str = "\
Deletes the connections of a list, and writes down what became of each.

    cargo run --example delete_many -- LIST [--report FILE] [--concurrency N] [--retry-unknown] [--yes]

LIST is a CSV file with the columns `customer` and `access_token`. The report (default: LIST with
`.report.csv` behind it) has no token. Run it again to go on, once at a time: what the report calls
deleted is not asked for again, also when the list has another token for that customer. A row whose outcome is unknown is left alone until you have looked (GET /connections) and say
--retry-unknown. Ctrl-C ends it when the deletes under way have ended.

TRACKSTAR_API_KEY and TRACKSTAR_BASE_URL name the server. With nothing given, an embedded server is
called. Exit code: 0 when all of the list are deleted, 1 otherwise.
";

type Failure = Box<dyn std::error::Error>;

enum Asked {
    Help,
    Demonstration,
    List(Arguments),
}

struct Arguments {
    list: PathBuf,
    report: PathBuf,
    options: run::Options,
    yes: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match begin().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything of the list is deleted.
async fn begin() -> Result<bool, Failure> {
    match asked(std::env::args().skip(1))? {
        Asked::Help => {
            print!("{HELP}");
            Ok(true)
        }
        Asked::Demonstration => against_the_embedded_server().await,
        Asked::List(arguments) => against_a_real_server(arguments).await,
    }
}

fn asked(given: impl Iterator<Item = String>) -> Result<Asked, Failure> {
    let (mut list, mut report, mut yes) = (None, None, false);
    let mut options = run::Options::default();
    let mut given = given.peekable();
    if given.peek().is_none() {
        return Ok(Asked::Demonstration);
    }
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--yes" => yes = true,
            "--retry-unknown" => options.retry_unknown = true,
            "--report" => report = Some(PathBuf::from(value()?)),
            "--concurrency" => {
                let number = value()?.parse().ok().filter(|number| *number > 0);
                options.concurrency = number.ok_or("--concurrency needs a number above 0")?;
            }
            flag if flag.starts_with('-') => {
                return Err(format!("unknown flag {flag}: see --help").into());
            }
            path if list.is_none() => list = Some(PathBuf::from(path)),
            _ => return Err("more than one list is given: see --help".into()),
        }
    }
    let list = list.ok_or("no list is given: see --help")?;
    let report = report.unwrap_or_else(|| {
        let mut name = list.clone().into_os_string();
        name.push(".report.csv");
        name.into()
    });
    Ok(Asked::List(Arguments {
        list,
        report,
        options,
        yes,
    }))
}

async fn against_a_real_server(arguments: Arguments) -> Result<bool, Failure> {
    let base_url = std::env::var("TRACKSTAR_BASE_URL")
        .map_err(|_| "set TRACKSTAR_BASE_URL to the server whose connections are to be deleted")?;
    let client = Client::builder(ApiKey::from_env()?)
        .base_url(&base_url)?
        .build()?;
    let (list, report, options) = (&arguments.list, &arguments.report, &arguments.options);
    if !arguments.yes && !confirmed(list::read(list)?.len(), &base_url)? {
        return Err("not confirmed, so nothing was sent".into());
    }
    delete(&client, list, report, options).await
}

fn confirmed(rows: usize, base_url: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err("there is no terminal to confirm on: add --yes to go ahead".into());
    }
    eprint!(
        "This deletes up to {rows} connections at {base_url} for good.\nType \"delete\" to go ahead: "
    );
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "delete")
}

/// Runs twice, to show that the second time nothing is asked for again.
async fn against_the_embedded_server() -> Result<bool, Failure> {
    let folder = tempfile::tempdir()?;
    let list = folder.path().join("connections.csv");
    let mut rows = csv::Writer::from_path(&list)?;
    rows.write_record(["customer", "access_token"])?;
    let mut server = MockServer::builder();
    for customer in ["acme", "globex", "initech"] {
        let token = format!("token-of-{customer}");
        rows.write_record([customer, &token])?;
        server = server.token(AccessToken::new(token)?);
    }
    rows.write_record(["umbrella", "a-token-that-nobody-gave-out"])?;
    rows.flush()?;
    let server = server.start().await?;
    eprintln!("An embedded server stands in for Trackstar: no account, no network.\n");
    let (client, report) = (server.client()?, folder.path().join("report.csv"));
    let options = run::Options::default();
    delete(&client, &list, &report, &options).await?;
    eprintln!("\nOnce more: only what was refused is asked for again.\n");
    delete(&client, &list, &report, &options).await?;
    eprintln!("\nThe report:\n\n{}", std::fs::read_to_string(&report)?);
    Ok(true)
}

async fn delete(
    client: &Client,
    list: &Path,
    report: &Path,
    options: &run::Options,
) -> Result<bool, Failure> {
    let rows = list::read(list)?;
    let mut report = report::Report::open(report)?;
    let summary = run::run(client, rows, &mut report, options).await?;
    eprintln!("{summary}");
    Ok(summary.is_done())
}
