//! The client of a document, built as a user builds it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A program that makes the calls it is told, with the client of a document: that of the sweep.
pub(crate) struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Client {
    pub(crate) fn start(document: &Value, url: &str) -> Self {
        let document = written("base.json", &document.to_string());
        let (mut cargo, target) = cargo("xtask/sweep/driver", &document);
        let built = cargo.args(["build", "--quiet"]).status().unwrap();
        assert!(built.success(), "the client of all bases does not build");
        let name = format!("debug/trackstar-sweep-driver{}", std::env::consts::EXE_SUFFIX);
        let mut child = Command::new(target.join(name))
            .args([url, "key-of-the-witnesses", "token-of-the-witnesses"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output) }
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

/// Cargo in a folder outside of the workspace, and the target folder, which is that of the sweep:
/// what it has compiled serves here too.
pub(crate) fn cargo(folder: &str, document: &Path) -> (Command, PathBuf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../sweep");
    let folder = root.join(folder);
    // The workspace's versions; the next run overwrites what is left.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .env("TRACKSTAR_OPENAPI", document)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null());
    (cargo, target)
}
