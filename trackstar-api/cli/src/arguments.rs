//! Turns flags and files into the arguments of a call.

use std::fs::File as OpenFile;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::exit::Failure;
use super::flag::{Flag, Goes};
use super::operation::{Body, Operation};
use super::options::{BODY_FILE, JSON_BODY};
use super::report::Reporter;
use super::subcommand::id;
use super::{secrets, value};

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments {
    /// The value of each parameter, along with its index.
    pub(super) parameters: Vec<(usize, Value)>,
    pub(super) body: Option<Value>,
    /// The body, if it's text.
    pub(super) text: Option<Vec<u8>>,
    /// The body, if it's binary. It is read from a file.
    pub(super) content: Option<File>,
    /// The value of each multipart part, along with its index.
    pub(super) parts: Vec<(usize, Value)>,
    pub(super) files: Vec<(usize, File)>,
    /// Values that need to be redacted if the server quotes them.
    pub(super) secrets: Vec<String>,
}

/// A file to send.
#[derive(Clone)]
pub(super) struct File {
    pub(super) name: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// Reads the arguments from flags and files.
pub(super) fn read(
    operation: &Operation,
    matches: &ArgMatches,
    reporter: Reporter,
) -> Result<Arguments, Failure> {
    let mut arguments = Arguments::default();
    let mut properties = Map::new();
    let mut input = Input::default();
    for flag in &operation.flags {
        let Some(texts) = matches.get_many::<String>(&id(flag)) else {
            continue;
        };
        let texts: Vec<&str> = texts.map(String::as_str).collect();
        if flag.secret {
            warn(reporter, operation, flag);
        }
        if let Goes::File(index) = flag.goes {
            for path in texts {
                arguments.files.push((index, input.file(Path::new(path))?));
            }
            continue;
        }
        let value = read_value(flag, &texts)?;
        if flag.secret && flag.goes != Goes::Property {
            arguments.secrets.extend(secrets::texts(&value));
        }
        match flag.goes {
            Goes::Path(index) | Goes::Query(index) | Goes::Header(index) => {
                arguments.parameters.push((index, value));
            }
            Goes::Part(index) | Goes::File(index) => arguments.parts.push((index, value)),
            Goes::Property => {
                properties.insert(flag.wire.clone(), value);
            }
        }
    }
    read_body(operation, matches, &mut arguments, &mut input)?;
    if !properties.is_empty() {
        let body = arguments.body.get_or_insert_with(|| Map::new().into());
        let Value::Object(body) = body else {
            return Err(Failure::usage(format!(
                "the body of --{JSON_BODY} is not an object, so flags cannot set its properties: \
                 remove the flags"
            )));
        };
        body.extend(properties);
    }
    if let Some(body) = &arguments.body {
        arguments
            .secrets
            .extend(secrets::hide(operation, &mut body.clone()));
    }
    if operation.body == Body::Json && operation.requires_body && arguments.body.is_none() {
        return Err(Failure::usage(format!(
            "a body is required: set its properties with flags, or pass a file with --{JSON_BODY}"
        )));
    }
    Ok(arguments)
}

/// Prints a warning if a secret was passed on the command line.
fn warn(reporter: Reporter, operation: &Operation, flag: &Flag) {
    let instead = if operation.body == Body::Json && flag.goes == Goes::Property {
        format!("pass it in a file with --{JSON_BODY} instead")
    } else {
        "run this on a machine without other users, and clear the history of your shell".to_owned()
    };
    reporter.warn(&format!(
        "the value of --{} is visible to all users of this machine (`ps`), and is kept in the \
         history of your shell: {instead}",
        flag.name
    ));
}

/// Parses the values of a flag and returns them as JSON.
fn read_value(flag: &Flag, texts: &[&str]) -> Result<Value, Failure> {
    let one = |text: &str| {
        value::parse(&flag.shape, text).map_err(|reason| {
            Failure::usage(format!(
                "the value of --{} cannot be sent: {reason}",
                flag.name
            ))
        })
    };
    if !flag.shape.list {
        return one(texts.last().copied().unwrap_or_default());
    }
    let mut values = Vec::new();
    for text in texts {
        match serde_json::from_str(text) {
            // The value is already a JSON array, so it's the whole list.
            Ok(Value::Array(items)) if flag.goes == Goes::Property => values.extend(items),
            _ => values.push(one(text)?),
        }
    }
    Ok(Value::Array(values))
}

fn read_body(
    operation: &Operation,
    matches: &ArgMatches,
    arguments: &mut Arguments,
    input: &mut Input,
) -> Result<(), Failure> {
    let path = |name| matches.get_one::<PathBuf>(name);
    match operation.body {
        Body::None => {}
        Body::Json => {
            if let Some(path) = path(JSON_BODY) {
                let bytes = input.content(path)?;
                let body = serde_json::from_slice(&bytes).map_err(|error| {
                    // serde_json's own message might quote the content.
                    let (line, column) = (error.line(), error.column());
                    Failure::usage(format!(
                        "{} is not valid JSON: see line {line}, column {column}",
                        path.display()
                    ))
                })?;
                arguments.body = Some(body);
            }
        }
        Body::Text => {
            if let Some(path) = path(BODY_FILE) {
                let text = String::from_utf8(input.content(path)?).map_err(|_| {
                    Failure::usage(format!(
                        "{} is not valid UTF-8: pass another file",
                        path.display()
                    ))
                })?;
                arguments.text = Some(text.into());
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

/// Reads files and standard input. The latter can only be read once.
#[derive(Default)]
struct Input {
    was_read: bool,
}

impl Input {
    fn file(&mut self, path: &Path) -> Result<File, Failure> {
        let name = path.file_name().filter(|_| !is_standard_input(path));
        Ok(File {
            name: name.map(|name| name.to_string_lossy().into_owned()),
            bytes: self.content(path)?,
        })
    }

    fn content(&mut self, path: &Path) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read = if !is_standard_input(path) {
            OpenFile::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
        } else if std::mem::replace(&mut self.was_read, true) {
            return Err(Failure::usage(
                "standard input (-) can only be read once: use files for the other arguments",
            ));
        } else {
            std::io::stdin().lock().read_to_end(&mut bytes)
        };
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Failure::usage(format!(
                "failed to read {} ({error}): pass another file, or - for standard input",
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
    use super::super::exit::Problem;
    use super::*;

    #[test]
    fn standard_input_is_read_once() {
        let mut input = Input { was_read: true };
        let failure = input.content(Path::new("-")).expect_err("read before");
        assert!(
            matches!(failure.problem, Problem::Text(text) if text.contains("only be read once"))
        );
    }
}
