//! Prints responses, either as JSON or as tables.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use serde_json::Value;

use super::call::items;
use super::options::{Format, Options};
use super::profile::Profile;
use super::table::Table;
use super::text;

/// The number of columns to assume if the terminal doesn't report its size.
const DEFAULT_WIDTH: u16 = 80;

/// Prints responses.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    /// Whether the user asked for JSON. Without a terminal, this is also the default.
    json: bool,
    columns: Option<Vec<String>>,
    /// The width of the terminal, if there is one.
    width: Option<u16>,
}

/// Whether anyone is still reading our output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Yes,
    /// Standard output has been closed. For example, `head` does this once it has read enough.
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

    /// Prints a response. If it's a page of a list, the items are printed as a table. Text is
    /// printed as is, except that it's escaped on a terminal.
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

    /// Prints an item as a line of JSON. For a table, we need all items first (see
    /// [`rows`](Self::rows)).
    pub(super) fn line(item: &Value) -> io::Result<Read> {
        write(&text::json(&item.to_string()))
    }

    /// Prints all items as a table.
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

/// Prints text that is already safe, followed by a line break.
pub(super) fn write(text: &str) -> io::Result<Read> {
    put(format!("{text}\n").as_bytes())
}

/// Prints raw bytes. On a terminal, this suggests redirecting them instead.
pub(super) fn raw(bytes: &[u8]) -> io::Result<Read> {
    if io::stdout().is_terminal() {
        let text = format!(
            "the response is binary data ({} bytes): redirect standard output to a file",
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

/// Returns the width to use for tables. If standard output isn't a terminal (for example because of
/// a pager), we try the other streams and then `COLUMNS`.
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
