//! The `trackstar` program. For each operation of an OpenAPI document, it has a subcommand with
//! typed flags.
//!
//! The document is read at startup. To list the subcommands, we only need the names of the
//! operations (see `catalog`). When an operation is called, we extract it from the document and
//! prepare it in the same way as for the typed client (see `operation`). After checking the request
//! against the document's schemas (see `check`), it's sent using the client's own transport (see
//! `call`).

mod arguments;
mod brief;
mod call;
mod check;
mod columns;
mod command;
mod confirm;
mod connect;
mod credentials;
mod document;
mod dry_run;
mod exit;
mod fields;
mod flag;
mod mock;
mod names;
mod operation;
mod options;
mod outcome;
mod output;
mod pages;
mod profile;
mod report;
mod run;
mod secret_file;
mod secrets;
mod signals;
mod subcommand;
mod table;
mod text;
mod usage;
mod value;
mod watch;

use std::process::ExitCode;

use clap::ArgMatches;

use document::Program;
use exit::{Exit, Failure};
use options::{Format, Options};
use report::Reporter;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    // This only fails if there is one already, which is fine as well.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    if let Err(failure) = Program::start() {
        let json = arguments_request_json();
        Reporter::new(json.then_some(Format::Json), false).fail(&failure);
        return failure.exit.into();
    }
    let parsed = command::whole().try_get_matches();
    // Clap adds the flags of an operation while it's parsing, so this is the first chance to report
    // an error.
    if let Some(failure) = document::program().failure() {
        let json = arguments_request_json();
        Reporter::new(json.then_some(Format::Json), false).fail(failure);
        return failure.exit.into();
    }
    let matches = match parsed {
        Ok(matches) => matches,
        Err(error) => return show(&usage::hide_values(error)),
    };
    let Some((name, own)) = matches.subcommand() else {
        return Exit::Usage.into();
    };
    let mut reporter = Reporter::new(options::format(own), own.get_flag("verbose"));
    match dispatch(name, own, &mut reporter) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            reporter.fail(&failure);
            failure.exit.into()
        }
    }
}

/// Prints the help or a usage error.
fn show(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // The reader may have closed the stream. There's nothing we could do about it.
        let _unread = error.print();
        return ExitCode::SUCCESS;
    }
    if arguments_request_json() {
        let text = error.render().to_string();
        Reporter::new(Some(Format::Json), false).fail(&Failure::usage(text.trim()));
    } else {
        let _unread = error.print();
    }
    Exit::Usage.into()
}

/// Returns true if errors should be printed as JSON. This has to work even if parsing the command
/// line fails, so it doesn't use clap.
fn arguments_request_json() -> bool {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let mut json = false;
    while let Some(argument) = arguments.next() {
        let is_option = argument == "--output" || argument == "-o";
        json |= argument == "--output=json" || argument == "-ojson";
        json |= is_option && arguments.peek().is_some_and(|format| format == "json");
    }
    json
}

fn dispatch(name: &str, matches: &ArgMatches, reporter: &mut Reporter) -> Result<(), Failure> {
    let options = Options::read(matches)?;
    match name {
        command::COMPLETIONS => pages::completions(matches),
        command::MAN => pages::man(matches),
        command::MOCK => mock::serve(matches, &options, *reporter),
        name => {
            let operation = document::program().operation(name)?;
            run::run(operation, matches, &options, reporter)
        }
    }
}
