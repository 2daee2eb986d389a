//! Answers on standard output: as JSON for programs, as a table for people.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use serde_json::Value;

use super::call::items;
use super::options::{Format, Options};
use super::profile::Profile;
use super::table::Table;
use super::text;

/// The width of a terminal that does not say how wide it is.
const DEFAULT_WIDTH: u16 = 80;

/// Writes answers.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    /// Whether JSON was asked for, and is not just what is there without a terminal.
    json: bool,
    columns: Option<Vec<String>>,
    /// The width of the terminal; `None` where there is none.
    width: Option<u16>,
}

/// Whether somebody reads what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Yes,
    /// Standard output is closed, as `head` does when it has enough.
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

    /// Prints a response. A page of a list is a table of its items. A text is printed as it is.
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

    /// Prints one of many items as a line of JSON. Tables are printed when all items are there
    /// ([`rows`](Self::rows)).
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

/// Writes a text that is made here or escaped, and a line break after it.
pub(super) fn write(text: &str) -> io::Result<Read> {
    put(format!("{text}\n").as_bytes())
}

/// Writes bytes as they are, unless to a terminal.
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

/// Returns the width of the terminal that a table is for: that of standard output, or of another stream if
/// standard output is a pipe to a pager, or that of `COLUMNS`.
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
