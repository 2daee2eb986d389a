//! The client of a document, built and called by the driver of the conformance tests.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trackstar_conformance::driver::{CallResult, Running, Workspace};

/// Starts the client of the bases or the revisions with the server at `url`.
pub(crate) fn start(side: &str, document: &Value, url: &str) -> Running {
    let document = written(&format!("{side}.json"), &document.to_string());
    let client = Workspace::find().unwrap().build(&document).unwrap();
    let client = client.unwrap_or_else(|errors| panic!("the client of every {side}: {errors}"));
    let (key, token) = ("key-of-the-witnesses", "token-of-the-witnesses");
    client.start(url, key, token).unwrap()
}

/// Returns the result of an operation, or the error with all its causes.
pub(crate) fn call(client: &mut Running, id: &str, arguments: &Value) -> Result<Value, String> {
    match client.call(id, arguments, false).unwrap() {
        CallResult::Value(value) => Ok(value),
        CallResult::Error(error) => Err(error),
        CallResult::Ended(text) => panic!("the client ended: {text}"),
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
