//! Generates shell completions and man pages.

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

/// Prints the man page, either for the program or for one of its commands.
pub(super) fn man(matches: &ArgMatches) -> Result<(), Failure> {
    let mut whole = command::whole();
    let page = match matches.get_one::<String>("command") {
        None => whole,
        Some(name) => {
            let found = whole.find_subcommand_mut(name).cloned().ok_or_else(|| {
                Failure::usage(format!(
                    "unknown command `{}`: see `trackstar --help`",
                    name.escape_debug()
                ))
            })?;
            // Clap hasn't built this subcommand yet, so it doesn't have the global options.
            let mut found = found.args(super::options::shown());
            found.build();
            let title = format!("trackstar-{name}");
            found.name(title.clone()).display_name(title)
        }
    };
    let mut written = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut written)
        .map_err(|error| Failure::local(format!("failed to generate the page: {error}")))?;
    print(&written)
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(text);
    output::write(text.trim_end())
        .map(drop)
        .map_err(|error| Failure::local(format!("failed to write to standard output: {error}")))
}
