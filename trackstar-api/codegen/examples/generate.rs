//! Reads a corrected document (JSON) from standard input and prints the client that the build script
//! of `trackstar-api` generates from it. `cargo xtask codegen` runs it.
//!
//! ```sh
//! cargo run --package trackstar-build --example generate < document.json
//! ```
//!
//! With `--record` it is that client; without, that of a user's crate, with what `--schemars`,
//! `--webhooks` and `--httpmock` switch on. `--integrations` keeps the variants of bodies.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example speaks on standard output and standard error"
)]

use std::process::ExitCode;

use trackstar_build::{Settings, client};
use trackstar_openapi::Preparation;

fn main() -> ExitCode {
    // A panic of progenitor comes back as an error, which is printed below.
    std::panic::set_hook(Box::new(|_| {}));
    let given = |flag: &str| std::env::args().skip(1).any(|argument| argument == flag);
    let mut settings = Settings::default();
    if given("--record") {
        settings = Settings::record();
    } else {
        settings.schemars = given("--schemars");
        settings.webhooks = given("--webhooks");
        settings.httpmock = given("--httpmock");
        // Enabled by the feature of that name.
        settings.mock = settings.httpmock;
    }
    let outcome = serde_json::from_reader(std::io::stdin().lock())
        .map_err(|error| format!("standard input is not JSON ({error}): give a document"))
        .and_then(|document| {
            let preparation = Preparation::of(document).variants(given("--integrations"));
            let prepared = preparation.webhooks(settings.webhooks).run();
            prepared.map_err(|error| error.to_string())
        })
        .and_then(|prepared| client(&prepared, &settings).map_err(|it| it.to_string()));
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
