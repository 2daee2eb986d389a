//! Answers on standard output: as JSON for programs, as a table for people.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use serde_json::{Map, Value};

use super::grid::Grid;
use super::options::{Format, Options};
use super::profile::Profile;
use super::report::Reporter;
use super::text;

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
        let width = terminal_size::terminal_size_of(io::stdout());
        let asked = options.output.or(of_profile);
        Self {
            format: asked.unwrap_or(default),
            json: asked == Some(Format::Json),
            columns: options.columns.clone(),
            width: width.map(|(width, _)| width.0).filter(|_| terminal),
        }
    }

    /// One answer. A page of a list is a table of its items; a text is no JSON, and is itself.
    pub(super) fn answer(&self, answer: &Value, reporter: Reporter) -> io::Result<Read> {
        match answer {
            Value::Null => return Ok(Read::Yes),
            Value::String(text) if !self.json => {
                return if io::stdout().is_terminal() {
                    write(&text::lines(text))
                } else {
                    put(text)
                };
            }
            _ => {}
        }
        match self.format {
            Format::Json => write(&text::json(&format!("{answer:#}"))),
            Format::Table => {
                if let Some(rows) = rows(answer) {
                    return self.rows(rows, reporter);
                }
                self.check(std::slice::from_ref(answer), reporter);
                table(&self.grid().record(answer))
            }
        }
    }

    /// An item of many: a line of JSON. Tables are written when all items are there
    /// ([`rows`](Self::rows)).
    pub(super) fn line(item: &Value) -> io::Result<Read> {
        write(&text::json(&item.to_string()))
    }

    /// All items as one table.
    pub(super) fn rows(&self, rows: &[Value], reporter: Reporter) -> io::Result<Read> {
        if rows.is_empty() {
            return Ok(Read::Yes);
        }
        self.check(rows, reporter);
        table(&self.grid().table(rows))
    }

    /// Tells of columns that were asked for and are not there: a name may be wrong, or what it names
    /// left out of this answer.
    fn check(&self, rows: &[Value], reporter: Reporter) {
        for name in self.grid().unknown(rows) {
            let objects = rows.iter().filter_map(Value::as_object);
            let objects = objects.flat_map(|row| {
                let data = row.get("data").and_then(Value::as_object);
                row.keys().chain(data.into_iter().flat_map(Map::keys))
            });
            let there: BTreeSet<&str> = objects.map(String::as_str).collect();
            let there: Vec<String> = there.into_iter().map(text::one_line).collect();
            reporter.warn(&format!(
                "nothing here is called `{}` (--columns): there are {}",
                text::one_line(name),
                there.join(", ")
            ));
        }
    }

    fn grid(&self) -> Grid<'_> {
        Grid {
            columns: self.columns.as_deref(),
            width: self.width,
        }
    }
}

/// The items of an answer that is a list, or a page of one.
pub(super) fn rows(answer: &Value) -> Option<&[Value]> {
    let list = answer.as_array().or_else(|| answer.get("data")?.as_array());
    list.map(Vec::as_slice)
}

fn table(text: &str) -> io::Result<Read> {
    if text.is_empty() {
        return Ok(Read::Yes);
    }
    write(text)
}

/// Writes a text that is made here or escaped, and a line break behind it.
pub(super) fn write(text: &str) -> io::Result<Read> {
    put(&format!("{text}\n"))
}

fn put(text: &str) -> io::Result<Read> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Ok(()) => Ok(Read::Yes),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Read::NoLonger),
        Err(error) => Err(error),
    }
}
