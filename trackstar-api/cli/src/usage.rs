//! Removes values from usage errors. If somebody forgets a flag, they might turn out to be
//! credentials.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::text;

/// The replacement for a value.
const HIDDEN: &str = "<value>";

/// Hides values in a clap error, but keeps the names of existing flags and subcommands.
pub(super) fn hide_values(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::UnknownArgument {
        let is_hidden = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(text)) => !is_flag(text),
            _ => true,
        };
        if is_hidden {
            hide(&mut error, ContextKind::InvalidArg);
            // This repeats the text to show how it could be passed as a value.
            error.remove(ContextKind::Suggested);
        }
    }
    // An empty value is reported as a missing one.
    let value = error.get(ContextKind::InvalidValue);
    if matches!(value, Some(ContextValue::String(text)) if !text.is_empty()) {
        hide(&mut error, ContextKind::InvalidValue);
    }
    if error.kind() == ErrorKind::InvalidSubcommand {
        hide(&mut error, ContextKind::InvalidSubcommand);
        error.remove(ContextKind::Suggested);
    }
    for (name, _) in super::options::REFUSED {
        let refused = ContextValue::String(format!("--{name}"));
        if error.get(ContextKind::SuggestedArg) == Some(&refused) {
            let taken = ContextValue::String(format!("--{name}-file"));
            error.insert(ContextKind::SuggestedArg, taken);
        }
    }
    escape(&mut error);
    error
}

/// Escapes text that comes from the document, for example the possible values of a flag.
fn escape(error: &mut clap::Error) {
    let escaped: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| {
            let value = match value {
                ContextValue::String(one) => ContextValue::String(text::one_line(one)),
                ContextValue::Strings(all) => {
                    ContextValue::Strings(all.iter().map(|one| text::one_line(one)).collect())
                }
                _ => return None,
            };
            Some((kind, value))
        })
        .collect();
    for (kind, value) in escaped {
        error.insert(kind, value);
    }
}

fn hide(error: &mut clap::Error, kind: ContextKind) {
    error.insert(kind, ContextValue::String(HIDDEN.to_owned()));
}

/// Returns true if this looks like a flag with a typo in it. It has to start with a hyphen and a
/// letter, or with two hyphens and a name.
fn is_flag(text: &str) -> bool {
    let is_name = |it: u8| it.is_ascii_lowercase() || it == b'-';
    match text.strip_prefix("--") {
        Some(name) => name.len() <= 32 && name.bytes().all(is_name),
        None => text.len() == 2 && text.starts_with('-'),
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::whole;
    use super::*;

    fn told(arguments: &[&str]) -> String {
        let arguments = ["trackstar"].iter().chain(arguments);
        let error = whole().try_get_matches_from(arguments).expect_err("wrong");
        hide_values(error).render().to_string()
    }

    #[test]
    fn does_not_quote_values_of_the_command_line() {
        let secret = "s3cr3t-value-of-1";
        for (arguments, expected) in [
            (
                &["delete-connection", secret][..],
                "unexpected argument '<value>' found",
            ),
            (
                &["delete-connection", "--", secret],
                "unexpected argument '<value>' found",
            ),
            (&[secret], "unrecognized subcommand '<value>'"),
            (&["help", secret], "unrecognized subcommand '<value>'"),
            (
                &["delete-connection", "--s3cr3t-value-of-1"],
                "unexpected argument '<value>' found",
            ),
            (
                &["delete-connection", "--apikey=s3cr3t-value-of-1"],
                "unexpected argument '--apikey' found",
            ),
            (
                &["delete-connection", "-ks3cr3t-value-of-1"],
                "unexpected argument '-k' found",
            ),
            (
                &["delete-connection", "--yes=s3cr3t-value-of-1"],
                "unexpected value '<value>' for '--yes'",
            ),
            (
                &["delete-connection", "--output", secret],
                "invalid value '<value>' for '--output <FORMAT>'",
            ),
            (
                &["delete-connection", "--attempts", secret],
                "invalid value '<value>' for '--attempts <COUNT>'",
            ),
            (
                &["delete-connection", "--timeout", secret],
                "invalid value '<value>' for '--timeout <TIME>'",
            ),
        ] {
            let told = told(arguments);
            assert!(told.contains(expected), "{arguments:?}: {told}");
            assert!(!told.contains("s3cr3t"), "{arguments:?}: {told}");
        }
    }

    #[test]
    fn escapes_values_of_the_document() {
        let values = ["\u{1b}]0;owned\u{7}red", "blue\u{202e}\n"];
        let color = clap::Arg::new("color").long("color");
        let color = color.value_parser(clap::builder::PossibleValuesParser::new(values));
        let command = clap::Command::new("x").arg(color);
        for (given, name) in [("\u{1b}]0;owned\u{7}rad", "<value>"), ("", "")] {
            let error = command
                .clone()
                .try_get_matches_from(["x", "--color", given]);
            let told = hide_values(error.expect_err("no such value")).render();
            let told = told.to_string();
            let named = match name {
                "" => "a value is required for '--color <color>' but none was supplied".to_owned(),
                name => format!("invalid value '{name}' for '--color <color>'"),
            };
            assert!(told.starts_with(&format!("error: {named}\n")), "{told}");
            let listed = r"[possible values: \u{1b}]0;owned\u{7}red, blue\u{202e}\n]";
            assert!(told.contains(listed), "{told}");
            let obeyed = ['\u{1b}', '\u{7}', '\u{202e}'];
            assert!(!told.contains(obeyed), "{told:?}");
        }
    }

    #[test]
    fn suggests_a_name_for_a_typo() {
        let told_of_flag = told(&["delete-connection", "--dry-rnu"]);
        assert!(
            told_of_flag.contains("unexpected argument '--dry-rnu' found"),
            "{told_of_flag}"
        );
        assert!(told_of_flag.contains("'--dry-run'"), "{told_of_flag}");
        let subcommand = told(&["delete-conection"]);
        assert!(subcommand.contains("'delete-connection'"), "{subcommand}");
    }

    #[test]
    fn tips_do_not_mention_rejected_flags() {
        for mistyped in ["--api-kye", "--apikey", "--acces-token", "--access-tokn"] {
            let told = told(&["delete-connection", mistyped]);
            for refused in ["--api-key'", "--access-token'"] {
                assert!(!told.contains(refused), "{told}");
            }
            assert!(told.contains("-file'"), "{told}");
        }
    }
}
