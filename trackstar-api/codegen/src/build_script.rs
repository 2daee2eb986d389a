//! Entry points for build scripts, which write the generated source to `$OUT_DIR` and report failures to cargo.

use std::fmt::Display;
use std::path::PathBuf;

use serde_json::Value;
use trackstar_openapi::Prepared;

use crate::{Settings, client, prose};

/// Generates the client for a prepared document into `$OUT_DIR/generated.rs`.
///
/// Call it only from a build script. If the preparation (`Err`) or the generator failed, the function prints
/// one `cargo::error` line per problem. Cargo then stops the build without a backtrace. The script reruns only
/// after it has been rebuilt, which cargo does whenever the embedded document, an overlay or the generator
/// changes.
///
/// ```no_run
/// use trackstar_openapi::Preparation;
///
/// let document = serde_json::json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}});
/// trackstar_build::build_script(Preparation::of(document).run(), &trackstar_build::Settings::default());
/// ```
pub fn build_script(prepared: Result<Prepared, impl Display>, settings: &Settings) {
    tell("cargo::rerun-if-changed=build.rs");
    tell_failure(run(prepared, settings));
}

pub(crate) fn tell_failure(outcome: Result<(), String>) {
    if let Err(message) = outcome {
        // The message contains names and text from the document.
        let message = prose::visible(&message);
        for line in message.lines().filter(|line| !line.trim().is_empty()) {
            tell(&format!("cargo::error={line}"));
        }
    }
}

/// Writes `document` to the file `file` in `$OUT_DIR`, for the crate to include.
///
/// Call it only from a build script. Failures are reported to cargo, as in [`build_script`].
///
/// ```no_run
/// # fn document() -> Result<serde_json::Value, std::fmt::Error> { Ok(serde_json::json!({})) }
/// trackstar_build::embed("document.json", document());
/// ```
pub fn embed(file: &str, document: Result<Value, impl Display>) {
    let written = document
        .map_err(|error| error.to_string())
        .and_then(|document| write(file, &document.to_string()));
    tell_failure(written);
}

fn run(prepared: Result<Prepared, impl Display>, settings: &Settings) -> Result<(), String> {
    let prepared = prepared.map_err(|error| error.to_string())?;
    require_operations(&prepared)?;
    let source = client(&prepared, settings).map_err(|error| error.to_string())?;
    write("generated.rs", &source)
}

/// Returns an error if the document has nothing to generate.
pub(crate) fn require_operations(prepared: &Prepared) -> Result<(), String> {
    if prepared.operations().is_empty() {
        return Err(
            "the document has no operations to generate: `paths` is missing or empty, or every operation is \
             excluded; use the document of the whole API"
                .to_owned(),
        );
    }
    Ok(())
}

fn write(file: &str, text: &str) -> Result<(), String> {
    let directory = std::env::var_os("OUT_DIR")
        .ok_or("OUT_DIR is not set: call this function from a build script")?;
    let target = PathBuf::from(directory).join(file);
    std::fs::write(&target, text)
        .map_err(|error| format!("failed to write {}: {error}", target.display()))
}

#[expect(
    clippy::print_stdout,
    reason = "build scripts send instructions to cargo on standard output"
)]
pub(crate) fn tell(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trackstar_openapi::Preparation;

    use super::*;

    #[test]
    fn rejects_a_document_without_operations() {
        for paths in [json!({}), json!({"/a": {"parameters": []}})] {
            let info = json!({"title": "T", "version": "1"});
            let document = json!({"openapi": "3.0.3", "info": info, "paths": paths});
            let prepared = Preparation::of(document).run();
            let refused = run(prepared, &Settings::default());
            let message = refused.expect_err("there is nothing to generate");
            assert!(message.contains("has no operation"), "{message}");
        }
    }
}
