//! Generates shell completions and man pages from the command line definition.

use clap::ArgMatches;
use clap_complete::Shell;

use super::command;
use super::document::program;
use super::exit::Failure;
use super::output;

/// Prints the completions for a shell.
pub(super) fn completions(matches: &ArgMatches) -> Result<(), Failure> {
    let shell = matches.get_one::<Shell>("shell").copied();
    let shell = shell.ok_or_else(|| Failure::usage("name a shell"))?;
    program().prepare_all();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command::completed(), "trackstar", &mut script);
    print(&script)
}

/// Prints the man page of the program or of one of its commands.
pub(super) fn man(matches: &ArgMatches) -> Result<(), Failure> {
    let mut whole = command::whole();
    let page = match matches.get_one::<String>("command") {
        None => whole,
        Some(name) => {
            let found = whole.find_subcommand_mut(name).cloned().ok_or_else(|| {
                Failure::usage(format!(
                    "there is no command `{}`: `trackstar --help` lists them",
                    name.escape_debug()
                ))
            })?;
            // Clap has not built the subcommand yet, so add the global options before building it.
            let mut found = found.args(super::options::shown());
            found.build();
            let title = format!("trackstar-{name}");
            found.name(title.clone()).display_name(title)
        }
    };
    let mut written = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut written)
        .map_err(|error| Failure::local(format!("the page cannot be made: {error}")))?;
    print(&written)
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(text);
    output::write(text.trim_end())
        .map(drop)
        .map_err(|error| Failure::local(format!("standard output cannot be written: {error}")))
}
