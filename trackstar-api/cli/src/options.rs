//! Options that all subcommands have in common.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};

use super::exit::Failure;

/// The output format for responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Json,
    Table,
}

impl Format {
    fn read(name: &str) -> Self {
        if name == "json" {
            Self::Json
        } else {
            Self::Table
        }
    }
}

/// The options, from both the command line and the environment.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each one is an independent switch"
)]
pub(super) struct Options {
    pub(super) config: Option<PathBuf>,
    /// The name of the profile, and whether it comes from a flag.
    pub(super) profile: Option<(String, bool)>,
    pub(super) base_url: Option<String>,
    pub(super) api_key_file: Option<PathBuf>,
    pub(super) access_token_file: Option<PathBuf>,
    pub(super) output: Option<Format>,
    pub(super) columns: Option<Vec<String>>,
    pub(super) dry_run: bool,
    pub(super) yes: bool,
    pub(super) allow_insecure: bool,
    pub(super) mock: bool,
    pub(super) attempts: Option<u32>,
    pub(super) timeout: Option<Duration>,
}

const HEADING: &str = "Global options";
/// The end of the help of every subcommand.
pub(super) const GLOBAL: &str = "Global options: trackstar --help";

/// The names of the flags for the whole body and for lists.
pub(super) const JSON_BODY: &str = "json-body";
pub(super) const TEMPLATE: &str = "json-body-template";
pub(super) const BODY_FILE: &str = "body-file";
pub(super) const ALL: &str = "all";

/// We reject these flags because their values would show up in process listings. This is the
/// environment variable to use instead.
pub(super) const REFUSED: [(&str, &str); 2] = [
    ("api-key", "TRACKSTAR_API_KEY"),
    ("access-token", "TRACKSTAR_ACCESS_TOKEN"),
];

/// Returns the arguments for clap, including the ones that are rejected.
pub(super) fn arguments() -> Vec<Arg> {
    let refused = REFUSED.map(|(name, _)| of_all(Arg::new(name).long(name).hide(true)));
    let mut all = shown();
    all.extend(refused);
    all
}

/// Returns the names of flags that the program itself uses.
pub(super) fn own_flags() -> BTreeSet<String> {
    let options = arguments();
    let options = options.iter().filter_map(Arg::get_long);
    [JSON_BODY, TEMPLATE, BODY_FILE, ALL, "help", "version"]
        .into_iter()
        .chain(options)
        .map(str::to_owned)
        .collect()
}

fn of_all(argument: Arg) -> Arg {
    // The man page only has the long help of an argument that the short help hides.
    let help = argument.get_help().cloned().unwrap_or_default();
    argument
        .long_help(help)
        .global(true)
        .help_heading(HEADING)
        // The help of an operation should fit on one screen.
        .hide_short_help(true)
}

/// Returns the arguments that are accepted.
pub(super) fn shown() -> Vec<Arg> {
    let path = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
    };
    let switch = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let all = vec![
        path("openapi").help(
            "The OpenAPI document that defines the commands [default: the \
             vendored document]",
        ),
        path("config").help("The configuration file with profiles [env: TRACKSTAR_CONFIG]"),
        Arg::new("profile")
            .long("profile")
            .value_name("NAME")
            .help("The profile to use for settings and credentials [env: TRACKSTAR_PROFILE]"),
        Arg::new("base-url")
            .long("base-url")
            .value_name("URL")
            .value_hint(ValueHint::Url)
            .help("The base URL of the API [env: TRACKSTAR_BASE_URL]"),
        path("api-key-file").help(
            "Read the API key from a file [env: TRACKSTAR_API_KEY_FILE, or \
                 TRACKSTAR_API_KEY for the key itself]",
        ),
        path("access-token-file").help(
            "Read the access token from a file [env: TRACKSTAR_ACCESS_TOKEN_FILE, or \
                 TRACKSTAR_ACCESS_TOKEN for the token itself]",
        ),
        Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(["json", "table"]))
            .help("The output format [default: table on a terminal, otherwise json]"),
        Arg::new("columns")
            .long("columns")
            .value_name("NAMES")
            .value_delimiter(',')
            .help("The properties to show as columns of a table, separated by commas"),
        switch("dry-run").help("Print the request with redacted credentials, without sending it"),
        switch("yes").short('y').help("Don't ask for confirmation"),
        switch("mock")
            .conflicts_with_all(["base-url", "profile", "api-key-file", "access-token-file"])
            .help("Use an embedded mock server (no account or network needed)"),
        switch("allow-insecure")
            .help("Allow plain HTTP to another machine, which sends credentials unencrypted"),
        switch("verbose")
            .short('v')
            .help("Print details to standard error (without secrets)"),
        Arg::new("attempts")
            .long("attempts")
            .value_name("COUNT")
            .value_parser(clap::value_parser!(u32).range(1..=100))
            .help("The maximum number of attempts [default: 3]"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("TIME")
            .value_parser(duration)
            .help(
                "The timeout for a call including retries, in seconds or in the form 1m30s \
                 [default: 180]",
            ),
    ];
    all.into_iter().map(of_all).collect()
}

impl Options {
    pub(super) fn read(matches: &ArgMatches) -> Result<Self, Failure> {
        for (name, variable) in REFUSED {
            if matches.contains_id(name) {
                return Err(Failure::usage(format!(
                    "--{name} is not supported, because arguments are visible to all users of \
                     this machine (`ps`) and are kept in the history of your shell: set \
                     {variable}, use --{name}-file, or use a profile"
                )));
            }
        }
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
        let profile = match text("profile") {
            Some(name) => Some((name, true)),
            None => variable("TRACKSTAR_PROFILE")?.map(|name| (name, false)),
        };
        Ok(Self {
            config: match path("config") {
                Some(path) => Some(path),
                None => variable("TRACKSTAR_CONFIG")?.map(PathBuf::from),
            },
            profile,
            base_url: text("base-url"),
            api_key_file: path("api-key-file"),
            access_token_file: path("access-token-file"),
            output: format(matches),
            columns: matches
                .get_many::<String>("columns")
                .map(|names| names.cloned().collect()),
            dry_run: matches.get_flag("dry-run"),
            yes: matches.get_flag("yes"),
            mock: matches.get_flag("mock"),
            allow_insecure: matches.get_flag("allow-insecure"),
            attempts: matches.get_one("attempts").copied(),
            timeout: matches.get_one("timeout").copied(),
        })
    }
}

/// Returns the requested output format.
pub(super) fn format(matches: &ArgMatches) -> Option<Format> {
    let name = matches.get_one::<String>("output")?;
    Some(Format::read(name))
}

/// Returns the value of an environment variable, or `None` if it isn't set or is empty.
pub(super) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // The original error would print the value.
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
    let span = || text.parse::<jiff::SignedDuration>().ok()?.try_into().ok();
    seconds
        .and_then(Result::ok)
        .or_else(span)
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            "expected a number of seconds greater than zero, or a time such as \
             1m30s"
                .to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_durations_with_and_without_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        for wrong in ["", "0", "-1", "soon", "1e999", "NaN"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
