//! The client of a document, built as a user builds it, and run as a program.
//!
//! ```no_run
//! use std::path::Path;
//! use serde_json::json;
//! use trackstar_conformance::driver::Workspace;
//!
//! let client = Workspace::find()?.build(Path::new("/documents/orders.yaml"))?;
//! let client = client.expect("the client compiles");
//! let mut running = client.start("http://127.0.0.1:8080", "key", "token")?;
//! let result = running.call("get_order", &json!({"path": {"id": "o-1"}}), false)?;
//! println!("{result:?}");
//! # Ok::<(), anyhow::Error>(())
//! ```

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Maximum number of lines of the compiler or the program that are shown.
const LINES: usize = 40;

/// Serializes builds. They share a target folder, and each replaces the program of the last.
static TURN: Mutex<()> = Mutex::new(());

/// The workspace with the driver, in which clients are built.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the workspace that this crate was built in.
    ///
    /// # Errors
    /// Returns an error if `cargo metadata` fails.
    pub fn find() -> anyhow::Result<Self> {
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

    /// Prepares a cargo command for the driver with the client of the document. Waits until no other
    /// build is in progress.
    ///
    /// # Errors
    /// Returns an error if the versions of the workspace cannot be copied.
    pub fn cargo(&self, document: &Path) -> anyhow::Result<Build> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.root.join("xtask/conformance/driver");
        let lock = folder.join("Cargo.lock");
        fs::copy(self.root.join("Cargo.lock"), &lock)
            .with_context(|| format!("failed to write {}", lock.display()))?;
        let mut command = cargo();
        command
            .current_dir(&folder)
            .env("DRIVER_DOCUMENT", document)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null());
        Ok(Build {
            command,
            turn,
            _lock: Lock(lock),
        })
    }

    /// Builds the client of the document, or returns the errors of the compiler.
    ///
    /// # Errors
    /// Returns an error if the build cannot be run.
    pub fn build(&self, document: &Path) -> anyhow::Result<Result<Client, String>> {
        let mut build = self.cargo(document)?;
        let output = build
            .command
            .args(["build", "--quiet"])
            .output()
            .context("failed to run cargo build")?;
        if !output.status.success() {
            return Ok(Err(first_errors(&String::from_utf8_lossy(&output.stderr))));
        }
        let name = format!(
            "trackstar-conformance-driver{}",
            std::env::consts::EXE_SUFFIX
        );
        Ok(Ok(Client {
            program: self.target.join("debug").join(name),
            _turn: build.turn,
        }))
    }
}

/// A build of the driver. No other build begins before it is dropped.
#[derive(Debug)]
pub struct Build {
    /// The command, to which arguments can be added.
    pub command: Command,
    // Fields are dropped in this order. The file has to be removed before the next build begins.
    _lock: Lock,
    turn: MutexGuard<'static, ()>,
}

/// A copy of the workspace's Cargo.lock for the driver, which is outside the workspace.
#[derive(Debug)]
struct Lock(PathBuf);

impl Drop for Lock {
    fn drop(&mut self) {
        // The next run overwrites a file that remains.
        let _left = fs::remove_file(&self.0);
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Returns the output of the compiler from its first error on, without the warnings before it.
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

/// The program with the client of a document. No other client is built before it is dropped.
#[derive(Debug)]
pub struct Client {
    program: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// An operation of a client.
#[derive(Clone, Debug, Deserialize)]
pub struct ListedOperation {
    /// Value of `operationId`.
    pub id: String,
    /// HTTP method, in upper case.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Whether the operation returns a page of a list.
    pub paged: bool,
}

impl Client {
    /// Returns the operations of the client.
    ///
    /// # Errors
    /// Returns an error if the program does not list them.
    pub fn operations(&self) -> anyhow::Result<Vec<ListedOperation>> {
        let output = Command::new(&self.program)
            .arg("--list")
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("failed to run {}", self.program.display()))?;
        serde_json::from_slice(&output.stdout).context("the client did not list its operations")
    }

    /// Starts the client with a base URL, an API key and an access token.
    ///
    /// # Errors
    /// Returns an error if the program does not start.
    pub fn start(&self, base_url: &str, key: &str, token: &str) -> anyhow::Result<Running> {
        let errors = tempfile::tempfile().context("failed to make a temporary file")?;
        let standard_error = errors.try_clone().context("failed to share a file")?;
        let mut child = Command::new(&self.program)
            .args([base_url, key, token])
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
            errors,
        })
    }
}

/// A client that waits for calls. Dropping it ends its program.
#[derive(Debug)]
pub struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The standard error of the program.
    errors: File,
}

/// The result of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallResult {
    /// The value of the response, or the items of all pages.
    Value(Value),
    /// The error with its causes.
    Error(String),
    /// The program ended, with these last lines of its standard error.
    Ended(String),
}

impl Running {
    /// Makes one call, for a single response or for the items of all pages, and waits for its result.
    ///
    /// # Errors
    /// Returns an error if the program writes anything except a result.
    pub fn call(
        &mut self,
        id: &str,
        arguments: &impl Serialize,
        all: bool,
    ) -> anyhow::Result<CallResult> {
        let call = json!({"id": id, "arguments": arguments, "all": all});
        let mut line = String::new();
        let written = writeln!(self.input, "{call}").and_then(|()| self.input.flush());
        if written.is_ok() {
            self.output
                .read_line(&mut line)
                .context("failed to read the result of the client")?;
        }
        if line.is_empty() {
            return Ok(CallResult::Ended(self.last_lines()));
        }
        let result: Value = serde_json::from_str(&line)
            .with_context(|| format!("the client did not write JSON: {line}"))?;
        Ok(match result.get("error").and_then(Value::as_str) {
            Some(error) => CallResult::Error(error.to_owned()),
            None => CallResult::Value(result["ok"].clone()),
        })
    }

    fn last_lines(&mut self) -> String {
        let mut text = String::new();
        let read = self
            .errors
            .rewind()
            .and_then(|()| self.errors.read_to_string(&mut text));
        match read {
            Ok(_) => text.lines().take(LINES).collect::<Vec<_>>().join("\n"),
            Err(error) => format!("(its standard error cannot be read: {error})"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Killing fails only if the process has ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_first_errors_of_the_compiler() {
        let text = "warning: unused\n\nerror[E0428]: twice\n --> a.rs:1\n\nerror: aborting\n";
        assert_eq!(
            first_errors(text),
            "error[E0428]: twice\n --> a.rs:1\nerror: aborting"
        );
        let long = "error: x\n".repeat(100);
        assert_eq!(first_errors(&long).lines().count(), LINES);
    }
}
