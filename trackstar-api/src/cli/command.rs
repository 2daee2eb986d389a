//! The command line for clap: the subcommands of the table, and those of the program itself.

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, Command, ValueHint};

use super::table::{Body, Command as Entry, Flag, Goes, Kind, Need};
use super::{exit, options, program, text};

/// Flags of the whole body, and of lists.
pub(super) const JSON_BODY: &str = "json-body";
pub(super) const TEMPLATE: &str = "json-body-template";
pub(super) const BODY_FILE: &str = "body-file";
pub(super) const ALL: &str = "all";

/// The program's own subcommands, and that of clap.
pub(super) const COMPLETIONS: &str = "completions";
pub(super) const MAN: &str = "man";
const OWN: [&str; 3] = [COMPLETIONS, MAN, "help"];

const ABOUT: &str = "The Trackstar API from the command line";

const PROFILES: &str = "\
Credentials come from TRACKSTAR_API_KEY and TRACKSTAR_ACCESS_TOKEN, from files \
(TRACKSTAR_API_KEY_FILE, TRACKSTAR_ACCESS_TOKEN_FILE, or the flags), or from a profile. What a flag \
gives counts first, a profile named by --profile among it, then the environment, then the profile \
that TRACKSTAR_PROFILE names, or `default`. A file of profiles is nobody else's to read (chmod 600):

  [profiles.default]
  api_key_file = \"~/.trackstar-key\"      # or api_key = \"…\"
  access_token = \"…\"                     # or access_token_file
  base_url = \"https://production.trackstarhq.com\"
  output = \"json\"                        # or table";

/// The entry of a subcommand, by the name that it has here.
pub(super) fn entry(name: &str) -> Option<&'static Entry> {
    program()
        .commands
        .iter()
        .find(|one| self::name(one) == name)
}

/// An operation that is called like a subcommand of the program's own gets another name.
fn name(entry: &Entry) -> String {
    if OWN.contains(&entry.name) {
        format!("{}-operation", entry.name)
    } else {
        entry.name.to_owned()
    }
}

/// The whole program.
pub(super) fn whole() -> Command {
    with(options::arguments())
}

/// The program as shells are to complete it: without what it refuses, which they would offer, hidden
/// or not.
pub(super) fn completed() -> Command {
    with(options::shown())
}

fn with(arguments: Vec<Arg>) -> Command {
    let place = super::profile::default_path();
    let place = place.map_or_else(String::new, |path| {
        format!("\n\nIt is looked for at {}.", path.display())
    });
    let shells = Arg::new("shell")
        .required(true)
        .value_parser(clap::value_parser!(clap_complete::Shell))
        .help("The shell to complete for");
    let page =
        Arg::new("command").help("The command of the page; that of the program itself without");
    Command::new("trackstar")
        .bin_name("trackstar")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(exit::HELP)
        .after_long_help(format!("{PROFILES}{place}\n\n{}", exit::HELP))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(arguments)
        .subcommands(program().commands.iter().map(subcommand))
        .subcommand(
            Command::new(COMPLETIONS)
                .about("Print completions for a shell")
                .arg(shells),
        )
        .subcommand(Command::new(MAN).about("Print a man page").arg(page))
}

fn subcommand(entry: &'static Entry) -> Command {
    let operation = entry.operation;
    let path = text::one_line(operation.path);
    let about = entry.about.unwrap_or(&path);
    let (short, _) = about.split_once("\n\n").unwrap_or((about, ""));
    let token = if operation.needs_token {
        " with the access token of a connection"
    } else {
        ""
    };
    let long = format!("{about}\n\nSends {} {path}{token}.", operation.method);
    let mut command = Command::new(name(entry))
        .about(short.to_owned())
        .long_about(long)
        .args(entry.flags.iter().map(|flag| argument(flag, &entry.body)));
    match &entry.body {
        Body::None => {}
        Body::Json { .. } => {
            command = command
                .arg(
                    file(JSON_BODY)
                        .help("A file with the whole body as JSON, or - for standard input; what flags set counts before it"),
                )
                .arg(
                    Arg::new(TEMPLATE)
                        .long(TEMPLATE)
                        .action(ArgAction::SetTrue)
                        .help("Print a body to begin with, and send nothing"),
                );
        }
        Body::Text | Body::Bytes => {
            let required = operation.body.as_ref().is_some_and(|body| body.required);
            command = command.arg(
                file(BODY_FILE)
                    .required(required)
                    .help("A file with the body, or - for standard input"),
            );
        }
    }
    if operation.page_token.is_some() {
        command = command.arg(
            Arg::new(ALL)
                .long(ALL)
                .action(ArgAction::SetTrue)
                .help("Ask for page after page, and show all items; as JSON one a line"),
        );
    }
    command
}

fn file(name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(std::path::PathBuf))
}

