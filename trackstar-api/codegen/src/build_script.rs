//! What a build script does around [`generate`](crate::generate): where the source goes, and how
//! a failure is told.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trackstar_openapi::Prepared;

use crate::{Settings, generate, prose};

/// Generates the client for a prepared document into `$OUT_DIR/generated.rs`.
///
/// Only for build scripts. A failure, be it the preparation's (`Err`) or the generator's, is told
/// to cargo as an error, one line a problem; cargo then stops the build by itself, without a
/// backtrace. The script asks to be run again only when it is itself rebuilt, which cargo does
/// whenever the embedded document, an overlay or the generator changes.
///
/// ```no_run
/// use trackstar_openapi::Preparation;
///
/// let document = serde_json::json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}});
/// trackstar_codegen::build_script(Preparation::of(document).run(), &trackstar_codegen::Settings::default());
/// ```
pub fn build_script(prepared: Result<Prepared, impl Display>, settings: &Settings) {
    tell("cargo::rerun-if-changed=build.rs");
    tell_failure(run(prepared, settings));
}

fn tell_failure(outcome: Result<(), String>) {
    if let Err(message) = outcome {
        // Names and texts of the document are in it.
        let message = prose::visible(&message);
        for line in message.lines().filter(|line| !line.trim().is_empty()) {
            tell(&format!("cargo::error={line}"));
        }
    }
}

/// Writes `document` into `$OUT_DIR` under the name `file`, for the crate to include.
///
/// Only for build scripts. A failure is told to cargo, as in [`build_script`].
///
/// ```no_run
/// # fn document() -> Result<serde_json::Value, std::fmt::Error> { Ok(serde_json::json!({})) }
/// trackstar_codegen::embed("document.json", document());
/// ```
pub fn embed(file: &str, document: Result<Value, impl Display>) {
    let written = document
        .map_err(|error| error.to_string())
        .and_then(|document| write(file, &document.to_string()));
    tell_failure(written);
}

/// The name and the text of the document that the environment variable `variable` names, for whoever
/// builds the client from a document of their own; `None` where it is not set. An `Err` says what is
/// wrong with the file.
///
/// Only for build scripts: it asks cargo to run the script again when the variable or the file
/// changes.
///
/// ```
/// assert!(trackstar_codegen::own_document("NO_SUCH_VARIABLE").is_none());
/// ```
#[must_use]
pub fn own_document(variable: &str) -> Option<Result<(String, String), String>> {
    tell(&format!("cargo::rerun-if-env-changed={variable}"));
    let name = std::env::var_os(variable).filter(|name| !name.is_empty())?;
    let path = PathBuf::from(name);
    if path.is_relative() {
        // A build script runs in the folder of its package, which is nobody's own.
        let path = path.display();
        return Some(Err(format!(
            "{variable}={path} is a relative path: give an absolute one"
        )));
    }
    tell(&format!("cargo::rerun-if-changed={}", path.display()));
    Some(read(variable, &path))
}

fn read(variable: &str, path: &Path) -> Result<(String, String), String> {
    let name = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((name.to_string(), text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(format!(
            "{variable}={name}: there is no such file: correct {variable}, which the environment sets \
             or `[env]` in .cargo/config.toml"
        )),
        Err(error) => Err(format!(
            "{variable}={name} cannot be read ({error}): give a document as UTF-8"
        )),
    }
}

fn run(prepared: Result<Prepared, impl Display>, settings: &Settings) -> Result<(), String> {
    let prepared = prepared.map_err(|error| error.to_string())?;
    if prepared.operations().is_empty() {
        return Err(
            "the document has no operation that the client could have: its `paths` are missing or \
             empty, or every operation in them is left out; give a document of the whole API"
                .to_owned(),
        );
    }
    let source = generate(&prepared, settings).map_err(|error| error.to_string())?;
    write("generated.rs", &source)
}

fn write(file: &str, text: &str) -> Result<(), String> {
    let directory = std::env::var_os("OUT_DIR")
        .ok_or("OUT_DIR is not set: this function is for build scripts, run by cargo")?;
    let target = PathBuf::from(directory).join(file);
    std::fs::write(&target, text)
        .map_err(|error| format!("failed to write {}: {error}", target.display()))
}

#[expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on standard output"
)]
fn tell(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trackstar_openapi::Preparation;

    use super::*;

    #[test]
    fn a_document_without_operations_is_refused_before_anything_is_written() {
        for paths in [json!({}), json!({"/a": {"parameters": []}})] {
            let info = json!({"title": "T", "version": "1"});
            let document = json!({"openapi": "3.0.3", "info": info, "paths": paths});
            let prepared = Preparation::of(document).run();
            let refused = run(prepared, &Settings::default());
            let message = refused.expect_err("there is nothing to generate");
            assert!(message.contains("has no operation"), "{message}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_told_with_the_variable_that_names_it() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("no-such-document.yaml");
        let message = read("TRACKSTAR_OPENAPI", &path).expect_err("it is not there");
        assert!(
            message.contains("no-such-document.yaml: there is no such file"),
            "{message}"
        );
        assert!(
            message.ends_with(
                "correct TRACKSTAR_OPENAPI, which the environment sets or `[env]` in .cargo/config.toml"
            ),
            "{message}"
        );
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let message = read("TRACKSTAR_OPENAPI", folder).expect_err("it is a folder");
        assert!(message.contains("cannot be read"), "{message}");
    }
}
