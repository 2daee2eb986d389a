//! What cannot be undone is confirmed by a person, or beforehand.

use std::io::{IsTerminal as _, Write as _};

use super::exit::Failure;
use super::text;
use crate::operation::Operation;

/// Whether a call is to be confirmed: it takes something away.
pub(super) fn is_due(operation: &Operation) -> bool {
    operation.method == "DELETE"
}

/// Asks on the terminal. Elsewhere nobody can answer, and `--yes` must have been given.
pub(super) fn ask(operation: &Operation, base_url: &str, on_behalf: &str) -> Result<(), Failure> {
    let what = format!("{} {base_url}{}", operation.method, operation.path);
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "{what} takes something away for good, and there is no terminal to confirm it on: add \
             --yes to go ahead, or --dry-run to see what would be sent; nothing was sent"
        )));
    }
    let question =
        format!("{what}{on_behalf}\nThis takes something away for good. Go ahead? [y/N] ");
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
