//! Helpers that run the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, response};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_trackstar-under-test");

pub(crate) const DELETED: &str = r#"{"id": "c-1", "object": "connection", "deleted": true}"#;

/// The exit code and output of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// Returns the error of a run that requested JSON.
    pub(crate) fn error(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or_default();
        let told: Value = serde_json::from_str(last)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"));
        told["error"].clone()
    }
}

/// Returns the text of a document with these paths.
pub(crate) fn document(paths: &Value) -> String {
    let info = json!({"title": "T", "version": "1"});
    json!({"openapi": "3.1.0", "info": info, "paths": paths}).to_string()
}

/// A builder for a run in an isolated environment, with both credentials set.
pub(crate) struct Program {
    pub(crate) command: Command,
}

impl Program {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let mut program = Self::without_credentials(arguments);
        program
            .command
            .env("TRACKSTAR_API_KEY", API_KEY)
            .env("TRACKSTAR_ACCESS_TOKEN", ACCESS_TOKEN);
        program
    }

    pub(crate) fn without_credentials(arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        // Inherit only the variables that the system needs to start a program.
        command.env_clear().args(arguments).stdin(Stdio::null());
        for name in ["SystemRoot", "PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let home = folder("home");
        for name in ["HOME", "XDG_CONFIG_HOME", "USERPROFILE", "APPDATA"] {
            command.env(name, &home);
        }
        Self { command }
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn against(self, server: &FaultServer) -> Self {
        self.env("TRACKSTAR_BASE_URL", server.base_url())
    }

    pub(crate) fn run(mut self) -> Ran {
        let output = self.command.output().unwrap();
        let ran = Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert_clean(&ran.stdout);
        assert_clean(&ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        ran
    }
}

/// Asserts that the text contains no credentials. All output must pass.
pub(crate) fn assert_clean(text: &str) {
    for secret in [API_KEY, ACCESS_TOKEN] {
        assert!(!text.contains(secret), "a credential shows in: {text}");
    }
}

/// Creates a folder for the files of one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    std::fs::create_dir_all(&folder).unwrap();
    // Set the mode explicitly, because the umask may let others replace files in the folder.
    set_mode(&folder, 0o700);
    folder
}

/// Writes a file with the given mode.
pub(crate) fn file(folder: &Path, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    set_mode(&path, mode);
    path
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

pub(crate) fn http(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let content_type = format!("content-type: {content_type}");
    response(status, &[&content_type, "x-request-id: request-7"], body)
}

/// Starts a server that sends the same JSON for every request.
pub(crate) async fn responding(status: &str, body: &str) -> FaultServer {
    let fate = Fate::Respond(http(status, "application/json", body));
    FaultServer::always(fate).await.unwrap()
}
