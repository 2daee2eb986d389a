//! Converts flags and files to the arguments of a call.

use std::fs::File as OpenFile;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::exit::Failure;
use super::flag::{Flag, Goes};
use super::operation::{Body, Operation};
use super::report::Reporter;
use super::subcommand::{BODY_FILE, JSON_BODY, id, long};
use super::{secrets, value};

/// Arguments of a call.
#[derive(Default)]
pub(super) struct Arguments {
    /// Values of the operation's parameters, each with the parameter's index.
    pub(super) parameters: Vec<(usize, Value)>,
    pub(super) body: Option<Value>,
    /// Text body.
    pub(super) text: Option<Vec<u8>>,
    /// Binary body, read from a file.
    pub(super) content: Option<File>,
    /// Values of the parts of a multipart body, each with the part's index.
    pub(super) parts: Vec<(usize, Value)>,
    pub(super) files: Vec<(usize, File)>,
    /// Values to redact if the server quotes them.
    pub(super) secrets: Vec<String>,
}

/// A file to send.
#[derive(Clone)]
pub(super) struct File {
    pub(super) name: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// Reads the arguments of a call from its flags and files.
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
                "the body of --{JSON_BODY} is not an object, so that no flag can set a property of it: leave the flags out"
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
            "a body is required: set its properties by flags, or give a file with --{JSON_BODY}"
        )));
    }
    Ok(arguments)
}

/// Warns that a secret was given on the command line.
fn warn(reporter: Reporter, operation: &Operation, flag: &Flag) {
    let instead = if operation.body == Body::Json && flag.goes == Goes::Property {
        format!("give it in a file with --{JSON_BODY}")
    } else {
        "run this on a machine that has no other users, and clear the shell's history".to_owned()
    };
    reporter.warn(&format!(
        "while this runs, all users of this machine can see the value of --{} (`ps`), and the shell keeps it: {instead}",
        long(flag)
    ));
}

/// Parses the values of a flag as JSON, for the request.
fn read_value(flag: &Flag, texts: &[&str]) -> Result<Value, Failure> {
    let one = |text: &str| {
        value::parse(&flag.shape, text).map_err(|reason| {
            Failure::usage(format!(
                "the value of --{} cannot be sent: {reason}",
                long(flag)
            ))
        })
    };
    if !flag.shape.list {
        return one(texts.last().copied().unwrap_or_default());
    }
    let mut values = Vec::new();
    for text in texts {
        match serde_json::from_str(text) {
            // The value is a JSON array, which sets the whole list at once.
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
                    // The message of serde_json may quote the content.
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
                    Failure::usage(format!(
                        "{} is not text: give a file in UTF-8",
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

/// A reader of files and of standard input, which it reads at most once.
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
    use super::super::exit::Problem;
    use super::*;

    #[test]
    fn standard_input_is_read_once() {
        let mut input = Input { was_read: true };
        let failure = input.content(Path::new("-")).expect_err("read before");
        assert!(matches!(failure.problem, Problem::Text(text) if text.contains("given twice")));
    }
}
