//! The client of a document, built as a user does it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// A program that makes calls with the client of a document: the conformance driver.
pub(crate) struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Client {
    pub(crate) fn start(side: &str, document: &Value, url: &str) -> Self {
        let document = written(&format!("{side}.json"), &document.to_string());
        let mut cargo = Cargo::of("xtask/conformance/driver", &document);
        let built = cargo.command.args(["build", "--quiet"]).status().unwrap();
        assert!(built.success(), "the client of every {side} does not build");
        let name = format!(
            "debug/trackstar-conformance-driver{}",
            std::env::consts::EXE_SUFFIX
        );
        let mut child = Command::new(cargo.target.join(name))
            .args([url, "key-of-the-witnesses", "token-of-the-witnesses"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self {
            child,
            input,
            output: BufReader::new(output),
        }
    }

    /// Returns the result of an operation, or the error with all its causes.
    pub(crate) fn call(&mut self, id: &str, arguments: &Value) -> Result<Value, String> {
        writeln!(self.input, "{}", json!({"id": id, "arguments": arguments})).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).expect("the client answers every call");
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["ok"].clone()),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Killing fails only if the process has ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Writes a file for the build, and returns its path.
pub(crate) fn written(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // An unchanged file is not written, so that nothing is built again.
    if fs::read_to_string(&file).ok().as_deref() != Some(text) {
        fs::write(&file, text).unwrap();
    }
    file
}

/// Serializes builds and checks. They share compiled files, and a program starts before the next one
/// replaces its file.
static TURN: Mutex<()> = Mutex::new(());

/// Runs cargo in a folder outside the workspace with the target folder of the conformance tests, which
/// contains compiled dependencies.
pub(crate) struct Cargo {
    pub(crate) command: Command,
    target: PathBuf,
    lock: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Cargo {
    pub(crate) fn of(folder: &str, document: &Path) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../conformance");
        let folder = root.join(folder);
        // Uses the versions of the workspace.
        let lock = folder.join("Cargo.lock");
        fs::copy(root.join("Cargo.lock"), &lock).unwrap();
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(folder)
            .env("DRIVER_DOCUMENT", document)
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null());
        Self {
            command,
            target,
            lock,
            _turn: turn,
        }
    }
}

impl Drop for Cargo {
    fn drop(&mut self) {
        // The next run overwrites a file that remains.
        let _left = fs::remove_file(&self.lock);
    }
}
