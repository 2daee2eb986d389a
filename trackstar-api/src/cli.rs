//! The program `trackstar`: every operation of the document as a subcommand, with typed flags.
//!
//! What subcommands there are is generated ([`table`]); everything else is the same for all of them.
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
mod secret_file;
mod signals;
pub(crate) mod table;
mod text;
pub(crate) mod value;
mod watch;

use std::process::ExitCode;

use clap::ArgMatches;

use exit::{Exit, Failure};
use options::Options;
use report::Reporter;

/// Runs the program on the arguments of the process, and answers its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let matches = match command::whole().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Nobody may be there to read it; the code tells all the same.
            let _unread = error.print();
            let wrong = error.use_stderr();
            return if wrong {
                Exit::Usage.into()
            } else {
                ExitCode::SUCCESS
            };
        }
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
