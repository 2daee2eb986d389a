//! `cargo xtask conformance`: calls every operation of the clients of whole documents.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use xtask::ConformanceArgs;

use crate::outcome::Outcome;

/// Runs the conformance program on the documents. Like the generator, it is a separate program, because
/// its dependencies are large and the other verbs do not wait for their compilation.
pub(crate) fn run(
    root: &Path,
    options: &ConformanceArgs,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    // The program writes to the same output.
    out.flush()?;
    let status = xtask::cargo_run()
        .args(["--package", "trackstar-conformance"])
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .arg("--")
        .args(&options.paths)
        .status()
        .context("failed to run the conformance program through cargo")?;
    match status.code() {
        Some(0) => Ok(Outcome::Well),
        Some(1) => Ok(Outcome::FallsShort),
        _ => bail!("the conformance program failed with the messages above"),
    }
}
