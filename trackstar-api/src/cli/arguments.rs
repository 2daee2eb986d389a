//! From what was given on the command line to the arguments of a call.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::command::{BODY_FILE, JSON_BODY, id, long};
use super::exit::Failure;
use super::report::Reporter;
use super::secrecy;
use super::table::{Body, Command, Flag, Goes};
use crate::dynamic::{Arguments, File as Content};
use crate::operation::Place;

/// The arguments, and what of them is secret.
pub(super) struct Given {
    pub(super) arguments: Arguments,
    pub(super) secrets: Vec<String>,
}

/// Reads flags and files.
pub(super) fn read(
    command: &Command,
    matches: &ArgMatches,
    reporter: Reporter,
) -> Result<Given, Failure> {
    let mut given = Given {
        arguments: Arguments::default(),
        secrets: Vec::new(),
    };
    let mut properties = Map::new();
    let mut input = Input::default();
    for flag in command.flags {
        let Some(texts) = matches.get_many::<String>(&id(flag)) else {
            continue;
        };
        let texts: Vec<&str> = texts.map(String::as_str).collect();
        if flag.secret {
            tell(reporter, command, flag);
        }
        let arguments = &mut given.arguments;
        let target = match flag.goes {
            Goes::File => {
                for path in texts {
                    let file = input.file(Path::new(path))?;
                    arguments.files.push((flag.wire.to_owned(), file));
                }
                continue;
            }
            Goes::Parameter(Place::Path) => &mut arguments.path,
            Goes::Parameter(Place::Query) => &mut arguments.query,
            Goes::Parameter(Place::Header) => &mut arguments.headers,
            Goes::Part => &mut arguments.parts,
            Goes::Property => &mut properties,
        };
        let value = value(flag, &texts)?;
        if flag.secret && flag.goes != Goes::Property {
            given.secrets.extend(secrecy::texts(&value));
        }
        target.insert(flag.wire.to_owned(), value);
    }
    whole_body(command, matches, &mut given.arguments, &mut input)?;
    if !properties.is_empty() {
        let body = given
            .arguments
            .body
            .get_or_insert_with(|| Map::new().into());
        let Value::Object(body) = body else {
            return Err(Failure::usage(format!(
                "the body of --{JSON_BODY} is no object, so no flag can set a property of it: leave \
                 the flags out"
            )));
        };
        body.extend(properties);
    }
    if let Some(body) = &given.arguments.body {
        let found = secrecy::hide(command.operation, &mut body.clone());
        given.secrets.extend(found);
    }
    let required = command
        .operation
        .body
        .as_ref()
        .is_some_and(|body| body.required);
    if required && matches!(command.body, Body::Json { .. }) && given.arguments.body.is_none() {
        return Err(Failure::usage(format!(
            "it needs a body: set its properties by flags, or give a file with --{JSON_BODY}"
        )));
    }
    Ok(given)
}

/// Warns of a secret on the command line.
fn tell(reporter: Reporter, command: &Command, flag: &Flag) {
    let instead = match command.body {
        Body::Json { .. } if flag.goes == Goes::Property => {
            format!("give it in a file with --{JSON_BODY}")
        }
        _ => "run it where nobody else is, and clear the shell's history".to_owned(),
    };
    reporter.warn(&format!(
        "while this runs, everybody on this machine can see the value of --{} (`ps`), and the shell \
         keeps it: {instead}",
        long(flag)
    ));
}

/// The value of a flag, as it is to be sent.
fn value(flag: &Flag, texts: &[&str]) -> Result<Value, Failure> {
    let one = |text: &str| {
        (flag.parse)(text).map_err(|why| {
            Failure::usage(format!(
                "the value of --{} is not what it takes: {why}",
                long(flag)
            ))
        })
    };
    if !flag.list {
        return one(texts.last().copied().unwrap_or_default());
    }
    let mut values = Vec::new();
    for text in texts {
        let json = serde_json::from_str(text).ok();
        match json {
            // A list at once.
            Some(Value::Array(items)) if flag.goes == Goes::Property => values.extend(items),
            _ => values.push(one(text)?),
        }
    }
    Ok(Value::Array(values))
}

fn whole_body(
    command: &Command,
    matches: &ArgMatches,
    arguments: &mut Arguments,
    input: &mut Input,
) -> Result<(), Failure> {
    let path = |name| matches.get_one::<PathBuf>(name);
    match command.body {
        Body::None => {}
        Body::Json { .. } => {
            if let Some(path) = path(JSON_BODY) {
                let bytes = input.content(path)?;
                let body = serde_json::from_slice(&bytes).map_err(|error| {
                    // Its own text may show what stands there.
                    let (line, column) = (error.line(), error.column());
                    Failure::usage(format!(
                        "{} is not JSON: look at line {line}, column {column}",
                        path.display()
                    ))
                })?;
                arguments.body = Some(body);
            }
        }
        Body::Text => {
            if let Some(path) = path(BODY_FILE) {
                let text = String::from_utf8(input.content(path)?).map_err(|_| {
                    Failure::usage(format!("{} is no text in UTF-8: give one", path.display()))
                })?;
                arguments.body = Some(text.into());
            }
        }
        Body::Bytes => {
            if let Some(path) = path(BODY_FILE) {
                arguments.content = Some(input.file(path)?);
            }
        }
    }
    Ok(())
}

/// Files, and standard input, which can be read once.
#[derive(Default)]
struct Input {
    taken: bool,
}

impl Input {
    fn file(&mut self, path: &Path) -> Result<Content, Failure> {
        let name = path.file_name().filter(|_| !is_standard_input(path));
        Ok(Content {
            name: name.map(|name| name.to_string_lossy().into_owned()),
            bytes: self.content(path)?.into(),
        })
    }

    fn content(&mut self, path: &Path) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read = if !is_standard_input(path) {
            File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
        } else if std::mem::replace(&mut self.taken, true) {
            return Err(Failure::usage(
                "standard input (-) is given twice, and can be read once: give files for the others",
            ));
        } else {
            std::io::stdin().lock().read_to_end(&mut bytes)
        };
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Failure::usage(format!(
                "{} cannot be read ({error}): give another file, or - for standard input",
                path.display()
            ))),
        }
    }
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_is_read_once() {
        let mut input = Input { taken: true };
        let told = input.content(Path::new("-")).expect_err("read before");
        assert!(matches!(
            told.problem,
            super::super::exit::Problem::Text(text) if text.contains("given twice")
        ));
    }
}
