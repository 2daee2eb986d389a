//! Defines the command line. There is a subcommand for each operation, plus some built-in ones.

use clap::{Arg, ArgAction, Command};

use super::document::program;
use super::options::GLOBAL;
use super::{exit, mock, options, profile, subcommand, text};

/// The built-in subcommands. `help` comes from clap.
pub(super) const COMPLETIONS: &str = "completions";
pub(super) const MAN: &str = "man";
pub(super) const MOCK: &str = "mock";
pub(super) const OWN: [&str; 4] = [COMPLETIONS, MAN, MOCK, "help"];

const ABOUT: &str = "The Trackstar API from the command line";

/// In the list of subcommands, descriptions are cut off after this many characters.
const LONGEST: usize = 100;

const PROFILES: &str = "\
Credentials come from TRACKSTAR_API_KEY and TRACKSTAR_ACCESS_TOKEN, from files \
(TRACKSTAR_API_KEY_FILE, TRACKSTAR_ACCESS_TOKEN_FILE, or the flags), or from a profile. Flags \
(including --profile) take precedence over the environment, which takes precedence over the \
profile selected by TRACKSTAR_PROFILE or the profile `default`. Only you may have access to the \
configuration file (chmod 600):

  [profiles.default]
  api_key_file = \"~/.trackstar-key\"      # or api_key = \"…\"
  access_token = \"…\"                     # or access_token_file
  base_url = \"https://production.trackstarhq.com\"
  openapi = \"trackstar.json\"             # the document that defines the commands
  output = \"json\"                        # or table";

/// Returns the complete command.
pub(super) fn whole() -> Command {
    with(options::arguments())
}

/// Returns the command for shell completions. We leave out the flags that are rejected, because
/// completions would suggest them even if they are hidden.
pub(super) fn completed() -> Command {
    with(options::shown())
}

fn with(arguments: Vec<Arg>) -> Command {
    let place = profile::default_path();
    let place = place.map_or_else(String::new, |path| {
        format!(
            "\n\nThe default path of the configuration file is {}.",
            path.display()
        )
    });
    let shells = Arg::new("shell")
        .required(true)
        .value_parser(clap::value_parser!(clap_complete::Shell))
        .help("The shell to generate completions for");
    let page = Arg::new("command").help("The command to describe (default: the whole program)");
    let port = Arg::new("port")
        .long("port")
        .value_name("PORT")
        .default_value(mock::PORT)
        .value_parser(clap::value_parser!(u16))
        .help("The port to listen on at 127.0.0.1 (0 for any free port)");
    let operations = program().entries().iter().map(|(name, listed)| {
        let summary = listed
            .summary
            .as_deref()
            .map(text::plain)
            .filter(|it| !it.is_empty());
        let summary = summary.unwrap_or_else(|| text::one_line(&listed.name()));
        with_help(Command::new(name))
            .about(text::without_placeholders(&text::first_sentence(
                &summary, LONGEST,
            )))
            .defer(complete)
    });
    Command::new("trackstar")
        .bin_name("trackstar")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(format!("{GLOBAL}\n\n{}", exit::HELP))
        .after_long_help(format!("{PROFILES}{place}\n\n{}", exit::HELP))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(arguments)
        .subcommands(operations)
        .subcommand(
            built_in(COMPLETIONS)
                .about("Print completions for a shell")
                .arg(shells),
        )
        .subcommand(built_in(MAN).about("Print a man page").arg(page))
        .subcommand(
            built_in(MOCK)
                .about("Run a mock server of the API, for programs in any language")
                .long_about(
                    "Runs a mock server of the API on this machine, for programs in any language. \
                     It validates requests and responds according to the document.",
                )
                .after_help(format!(
                    "To select a status code or an example, use the header `Prefer: code=404` or \
                     `Prefer: example=NAME`.\n\n{GLOBAL}"
                ))
                .arg(port),
        )
}

/// Returns a built-in subcommand, which doesn't show the global options in its help.
fn built_in(name: &'static str) -> Command {
    with_help(Command::new(name)).after_help(GLOBAL)
}

/// Replaces the help flag of a subcommand. Both `-h` and `--help` print a help that fits on one
/// screen. Everything else is in the man page.
fn with_help(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help");
    let help = help.action(ArgAction::HelpShort).help("Print help");
    command.disable_help_flag(true).arg(help)
}

/// Adds the flags of an operation. Clap only calls this if the subcommand is parsed or shown.
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
    fn clap_accepts_every_subcommand_of_the_document() {
        whole().debug_assert();
        assert!(program().entries().contains_key("delete-connection"));
        assert!(program().failure().is_none());
    }
}
