//! The client of a document, built as a user builds it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// A program that makes the calls it is told, with the client of a document: that of the sweep.
pub(crate) struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Client {
    pub(crate) fn start(side: &str, document: &Value, url: &str) -> Self {
        let document = written(&format!("{side}.json"), &document.to_string());
        let mut cargo = Cargo::of("xtask/sweep/driver", &document);
        let built = cargo.command.args(["build", "--quiet"]).status().unwrap();
        assert!(built.success(), "the client of every {side} does not build");
        let name = format!(
            "debug/trackstar-sweep-driver{}",
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

    /// What the operation answers, or the error with all its causes.
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
        // One that has ended already cannot be ended again, and that is all that can fail.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A file for the build to read.
pub(crate) fn written(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What is the same is left alone, so that nothing is built again.
    if fs::read_to_string(&file).ok().as_deref() != Some(text) {
        fs::write(&file, text).unwrap();
    }
    file
}

/// Builds and checks take turns: they share what is compiled, and a program is started before the
/// next one has its name.
static TURN: Mutex<()> = Mutex::new(());

/// Cargo in a folder outside of the workspace, with the target folder of the sweep: what it has
/// compiled serves here too.
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
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../sweep");
        let folder = root.join(folder);
        // The workspace's versions serve here too.
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
        // What stays behind is overwritten by the next run.
        let _left = fs::remove_file(&self.lock);
    }
}
