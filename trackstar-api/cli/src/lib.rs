//! The program `trackstar`: every operation of an OpenAPI document as a subcommand with typed flags.
//!
//! The program reads the document at startup: the vendored one, or another one (`--openapi`). The list of subcommands
//! needs only the names of operations (`catalog`). The called operation is sliced out of the document and prepared in
//! the same way as for the generator of the typed client (`operation`). Requests go through the client's transport
//! (`call`), after a check against the schemas of the document (`check`).

mod arguments;
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

/// Runs the program with the arguments of the process, and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    if let Err(failure) = Program::start() {
        let json = arguments_request_json();
        Reporter::new(json.then_some(Format::Json), false).fail(&failure);
        return failure.exit.into();
    }
    let parsed = command::whole().try_get_matches();
    // Clap adds the flags of an operation while parsing, so an error from preparing them appears only now.
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

/// Prints help or a usage error.
fn show(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Ignore errors, because the reader may have closed the stream.
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

/// Returns true if the arguments request JSON errors. Works without clap, for errors that occur before or during
/// parsing.
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
