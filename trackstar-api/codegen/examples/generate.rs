//! Reads a corrected document as JSON from standard input, and prints the client that a build script would
//! generate from it. `cargo xtask codegen` runs this example.
//!
//! ```sh
//! cargo run --package trackstar-build --example generate < document.json
//! ```
//!
//! With `--record`, it prints the client of `trackstar-api` itself. Otherwise, it prints the client for a user's
//! crate. `--schemars`, `--webhooks` and `--httpmock` enable the corresponding settings for that client.
//! `--integrations` keeps the variants of request bodies. With `--from NAME`, the text of the original document
//! follows on standard input as a JSON string, and errors name their positions in it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example speaks on standard output and standard error"
)]

use std::process::ExitCode;

use serde::Deserialize as _;
use serde_json::{Deserializer, Value};
use trackstar_build::{Settings, client};
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
    match generate(&settings, given("--integrations")) {
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

/// Returns the client of the document on standard input.
fn generate(settings: &Settings, integrations: bool) -> Result<String, String> {
    let unreadable =
        |error: serde_json::Error| format!("standard input is not JSON ({error}): give a document");
    let mut input = Deserializer::from_reader(std::io::stdin().lock());
    let document = Value::deserialize(&mut input).map_err(unreadable)?;
    let mut arguments = std::env::args().skip_while(|argument| argument != "--from");
    let original = match arguments.nth(1) {
        Some(name) => Some((name, String::deserialize(&mut input).map_err(unreadable)?)),
        None => None,
    };
    input.end().map_err(unreadable)?;
    let preparation = Preparation::of(document).variants(integrations);
    let prepared = preparation.webhooks(settings.webhooks).run();
    let prepared = prepared.map_err(|error| error.to_string())?;
    client(&prepared, settings).map_err(|error| match &original {
        Some((name, text)) => error.within(Source { name, text }).to_string(),
        None => error.to_string(),
    })
}
