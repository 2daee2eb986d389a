//! Writes responses to standard output: JSON for programs, tables for people.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use serde_json::Value;

use super::call::items;
use super::options::{Format, Options};
use super::profile::Profile;
use super::table::Table;
use super::text;

/// Width of a terminal that does not report its size, in columns.
const DEFAULT_WIDTH: u16 = 80;

/// A writer for responses.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    /// Whether the user requested JSON explicitly. Without a terminal, JSON is also the default.
    json: bool,
    columns: Option<Vec<String>>,
    /// Width of the terminal, or `None` without a terminal.
    width: Option<u16>,
}

/// The state of the reader of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Yes,
    /// Standard output is closed, for example because `head` has read enough.
    NoLonger,
}

impl Output {
    pub(super) fn new(options: &Options, profile: Option<&Profile>) -> Self {
        let terminal = io::stdout().is_terminal();
        let default = if terminal {
            Format::Table
        } else {
            Format::Json
        };
        let of_profile = profile.and_then(|profile| profile.output);
        let asked = options.output.or(of_profile);
        Self {
            format: asked.unwrap_or(default),
            json: asked == Some(Format::Json),
            columns: options.columns.clone(),
            width: width(),
        }
    }

    /// Prints a response. A page of a list becomes a table of its items. Text is printed verbatim, except for escapes
    /// on a terminal.
    pub(super) fn answer(&self, answer: &Value) -> io::Result<Read> {
        match answer {
            Value::Null => return Ok(Read::Yes),
            Value::String(text) if !self.json => {
                return if io::stdout().is_terminal() {
                    write(&text::lines(text))
                } else {
                    put(text.as_bytes())
                };
            }
            _ => {}
        }
        match self.format {
            Format::Json => write(&text::json(&format!("{answer:#}"))),
            Format::Table => match items(answer) {
                Some(rows) => self.rows(rows),
                None => table(&self.table().record(answer)),
            },
        }
    }

    /// Prints one item of a list as a line of JSON. Tables require all items ([`rows`](Self::rows)).
    pub(super) fn line(item: &Value) -> io::Result<Read> {
        write(&text::json(&item.to_string()))
    }

    /// Prints all items as one table.
    pub(super) fn rows(&self, rows: &[Value]) -> io::Result<Read> {
        if rows.is_empty() {
            return Ok(Read::Yes);
        }
        table(&self.table().rows(rows))
    }

    fn table(&self) -> Table<'_> {
        Table {
            columns: self.columns.as_deref(),
            width: self.width,
        }
    }
}

fn table(text: &str) -> io::Result<Read> {
    if text.is_empty() {
        return Ok(Read::Yes);
    }
    write(text)
}

/// Writes generated or escaped text, followed by a line break.
pub(super) fn write(text: &str) -> io::Result<Read> {
    put(format!("{text}\n").as_bytes())
}

/// Writes bytes verbatim. On a terminal, prints a hint to redirect them instead.
pub(super) fn raw(bytes: &[u8]) -> io::Result<Read> {
    if io::stdout().is_terminal() {
        let text = format!(
            "{} bytes that are not text: redirect standard output to a file",
            bytes.len()
        );
        return write(&text);
    }
    put(bytes)
}

fn put(bytes: &[u8]) -> io::Result<Read> {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    match written {
        Ok(()) => Ok(Read::Yes),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Read::NoLonger),
        Err(error) => Err(error),
    }
}

/// Returns the width for tables. Uses the terminal of standard output, or of another stream if standard output is
/// piped to a pager. Falls back to `COLUMNS`.
fn width() -> Option<u16> {
    let streams = [
        terminal_size::terminal_size_of(io::stdout()),
        terminal_size::terminal_size_of(io::stderr()),
        terminal_size::terminal_size_of(io::stdin()),
    ];
    let width = streams
        .into_iter()
        .flatten()
        .map(|(width, _)| width.0)
        .find(|width| *width > 0);
    let columns = || {
        std::env::var("COLUMNS")
            .ok()?
            .parse()
            .ok()
            .filter(|width| *width > 0)
    };
    let default = || io::stdout().is_terminal().then_some(DEFAULT_WIDTH);
    width.or_else(columns).or_else(default)
}
