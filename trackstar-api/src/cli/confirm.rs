//! What cannot be undone is confirmed by a person, or beforehand.

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use super::arguments::Given;
use super::exit::Failure;
use super::secrecy::{self, REDACTED};
use super::text;
use crate::operation::{Operation, Place};

/// What operations that take something away are called where their method does not say so, such as
/// `PUT /orders/{order_id}/cancel`.
const WORDS: [&str; 11] = [
    "archive",
    "cancel",
    "close",
    "delete",
    "destroy",
    "disconnect",
    "purge",
    "remove",
    "revoke",
    "terminate",
    "void",
];

/// Whether a call is to be confirmed: it takes something away. Rather one too many.
pub(super) fn is_due(operation: &Operation) -> bool {
    let last = operation.path.rsplit('/').next().unwrap_or_default();
    let mut words = last.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut called_so = || {
        !last.starts_with('{')
            && words.any(|word| WORDS.iter().any(|it| it.eq_ignore_ascii_case(word)))
    };
    operation.method == "DELETE" || (!operation.is_safe() && called_so())
}

/// Asks on the terminal. Elsewhere nobody can answer, and `--yes` must have been given.
pub(super) fn ask(
    operation: &Operation,
    base_url: &str,
    on_behalf: &str,
    given: &Given,
) -> Result<(), Failure> {
    let (path, more) = filled(operation, given);
    let what = format!("{} {base_url}{path}", operation.method);
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "{what} takes something away for good, and there is no terminal to confirm it on: add \
             --yes to go ahead, or --dry-run to see what would be sent; nothing was sent"
        )));
    }
    let question =
        format!("{what}{more}{on_behalf}\nThis takes something away for good. Go ahead? [y/N] ");
    let mut out = std::io::stderr().lock();
    let _unread = out.write_all(text::lines(&question).as_bytes());
    let _unread = out.flush();
    drop(out);
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    let answer = read.map(|_| answer.trim().to_ascii_lowercase());
    match answer.as_deref() {
        Ok("y" | "yes") => Ok(()),
        _ => Err(Failure::local("not confirmed, so nothing was sent")),
    }
}

/// The path with what it names, and a line for each parameter beside it: whoever is asked has to see
/// what is taken away.
fn filled(operation: &Operation, given: &Given) -> (String, String) {
    let shown = |place: Place, name: &str, value: &Value| {
        if secrecy::is_secret(operation, place, name) {
            return REDACTED.to_owned();
        }
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text::one_line(&text)
    };
    let segment = |segment: &str| {
        let name = segment
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'));
        let value = name.and_then(|name| Some((name, given.arguments.path.get(name)?)));
        value.map_or_else(
            || segment.to_owned(),
            |(name, value)| shown(Place::Path, name, value),
        )
    };
    let path: Vec<String> = operation.path.split('/').map(segment).collect();
    let more = given.arguments.query.iter();
    let more =
        more.map(|(name, value)| format!("\nwith {name} = {}", shown(Place::Query, name, value)));
    (path.join("/"), more.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dynamic::Arguments;
    use crate::operation::Parameter;

    fn operation(method: &'static str, path: &'static str) -> Operation {
        Operation {
            method,
            path,
            ..Operation::BLANK
        }
    }

    #[test]
    fn what_takes_something_away_is_confirmed_whatever_its_method() {
        for (method, path, due) in [
            ("DELETE", "/links/{link_id}", true),
            ("PUT", "/orders/{order_id}/cancel", true),
            ("POST", "/orders/Bulk_Delete", true),
            ("PUT", "/orders/{order_id}", false),
            ("POST", "/orders/{cancel}", false),
            ("POST", "/orders/cancel/reasons", false),
            ("POST", "/cancellations", false),
            ("GET", "/orders/delete", false),
        ] {
            assert_eq!(is_due(&operation(method, path)), due, "{method} {path}");
        }
    }

    #[test]
    fn whoever_is_asked_sees_what_is_taken_away_and_no_secret() {
        const fn parameter(name: &'static str, secret: bool) -> Parameter {
            Parameter {
                name,
                setter: name,
                place: Place::Query,
                secret,
                ..Parameter::BLANK
            }
        }

        let arguments: Arguments = serde_json::from_value(json!({
            "path": {"a": "x\n\u{1b}[2J", "b": 7},
            "query": {"ids[in]": ["o-1"], "token": "s3cret"},
        }))
        .expect("arguments");
        let given = Given {
            arguments,
            secrets: Vec::new(),
        };
        let operation = Operation {
            parameters: &const { [parameter("ids[in]", false), parameter("token", true)] },
            ..operation("DELETE", "/as/{a}/bs/{b}/{c}")
        };
        let (path, more) = filled(&operation, &given);
        assert_eq!(path, "/as/x\\n\\u{1b}[2J/bs/7/{c}");
        assert_eq!(more, "\nwith ids[in] = [\"o-1\"]\nwith token = <redacted>");
    }
}
