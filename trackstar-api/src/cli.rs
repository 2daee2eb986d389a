//! The program `trackstar`: every operation of the document as a subcommand, with typed flags.
//!
//! What subcommands there are is generated (`table`); everything else is the same for all of them.
//! A call goes through [`dynamic`](crate::dynamic), and with it through the types of its operation.

mod arguments;
mod command;
mod confirm;
mod connect;
mod credentials;
mod exit;
mod grid;
mod options;
mod output;
mod pages;
mod profile;
mod rehearse;
mod report;
mod run;
mod secrecy;
mod secret_file;
mod signals;
pub mod table;
mod text;
mod usage;
pub mod value;
mod watch;

use std::process::ExitCode;
use std::sync::OnceLock;

use clap::ArgMatches;

use crate::mock::Document;
use crate::{dynamic, generated};

use exit::{Exit, Failure};
use options::{Format, Options};
use report::Reporter;

/// The operations of a program, generated from its document.
#[derive(Debug)]
pub struct Program {
    commands: &'static [table::Command],
    operations: &'static dynamic::Table,
    document: &'static Document,
}

impl Program {
    /// For generated code.
    #[must_use]
    pub const fn new(
        commands: &'static [table::Command],
        operations: &'static dynamic::Table,
        document: &'static Document,
    ) -> Self {
        Self {
            commands,
            operations,
            document,
        }
    }
}

/// The program that runs: that of the vendored document, if no other does.
static PROGRAM: OnceLock<&'static Program> = OnceLock::new();

fn program() -> &'static Program {
    PROGRAM.get_or_init(|| &generated::cli::PROGRAM)
}

/// Runs the program of another document. There is one in a process.
#[must_use]
pub fn run(program: &'static Program) -> ExitCode {
    let _first = PROGRAM.set(program);
    main()
}

/// Runs the program on the arguments of the process, and answers its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let matches = match command::whole().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return told(&usage::hide_values(error)),
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

/// Help, or what is wrong with the command line.
fn told(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nobody may be there to read it.
        let _unread = error.print();
        return ExitCode::SUCCESS;
    }
    // Nothing was parsed, and a program that asked for JSON is not to be told in prose.
    let mut arguments = std::env::args_os().skip(1).peekable();
    let mut json = false;
    while let Some(argument) = arguments.next() {
        let asks = argument == "--output" || argument == "-o";
        json |= argument == "--output=json" || argument == "-ojson";
        json |= asks && arguments.peek().is_some_and(|format| format == "json");
    }
    if json {
        let text = error.render().to_string();
        Reporter::new(Some(Format::Json), false).fail(&Failure::usage(text.trim()));
    } else {
        let _unread = error.print();
    }
    Exit::Usage.into()
}

fn dispatch(name: &str, matches: &ArgMatches, reporter: &mut Reporter) -> Result<(), Failure> {
    let options = Options::read(matches)?;
    match name {
        command::COMPLETIONS => pages::completions(matches),
        command::MAN => pages::man(matches),
        name => {
            let entry = command::entry(name)
                .ok_or_else(|| Failure::usage(format!("there is no command `{name}`")))?;
            run::run(entry, matches, &options, reporter)
        }
    }
}
