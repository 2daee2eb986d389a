//! Deletes a list of connections with `trackstar_api::bulk`. You can interrupt the program at any
//! time and resume later, without losing track of an outcome.
//!
//! By default, this uses an embedded mock server:
//!
//! ```sh
//! cargo run --example delete_many
//! ```
//!
//! If you pass a list and set `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL`, the connections in that
//! list are deleted. Note that this can't be undone. The base URL is required so that you don't use
//! the production API by mistake.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the example prints to the terminal"
)]

mod list;

use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use trackstar_api::bulk::{Bulk, ItemError, ItemOutcome, Journal, JournalFile, Record};
use trackstar_api::mock::MockServer;
use trackstar_api::prelude::*;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{AccessToken, ApiKey, Client, Response};

const HELP: &str = "\
Deletes a list of connections and records their outcomes in a journal.

Usage: cargo run --example delete_many -- LIST [OPTIONS]

LIST is a CSV file with the columns `customer` and `access_token`. If you don't pass one, the program
uses an embedded mock server. Otherwise, you need to set TRACKSTAR_API_KEY and TRACKSTAR_BASE_URL.

Options:
  --journal FILE      Where to store the outcomes [default: LIST.jsonl]. It doesn't contain any tokens.
  --concurrency N     How many deletes to run at a time.
  --repeat-unknown    Repeat customers whose outcome is unknown. Check GET /connections first.
  --yes               Don't ask for confirmation.

To resume, run the program again with the same journal. Customers that are done are skipped, even if
their token has changed. Don't use a journal more than once at a time. If you press Ctrl-C, deletes in
progress are completed first. The exit code is 0 if all connections are deleted, and 1 otherwise.
";

type Failure = Box<dyn std::error::Error>;

enum Asked {
    Help,
    Demonstration,
    List(Arguments),
}

struct Arguments {
    list: PathBuf,
    journal: PathBuf,
    bulk: Bulk,
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

/// Returns true if all connections in the list have been deleted.
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
    let (mut list, mut journal, mut yes) = (None, None, false);
    let mut bulk = Bulk::new();
    let mut given = given.peekable();
    if given.peek().is_none() {
        return Ok(Asked::Demonstration);
    }
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or(format!("{argument} requires a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--yes" => yes = true,
            "--repeat-unknown" => bulk = bulk.repeat_unknown(),
            "--journal" => journal = Some(PathBuf::from(value()?)),
            "--concurrency" => {
                let number = value()?.parse().ok().filter(|number| *number > 0);
                bulk = bulk.concurrency(number.ok_or("--concurrency requires a number above 0")?);
            }
            flag if flag.starts_with('-') => {
                return Err(format!("unknown flag {flag}; see --help").into());
            }
            path if list.is_none() => list = Some(PathBuf::from(path)),
            _ => return Err("only one list is allowed; see --help".into()),
        }
    }
    let list = list.ok_or("a list is required; see --help")?;
    let journal = journal.unwrap_or_else(|| {
        let mut name = list.clone().into_os_string();
        name.push(".jsonl");
        name.into()
    });
    Ok(Asked::List(Arguments {
        list,
        journal,
        bulk,
        yes,
    }))
}

async fn against_a_real_server(arguments: Arguments) -> Result<bool, Failure> {
    let base_url = std::env::var("TRACKSTAR_BASE_URL")
        .map_err(|_| "set TRACKSTAR_BASE_URL to the server of the connections to delete")?;
    let client = Client::builder(ApiKey::from_env()?)
        .base_url(&base_url)?
        .build()?;
    if !arguments.yes && !confirmed(list::read(&arguments.list)?.len(), &base_url)? {
        return Err("not confirmed; nothing was sent".into());
    }
    let bulk = arguments.bulk.stop_when(async {
        match tokio::signal::ctrl_c().await {
            Ok(()) => eprintln!("stopping: waiting for the deletes in progress"),
            // If we can't listen for the signal, just wait for the run to complete.
            Err(_) => std::future::pending().await,
        }
    });
    delete(&client, &arguments.list, &arguments.journal, bulk).await
}

fn confirmed(rows: usize, base_url: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err("there is no terminal to confirm the deletion; add --yes to continue".into());
    }
    eprint!(
        "This permanently deletes up to {rows} connections at {base_url}.\nType \"delete\" to continue: "
    );
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "delete")
}

/// Runs the list twice, to show that deletes aren't repeated if they succeed.
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
    rows.write_record(["umbrella", "an-unknown-token"])?;
    rows.flush()?;
    let server = server.start().await?;
    eprintln!("Using an embedded mock server (no account or network needed).\n");
    let (client, journal) = (server.client()?, folder.path().join("journal.jsonl"));
    delete(&client, &list, &journal, Bulk::new()).await?;
    eprintln!("\nThe second run repeats only the rejected delete.\n");
    delete(&client, &list, &journal, Bulk::new()).await?;
    eprintln!("\nThe journal:\n\n{}", std::fs::read_to_string(&journal)?);
    Ok(true)
}

async fn delete(client: &Client, list: &Path, journal: &Path, bulk: Bulk) -> Result<bool, Failure> {
    let rows = list::read(list)?;
    let mut journal = Shown(JournalFile::open(journal)?);
    let items = rows.into_iter().map(|row| (row.customer.clone(), row));
    let run = bulk.run(items, &mut journal, |row| delete_one(client, row));
    let summary = run.await?;
    eprintln!("{summary}");
    Ok(summary.is_complete())
}

async fn delete_one(
    client: &Client,
    row: list::Row,
) -> Result<Response<DeleteConnectionResponse>, ItemError> {
    let connection = client.connection(row.token).label(row.customer);
    let response = connection.delete_connection().send().await?;
    if response.deleted {
        Ok(response)
    } else {
        let text = "the API reported that it did not delete the connection";
        Err(ItemError::not_done(&response, text))
    }
}

/// A journal that prints outcomes as they are recorded.
struct Shown(JournalFile);

impl Journal for Shown {
    fn outcome_of(&self, key: &str) -> Option<ItemOutcome> {
        self.0.outcome_of(key)
    }

    fn record(&mut self, record: &Record) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let known = record.outcome != ItemOutcome::Unknown;
        if known || record.status.is_some() || record.message.is_some() {
            let message = record.message.as_deref().unwrap_or_default();
            eprintln!("{}: {:?} {message}", record.key, record.outcome);
        }
        self.0.record(record)
    }
}
