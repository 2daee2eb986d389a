//! The client of a document: built as a user builds it, and run as a program.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Arguments;
use crate::oracle::{KEY, TOKEN};

/// Something that makes the calls of a client.
pub(crate) trait Calls {
    /// The operations that it has.
    fn listed(&self) -> anyhow::Result<Vec<Listed>>;

    /// Makes one call and waits for what comes of it.
    fn call(&mut self, id: &str, arguments: &Arguments, all: bool) -> anyhow::Result<Came>;
}

/// Where the client is built.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

/// A client that has been built.
#[derive(Debug)]
pub(crate) struct Client {
    program: PathBuf,
}

/// An operation of a client.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) paged: bool,
}

/// How many lines of the compiler's are shown.
const LINES: usize = 40;

impl Workspace {
    /// The workspace that this program was built in.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root)
            .stderr(Stdio::inherit())
            .output()
            .context("failed to run cargo metadata")?;
        let metadata: Value = serde_json::from_slice(&output.stdout)
            .context("cargo metadata did not say where the workspace is")?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?;
        Ok(Self {
            target: Path::new(target).join("conformance"),
            root,
        })
    }

    /// Builds the client of the document; `Err` holds what the compiler says.
    pub(crate) fn build(&self, document: &Path) -> anyhow::Result<Result<Client, String>> {
        let folder = self.root.join("xtask/conformance/driver");
        let _lock = Lock::copy(&self.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let output = cargo()
            .args(["build", "--quiet"])
            .current_dir(&folder)
            .env("DRIVER_DOCUMENT", document)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null())
            .output()
            .context("failed to run cargo build")?;
        if !output.status.success() {
            return Ok(Err(first_errors(&String::from_utf8_lossy(&output.stderr))));
        }
        let name = format!(
            "trackstar-conformance-driver{}",
            std::env::consts::EXE_SUFFIX
        );
        let program = self.target.join("debug").join(name);
        Ok(Ok(Client { program }))
    }
}

/// The workspace's versions, lent to the driver, which is outside of the workspace.
struct Lock(PathBuf);

impl Lock {
    fn copy(from: &Path, to: PathBuf) -> anyhow::Result<Self> {
        fs::copy(from, &to).with_context(|| format!("failed to write {}", to.display()))?;
        Ok(Self(to))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What stays behind is overwritten by the next run.
        let _left = fs::remove_file(&self.0);
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What the compiler says from its first error on, without the warnings before it.
fn first_errors(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("error"));
    let shown = lines
        .iter()
        .skip(first.unwrap_or(0))
        .filter(|line| !line.is_empty());
    let shown: Vec<&str> = shown.take(LINES).copied().collect();
    shown.join("\n")
}

impl Client {
    /// The operations that it has.
    fn operations(&self) -> anyhow::Result<Vec<Listed>> {
        let output = Command::new(&self.program)
            .arg("--list")
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("failed to run {}", self.program.display()))?;
        serde_json::from_slice(&output.stdout).context("the client did not list its operations")
    }

    /// Starts it against the server at `base_url`.
    fn start(&self, base_url: &str) -> anyhow::Result<Running> {
        let complaints = tempfile::tempfile().context("failed to make a temporary file")?;
        let standard_error = complaints.try_clone().context("failed to share a file")?;
        let mut child = Command::new(&self.program)
            .args([base_url, KEY, TOKEN])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(standard_error))
            .spawn()
            .with_context(|| format!("failed to run {}", self.program.display()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("the client has no input or no output");
        };
        Ok(Running {
            child,
            input,
            output: BufReader::new(output),
            complaints,
        })
    }
}

/// A client that waits for calls; ended when dropped.
#[derive(Debug)]
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    complaints: File,
}

/// A client that is started again when it has ended.
#[derive(Debug)]
pub(crate) struct Started {
    client: Client,
    base_url: String,
    running: Running,
}

impl Started {
    /// Starts the client against the server at `base_url`.
    pub(crate) fn new(client: Client, base_url: String) -> anyhow::Result<Self> {
        let running = client.start(&base_url)?;
        Ok(Self {
            client,
            base_url,
            running,
        })
    }
}

impl Calls for Started {
    fn listed(&self) -> anyhow::Result<Vec<Listed>> {
        self.client.operations()
    }

    fn call(&mut self, id: &str, arguments: &Arguments, all: bool) -> anyhow::Result<Came> {
        let came = self.running.call(id, arguments, all)?;
        if matches!(came, Came::Ended(_)) {
            self.running = self.client.start(&self.base_url)?;
        }
        Ok(came)
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Came {
    Value(Value),
    Error(String),
    /// The program has ended, with these last words.
    Ended(String),
}

impl Running {
    fn call(&mut self, id: &str, arguments: &Arguments, all: bool) -> anyhow::Result<Came> {
        let call = json!({"id": id, "arguments": arguments, "all": all});
        let mut line = String::new();
        let written = writeln!(self.input, "{call}").and_then(|()| self.input.flush());
        if written.is_ok() {
            self.output
                .read_line(&mut line)
                .context("failed to read what the client says")?;
        }
        if line.is_empty() {
            return Ok(Came::Ended(self.last_words()));
        }
        let answer: Value = serde_json::from_str(&line)
            .with_context(|| format!("the client says something else than JSON: {line}"))?;
        Ok(match answer.get("error").and_then(Value::as_str) {
            Some(error) => Came::Error(error.to_owned()),
            None => Came::Value(answer["ok"].clone()),
        })
    }

    fn last_words(&mut self) -> String {
        let mut words = String::new();
        let read = self
            .complaints
            .rewind()
            .and_then(|()| self.complaints.read_to_string(&mut words));
        match read {
            Ok(_) => words.lines().take(LINES).collect::<Vec<_>>().join("\n"),
            Err(error) => format!("(what it said cannot be read: {error})"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already cannot be ended again, and that is all that can fail.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_the_compiler_says_the_first_errors_are_shown() {
        let text = "warning: unused\n\nerror[E0428]: twice\n --> a.rs:1\n\nerror: aborting\n";
        assert_eq!(
            first_errors(text),
            "error[E0428]: twice\n --> a.rs:1\nerror: aborting"
        );
        let long = "error: x\n".repeat(100);
        assert_eq!(first_errors(&long).lines().count(), LINES);
    }
}
