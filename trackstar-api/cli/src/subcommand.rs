//! Defines the subcommand for an operation.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, Command, ValueHint};

use super::flag::{Flag, Goes, Kind, Need};
use super::operation::{Body, Operation};
use super::options::{ALL, BODY_FILE, GLOBAL, JSON_BODY, TEMPLATE};
use super::{brief, text, value};

/// In the short help, descriptions of flags are cut off after this many characters.
const LONGEST: usize = 80;
/// The short help lists a flag's values if there aren't more than this.
const FEW_VALUES: usize = 6;

/// Adds the flags of an operation to its subcommand.
pub(super) fn complete(command: Command, operation: &'static Operation) -> Command {
    let path = text::one_line(&operation.path);
    let summary = operation.summary.as_deref().map(text::plain);
    let description = operation.description.as_deref().map(text::plain);
    let about: Vec<String> = [summary, description]
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
        .collect();
    let about = if about.is_empty() {
        path.clone()
    } else {
        about.join("\n\n")
    };
    let token = if operation.needs_token {
        " with the access token of a connection"
    } else {
        ""
    };
    let long = format!("{about}\n\nSends {} {path}{token}.", operation.method);
    let families = families(&operation.flags);
    let mut arguments: Vec<Arg> = operation
        .flags
        .iter()
        .map(|flag| argument(flag, operation.body, &families))
        .collect();
    let hidden = brief::shorten(&mut arguments, &operation.flags, |flag| {
        family_of(flag, &families).map_or(1, Vec::len)
    });
    let name = super::document::command_name(&operation.id);
    let more = match hidden {
        0 => "Full descriptions".to_owned(),
        1 => "1 more flag".to_owned(),
        hidden => format!("{hidden} more flags"),
    };
    let mut command = command
        .long_about(text::without_placeholders(&long))
        .override_usage(usage(operation))
        .after_help(format!(
            "{more}: trackstar help {name}\nMan page: trackstar man {name}. {GLOBAL}"
        ))
        .after_long_help(GLOBAL)
        .args(arguments);
    match operation.body {
        Body::None => {}
        Body::Json => {
            let template = Arg::new(TEMPLATE).long(TEMPLATE).action(ArgAction::SetTrue);
            command = command
                .arg(file(JSON_BODY).help(
                    "Read the body from a JSON file, or from standard input \
                     if it is - (flags override its properties)",
                ))
                .arg(template.help("Print a template for the body without sending anything"));
        }
        Body::Text | Body::Bytes => {
            let required = operation.requires_body;
            let body = file(BODY_FILE).required(required);
            command = command.arg(body.help(
                "Read the body from a file, or from standard input if \
                 it is -",
            ));
        }
    }
    if operation.paged {
        let all = Arg::new(ALL).long(ALL).action(ArgAction::SetTrue);
        command =
            command.arg(all.help("Print the items of all pages (in JSON, one item per line)"));
    }
    command
}

/// Returns the usage line, which includes the required flags.
fn usage(operation: &Operation) -> String {
    let mut usage = format!("trackstar {}", super::document::command_name(&operation.id));
    for flag in operation
        .flags
        .iter()
        .filter(|flag| flag.need != Need::Optional)
    {
        let _infallible = write!(usage, " --{} <{}>", flag.name, value_name(flag));
    }
    usage.push_str(" [OPTIONS]");
    usage
}

/// Returns true if the flag may share a line of the help with the other operators of its filter.
/// The help shows each required flag.
fn is_in_family(flag: &Flag) -> bool {
    matches!(flag.goes, Goes::Query(_)) && flag.need == Need::Optional
}

/// Groups query parameters that belong to the same filter, along with their operators. For example,
/// `created_date[gte]` has the operator `gte`. Without brackets, the operator is empty.
fn families(flags: &[Flag]) -> BTreeMap<&str, Vec<&str>> {
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for flag in flags.iter().filter(|flag| is_in_family(flag)) {
        let (base, operator) = family(&flag.wire);
        families.entry(base).or_default().push(operator);
    }
    families.retain(|_, operators| operators.len() > 1);
    families
}

