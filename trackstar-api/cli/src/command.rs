//! Builds the clap command: a subcommand for each operation, and the built-in subcommands.

use clap::{Arg, ArgAction, Command};

use super::document::program;
use super::{exit, mock, options, profile, subcommand, text};

/// The built-in subcommands, including `help` from clap.
pub(super) const COMPLETIONS: &str = "completions";
pub(super) const MAN: &str = "man";
pub(super) const MOCK: &str = "mock";
pub(super) const OWN: [&str; 4] = [COMPLETIONS, MAN, MOCK, "help"];

const ABOUT: &str = "The Trackstar API from the command line";

/// Maximum length of a description in the list of subcommands, in characters.
const LONGEST: usize = 100;

const PROFILES: &str = "\
Credentials come from TRACKSTAR_API_KEY and TRACKSTAR_ACCESS_TOKEN, from files \
(TRACKSTAR_API_KEY_FILE, TRACKSTAR_ACCESS_TOKEN_FILE, or the flags), or from a profile. Flags come \
first, including a profile named by --profile, then the environment, then the profile that \
TRACKSTAR_PROFILE names, or `default`. Only you may have access to the file of profiles (chmod 600):

  [profiles.default]
  api_key_file = \"~/.trackstar-key\"      # or api_key = \"…\"
  access_token = \"…\"                     # or access_token_file
  base_url = \"https://production.trackstarhq.com\"
  openapi = \"trackstar.json\"             # the document whose operations are the commands
  output = \"json\"                        # or table";

/// Returns the complete command.
pub(super) fn whole() -> Command {
    with(options::arguments())
}

/// Returns the command for shell completions. It omits the rejected flags, because completions would offer them even
/// if hidden.
pub(super) fn completed() -> Command {
    with(options::shown())
}

fn with(arguments: Vec<Arg>) -> Command {
    let place = profile::default_path();
    let place = place.map_or_else(String::new, |path| {
        format!("\n\nIts default path is {}.", path.display())
    });
    let shells = Arg::new("shell")
        .required(true)
        .value_parser(clap::value_parser!(clap_complete::Shell))
        .help("The shell that completes");
    let page = Arg::new("command")
        .help("The command of the page; without it, the page is that of the program");
    let port = Arg::new("port")
        .long("port")
        .value_name("PORT")
        .default_value(mock::PORT)
        .value_parser(clap::value_parser!(u16))
        .help("The port on 127.0.0.1; 0 for a free one");
    let operations = program().entries().iter().map(|(name, listed)| {
        let summary = listed
            .summary
            .as_deref()
            .map(text::plain)
            .filter(|it| !it.is_empty());
        let summary = summary.unwrap_or_else(|| text::one_line(&listed.name()));
        with_help(Command::new(name))
            .about(text::first_sentence(&summary, LONGEST))
            .defer(complete)
    });
    Command::new("trackstar")
        .bin_name("trackstar")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(format!("Options of every command: trackstar --help\n\n{}", exit::HELP))
        .after_long_help(format!("{PROFILES}{place}\n\n{}", exit::HELP))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(arguments)
        .subcommands(operations)
        .subcommand(
            Command::new(COMPLETIONS)
                .about("Print completions for a shell")
                .arg(shells),
        )
        .subcommand(Command::new(MAN).about("Print a man page").arg(page))
        .subcommand(
            Command::new(MOCK)
                .about("Serve a mock of the API on this machine, for programs in any language")
                .long_about(
                    "Serves a mock of the API on this machine. It responds from the document, and checks requests \
                     against it. The header `Prefer: code=404` selects a status, and `Prefer: example=NAME` an \
                     example of the document.",
                )
                .arg(port),
        )
}

/// Replaces the help flag of an operation. Both `-h` and `--help` print help that fits on a screen, and the man page
/// has the rest.
fn with_help(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help");
    let help = help.action(ArgAction::HelpShort).help("Print help");
    command.disable_help_flag(true).arg(help)
}

/// Adds the flags of an operation. Clap calls this only when it parses or shows the subcommand.
fn complete(command: Command) -> Command {
    match program().operation(command.get_name()) {
        Ok(operation) => subcommand::complete(command, operation),
        Err(failure) => {
            program().keep(failure);
            command
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subcommand_of_the_document_is_one_that_clap_takes() {
        whole().debug_assert();
        assert!(program().entries().contains_key("delete-connection"));
        assert!(program().failure().is_none());
    }
}
