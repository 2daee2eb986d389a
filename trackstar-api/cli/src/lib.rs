//! The program `trackstar`: every operation of an OpenAPI document as a subcommand with typed flags.
//!
//! The document is read when the program starts: the vendored one, or another (`--openapi`). The list of
//! subcommands needs only the names of operations (`catalog`). The operation that is called is cut out of the
//! document and prepared as the generator of the typed client does it (`operation`). Its requests pass through
//! the client's transport (`call`), and are checked against the schemas of the document before they are sent
//! (`check`).

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

/// Runs the program on the arguments of the process, and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    if let Err(failure) = Program::start() {
        let json = arguments_request_json();
        Reporter::new(json.then_some(Format::Json), false).fail(&failure);
        return failure.exit.into();
    }
    let parsed = command::whole().try_get_matches();
    // The flags of an operation are made when its subcommand is found.
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

/// Prints help, or the error of a command line.
fn show(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // There may be no reader.
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

/// Returns true if errors are to be JSON, as far as that can be seen before the command line is parsed.
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