fn family(wire: &str) -> (&str, &str) {
    let (base, operator) = wire.split_once('[').unwrap_or((wire, ""));
    (base, operator.trim_end_matches(']'))
}

/// Returns the operators of the flag's filter, including its own.
fn family_of<'a>(flag: &Flag, families: &'a BTreeMap<&str, Vec<&str>>) -> Option<&'a Vec<&'a str>> {
    let (base, _) = family(&flag.wire);
    families.get(base).filter(|_| is_in_family(flag))
}

fn file(name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(std::path::PathBuf))
}

/// Returns the clap id of a flag. It also depends on where the value goes, so that ids are unique.
pub(super) fn id(flag: &Flag) -> String {
    format!("{} {}", flag.goes.description(), flag.wire)
}

fn argument(flag: &'static Flag, body: Body, families: &BTreeMap<&str, Vec<&str>>) -> Arg {
    let place = format!(
        "The {} `{}`",
        flag.goes.description(),
        text::one_line(&flag.wire)
    );
    let described = flag
        .help
        .as_deref()
        .map(text::plain)
        .filter(|help| !help.is_empty());
    let mut notes = Vec::new();
    match flag.need {
        Need::Optional => {}
        Need::Required => notes.push("[required]".to_owned()),
        Need::UnlessBody => notes.push("[required without --json-body]".to_owned()),
    }
    if flag.shape.null {
        notes.push("[`null` for no value]".to_owned());
    }
    let shown = !flag
        .shape
        .values
        .iter()
        .any(|value| text::one_line(value) != *value);
    if shown && flag.shape.values.len() > FEW_VALUES {
        notes.push(format!("[{} values]", flag.shape.values.len()));
    } else if shown && !flag.shape.values.is_empty() {
        notes.push(format!(
            "[possible values: {}]",
            flag.shape.values.join(", ")
        ));
    }
    let (base, operator) = family(&flag.wire);
    let family = family_of(flag, families);
    let is_first = family.is_none_or(|all| all.iter().min() == Some(&operator));
    let mut short = described
        .as_deref()
        .map_or_else(|| place.clone(), |help| text::first_sentence(help, LONGEST));
    let others = family
        .into_iter()
        .flatten()
        .filter(|other| **other != operator);
    let others: Vec<String> = others
        .map(|other| format!("-{}", text::flag_name(other)))
        .collect();
    let mut long_notes = notes.clone();
    if is_first && !others.is_empty() {
        let name = text::flag_name(base);
        notes.push(format!("[also --{name}{}]", others.join(", ")));
    }
    if shown && flag.shape.values.len() > FEW_VALUES {
        long_notes.push(format!(
            "[possible values: {}]",
            flag.shape.values.join(", ")
        ));
    }
    for note in &notes {
        short = format!("{short} {note}");
    }
    let full = described.map_or_else(|| place.clone(), |help| format!("{help}\n\n{place}."));
    let mut argument = Arg::new(id(flag))
        .long(flag.name.as_str())
        .value_name(value_name(flag))
        .value_parser(parser(flag))
        .hide_possible_values(true)
        .allow_negative_numbers(true)
        .hide_short_help(!is_first)
        .help(text::without_placeholders(&short))
        .long_help(text::without_placeholders(
            format!("{full} {}", long_notes.join(" ")).trim(),
        ));
    if flag.shape.list {
        argument = argument.action(ArgAction::Append);
        if flag.goes.is_parameter() {
            argument = argument.value_delimiter(',');
        }
    }
    if matches!(flag.goes, Goes::File(_)) {
        argument = argument.value_hint(ValueHint::FilePath);
    }
    match (flag.need, body) {
        (Need::Optional, _) => argument,
        (Need::Required, Body::Json) => argument.required_unless_present(TEMPLATE),
        (Need::Required, _) => argument.required(true),
        (Need::UnlessBody, _) => argument.required_unless_present_any([JSON_BODY, TEMPLATE]),
    }
}

