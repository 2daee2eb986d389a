//! Options that every subcommand accepts.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};

use super::exit::Failure;

/// The output format of responses.
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

/// Options from the command line and the environment.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch that stands alone"
)]
pub(super) struct Options {
    pub(super) config: Option<PathBuf>,
    /// Profile name, and whether it comes from a flag.
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

const HEADING: &str = "Options of every command";

/// Flags that are rejected, because their values would appear in process listings. Each is paired with its
/// environment variable.
pub(super) const REFUSED: [(&str, &str); 2] = [
    ("api-key", "TRACKSTAR_API_KEY"),
    ("access-token", "TRACKSTAR_ACCESS_TOKEN"),
];

/// Returns the arguments for clap, including the rejected ones.
pub(super) fn arguments() -> Vec<Arg> {
    let refused = REFUSED.map(|(name, _)| of_all(Arg::new(name).long(name).hide(true)));
    let mut all = shown();
    all.extend(refused);
    all
}

fn of_all(argument: Arg) -> Arg {
    argument
        .global(true)
        .help_heading(HEADING)
        // The help of an operation should fit on a screen.
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
        path("openapi").help("The OpenAPI document whose operations are the commands [default: the vendored one]"),
        path("config").help("The file of profiles [env: TRACKSTAR_CONFIG]"),
        Arg::new("profile")
            .long("profile")
            .value_name("NAME")
            .help("The profile to take settings and credentials from [env: TRACKSTAR_PROFILE]"),
        Arg::new("base-url")
            .long("base-url")
            .value_name("URL")
            .value_hint(ValueHint::Url)
            .help("The address of the API [env: TRACKSTAR_BASE_URL]"),
        path("api-key-file")
            .help("A file that holds the API key [env: TRACKSTAR_API_KEY_FILE, or TRACKSTAR_API_KEY for the key itself]"),
        path("access-token-file")
            .help("A file that holds the access token [env: TRACKSTAR_ACCESS_TOKEN_FILE, or TRACKSTAR_ACCESS_TOKEN for the token itself]"),
        Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(["json", "table"]))
            .help("How answers are shown: by default as a table on a terminal, and as JSON elsewhere"),
        Arg::new("columns")
            .long("columns")
            .value_name("NAMES")
            .value_delimiter(',')
            .help("The columns of a table, by the names of properties, with commas between them"),
        switch("dry-run").help("Show the request, credentials redacted, and send nothing"),
        switch("yes").short('y').help("Go ahead with what cannot be undone without being asked"),
        switch("mock")
            .conflicts_with_all(["base-url", "profile", "api-key-file", "access-token-file"])
            .help("Call an embedded server that stands in for the API: no account, no network"),
        switch("allow-insecure")
            .help("Allow plain HTTP to another machine, which then carries the credentials readable"),
        switch("verbose").short('v').help("Tell on standard error what happens, without secrets"),
        Arg::new("attempts")
            .long("attempts")
            .value_name("COUNT")
            .value_parser(clap::value_parser!(u32).range(1..=100))
            .help("The most attempts of a request, if a failure allows another one [default: 3]"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("TIME")
            .value_parser(duration)
            .help("How long a call may take with all its attempts: seconds, or such as 1m30s [default: 180]"),
    ];
    all.into_iter().map(of_all).collect()
}

impl Options {
    pub(super) fn read(matches: &ArgMatches) -> Result<Self, Failure> {
        for (name, variable) in REFUSED {
            if matches.contains_id(name) {
                return Err(Failure::usage(format!(
                    "--{name} is not taken, because everybody on this machine sees the arguments of \
                     programs (`ps`), and shells keep them: set {variable}, give a file with \
                     --{name}-file, or use a profile"
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

/// Returns the value of an environment variable, or `None` if it is unset or empty.
pub(super) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // The message of the original error would print the value.
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!(
            "the environment variable {name} is not UTF-8: correct it"
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
        .ok_or_else(|| "give seconds, or a time such as 1m30s, that is more than none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds_or_has_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        for wrong in ["", "0", "-1", "soon", "1e999", "NaN"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
