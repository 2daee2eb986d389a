//! Asks for confirmation before doing something destructive.

use std::io::{IsTerminal as _, Write as _};

use super::check::Checked;
use super::exit::Failure;
use super::operation::Operation;
use super::text;

/// If the path contains one of these words, the operation is considered destructive even if its
/// method isn't. For example, this includes `PUT /orders/{order_id}/cancel`.
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

/// Returns true if the call needs to be confirmed. If in doubt, it does.
pub(super) fn is_due(operation: &Operation) -> bool {
    is_destructive(&operation.method, &operation.path)
}

fn is_destructive(method: &str, path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let mut words = last.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut is_called_so = || {
        !last.starts_with('{')
            && words.any(|word| WORDS.iter().any(|it| it.eq_ignore_ascii_case(word)))
    };
    let safe = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
    method == "DELETE" || (!safe && is_called_so())
}

/// Asks for confirmation. Without a terminal, this returns an error which says that `--yes` is
/// required.
pub(super) fn ask(
    operation: &Operation,
    request: &Checked,
    on_behalf: &str,
) -> Result<(), Failure> {
    let what = text::one_line(&format!("{} {}", operation.method, request.url));
    let does = operation
        .summary
        .as_deref()
        .map(text::plain)
        .filter(|it| !it.is_empty());
    let does = does.map_or_else(|| operation.id.clone(), |it| text::first_sentence(&it, 100));
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "{what} cannot be undone ({does}), and there is no terminal to ask for confirmation: \
             pass --yes to continue, or --dry-run to see the request; nothing was sent"
        )));
    }
    let question = format!("{does}. This cannot be undone.\n{what}{on_behalf}\nContinue? [y/N] ");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destructive_operations_are_confirmed_for_every_method() {
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
            assert_eq!(is_destructive(method, path), due, "{method} {path}");
        }
    }
}