fn value_name(flag: &Flag) -> &'static str {
    match flag.shape.kind {
        _ if matches!(flag.goes, Goes::File(_)) => "FILE",
        Kind::Text => "TEXT",
        Kind::Integer => "INTEGER",
        Kind::Number => "NUMBER",
        Kind::Boolean => "BOOLEAN",
        Kind::Date => "DATE-TIME",
        Kind::Json => "JSON",
    }
}

/// Returns the parser for a flag's values. We don't let clap validate secret numbers and dates,
/// because its errors would print them.
fn parser(flag: &'static Flag) -> ValueParser {
    if !flag.shape.values.is_empty() && !flag.shape.null {
        return PossibleValuesParser::new(flag.shape.values.iter().map(String::as_str)).into();
    }
    match flag.shape.kind {
        Kind::Boolean if !flag.shape.null => PossibleValuesParser::new(["true", "false"]).into(),
        Kind::Integer | Kind::Number | Kind::Date if !flag.secret => {
            ValueParser::new(move |text: &str| {
                value::parse(&flag.shape, text).map(|_| text.to_owned())
            })
        }
        _ => clap::value_parser!(String),
    }
}

#[cfg(test)]
mod tests {
    use super::super::flag::Shape;
    use super::*;

    fn flag(wire: &str, values: &[&str]) -> &'static Flag {
        Box::leak(Box::new(query(wire, values, Need::Optional)))
    }

    fn query(wire: &str, values: &[&str], need: Need) -> Flag {
        Flag {
            name: text::flag_name(wire),
            help: None,
            need,
            wire: wire.to_owned(),
            goes: Goes::Query(0),
            shape: Shape {
                values: values.iter().map(ToString::to_string).collect(),
                ..Shape::of_kind(Kind::Text)
            },
            secret: false,
            mentions: 0,
        }
    }

    #[test]
    fn help_escapes_control_characters() {
        let flag = flag("a\u{1b}[2J\n\u{202e}", &["\u{1b}[31m", "b"]);
        let argument = argument(flag, Body::None, &BTreeMap::new());
        let help = Command::new("x")
            .arg(argument)
            .render_long_help()
            .to_string();
        assert!(
            help.contains(r"The query parameter `a\u{1b}[2J\n\u{202e}`"),
            "{help}"
        );
        assert!(!help.contains(['\u{1b}', '\u{202e}']), "{help}");
    }

    #[test]
    fn filter_operators_share_a_help_line() {
        let flags = ["status", "status[in]", "status[neq]"].map(|wire| flag(wire, &[]));
        let families = BTreeMap::from([("status", vec!["", "in", "neq"])]);
        let arguments = flags.map(|flag| argument(flag, Body::None, &families));
        let help = Command::new("x").args(arguments).render_help().to_string();
        assert!(
            help.contains("[also --status-in, -neq]") && !help.contains("--status-neq"),
            "{help}"
        );
    }

    #[test]
    fn required_operator_has_its_own_help_line() {
        let needs = [Need::Optional, Need::Required, Need::Optional];
        let flags = ["status", "status[in]", "status[neq]"]
            .into_iter()
            .zip(needs);
        let flags: Vec<Flag> = flags.map(|(wire, need)| query(wire, &[], need)).collect();
        let flags: &'static [Flag] = flags.leak();
        let families = families(flags);
        let arguments = flags.iter().map(|it| argument(it, Body::None, &families));
        let help = Command::new("x").args(arguments).render_help().to_string();
        let options = help.split_once("Options:").expect("options").1;
        assert!(options.contains("--status-in <TEXT>"), "{help}");
        assert!(options.contains("[also --status-neq]"), "{help}");
    }

    #[test]
    fn help_keeps_braces() {
        let argument = argument(flag("a{n}b", &[]), Body::None, &BTreeMap::new());
        let help = Command::new("x").arg(argument).render_help().to_string();
        assert!(help.contains("`a{ n }b`"), "{help}");
    }
}