/// The name of an argument in what was parsed: never that of another kind of flag.
pub(super) fn id(flag: &Flag) -> String {
    format!("{:?} {}", flag.goes, flag.wire)
}

/// The name of a flag; one that the program has itself gives way.
pub(super) fn long(flag: &Flag) -> String {
    let own = [JSON_BODY, TEMPLATE, BODY_FILE, ALL, "help", "version"];
    let taken = own.contains(&flag.name)
        || options::arguments()
            .iter()
            .any(|option| option.get_long() == Some(flag.name));
    if !taken {
        return flag.name.to_owned();
    }
    let kind = match flag.goes {
        Goes::Parameter(_) => "param",
        Goes::Property => "body",
        Goes::Part | Goes::File => "part",
    };
    format!("{kind}-{}", flag.name)
}

fn argument(flag: &'static Flag, body: &Body) -> Arg {
    let place = match flag.goes {
        Goes::Parameter(place) => format!("{} parameter", format!("{place:?}").to_lowercase()),
        Goes::Property => "property of the body".to_owned(),
        Goes::Part | Goes::File => "part of the body".to_owned(),
    };
    let place = format!("The {place} `{}`", text::one_line(flag.wire));
    let help = flag.help.map_or_else(
        || place.clone(),
        |help| {
            help.split_once("\n\n")
                .map_or(help, |(first, _)| first)
                .to_owned()
        },
    );
    // clap tells of what is required always, and not of what is so but for another flag.
    let required = match flag.need {
        Need::Optional => "",
        Need::Required => " [required]",
        Need::UnlessBody => " [required, but with --json-body]",
    };
    let mut argument = Arg::new(id(flag))
        .long(long(flag))
        .value_name(value_name(flag))
        .value_parser(parser(flag))
        .allow_negative_numbers(true)
        .help(format!("{help}{required}"));
    if let Some(help) = flag.help {
        argument = argument.long_help(format!("{help}\n\n{place}.{required}"));
    }
    if flag.list {
        argument = argument.action(ArgAction::Append);
        if matches!(flag.goes, Goes::Parameter(_)) {
            argument = argument.value_delimiter(',');
        }
    }
    let obeyed = |value: &&str| text::one_line(value) != **value;
    if flag.values.len() > 24 || flag.values.iter().any(obeyed) {
        argument = argument.hide_possible_values(true);
    }
    if flag.goes == Goes::File {
        argument = argument.value_hint(ValueHint::FilePath);
    }
    match (flag.need, body) {
        (Need::Optional, _) => argument,
        (Need::Required, Body::Json { .. }) => argument.required_unless_present(TEMPLATE),
        (Need::Required, _) => argument.required(true),
        (Need::UnlessBody, _) => argument.required_unless_present_any([JSON_BODY, TEMPLATE]),
    }
}

fn value_name(flag: &Flag) -> &'static str {
    match flag.kind {
        _ if flag.goes == Goes::File => "FILE",
        Kind::Text => "TEXT",
        Kind::Integer => "INTEGER",
        Kind::Number => "NUMBER",
        Kind::Boolean => "BOOLEAN",
        Kind::Date => "DATE-TIME",
        Kind::Json => "JSON",
    }
}

/// Checks values as they are read, but for those that an error of clap's is not to show.
fn parser(flag: &Flag) -> ValueParser {
    if !flag.values.is_empty() {
        return PossibleValuesParser::new(flag.values).into();
    }
    match flag.kind {
        Kind::Boolean => PossibleValuesParser::new(["true", "false"]).into(),
        Kind::Integer | Kind::Number | Kind::Date if !flag.secret => {
            let parse = flag.parse;
            ValueParser::new(move |text: &str| parse(text).map(|_| text.to_owned()))
        }
        _ => clap::value_parser!(String),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_shows_names_and_values_that_a_terminal_would_obey() {
        const FLAG: Flag = Flag {
            name: "a",
            help: None,
            need: Need::Optional,
            list: false,
            wire: "a\u{1b}[2J\n\u{202e}",
            goes: Goes::Property,
            kind: Kind::Text,
            parse: super::super::value::parse::<String>,
            values: &["\u{1b}[31m", "b"],
            secret: false,
        };
        let mut command = Command::new("x").arg(argument(&FLAG, &Body::None));
        let help = command.render_long_help().to_string();
        assert!(
            help.contains(r"The property of the body `a\u{1b}[2J\n\u{202e}`"),
            "{help}"
        );
        assert!(!help.contains(['\u{1b}', '\u{202e}']), "{help}");
    }

    #[test]
    fn every_subcommand_of_the_document_is_one_that_clap_takes() {
        whole().debug_assert();
        for one in program().commands {
            assert_eq!(entry(&name(one)).map(|it| it.name), Some(one.name));
        }
    }
}
