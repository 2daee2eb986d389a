//! Reads a corrected document as JSON from standard input, and prints the client that a build script would
//! generate from it. `cargo xtask codegen` runs this example.
//!
//! ```sh
//! cargo run --package trackstar-build --example generate < document.json
//! ```
//!
//! With `--record`, it prints the client of `trackstar-api` itself. Otherwise, it prints the client for a user's
//! crate. `--schemars`, `--webhooks` and `--httpmock` enable the corresponding settings for that client.
//! `--integrations` keeps the variants of request bodies. With `--from FILE`, errors name their positions in the
//! original document.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example speaks on standard output and standard error"
)]

use std::process::ExitCode;

use trackstar_build::{Error, Settings, client};
use trackstar_openapi::{Preparation, Source};

fn main() -> ExitCode {
    // Silence panics of progenitor, which are returned as errors and printed below.
    std::panic::set_hook(Box::new(|_| {}));
    let given = |flag: &str| std::env::args().skip(1).any(|argument| argument == flag);
    let mut settings = Settings::default();
    if given("--record") {
        settings = Settings::record();
    } else {
        settings.schemars = given("--schemars");
        settings.webhooks = given("--webhooks");
        settings.httpmock = given("--httpmock");
        // The feature `httpmock` enables `mock`.
        settings.mock = settings.httpmock;
    }
    let outcome = serde_json::from_reader(std::io::stdin().lock())
        .map_err(|error| format!("standard input is not JSON ({error}): give a document"))
        .and_then(|document| {
            let preparation = Preparation::of(document).variants(given("--integrations"));
            let prepared = preparation.webhooks(settings.webhooks).run();
            prepared.map_err(|error| error.to_string())
        })
        .and_then(|prepared| client(&prepared, &settings).map_err(located));
    match outcome {
        Ok(source) => {
            print!("{source}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the message of an error, with positions in the file of `--from`.
fn located(error: Error) -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--from");
    let Some(name) = arguments.nth(1) else {
        return error.to_string();
    };
    match std::fs::read_to_string(&name) {
        Ok(text) => {
            let document = Source {
                name: &name,
                text: &text,
            };
            error.within(document).to_string()
        }
        Err(unread) => format!("{error}\n(without positions: failed to read {name}: {unread})"),
    }
}
