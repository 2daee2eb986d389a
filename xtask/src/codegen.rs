//! `cargo xtask codegen`: the Rust that the build script generates, for a reviewer to read.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::Outcome;
use crate::vendored::Vendored;

/// Prepares the document and pipes it through the generator. The generator is built and run as a
/// program of its own, so that the other verbs do not wait for it to be compiled.
pub(crate) fn run(
    root: &Path,
    schemars: bool,
    notes: bool,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let prepared = Vendored::read(root, &mut problems)?.map(|vendored| vendored.prepare());
    let prepared = match prepared {
        Some(Ok(prepared)) => prepared,
        Some(Err(error)) => {
            writeln!(out, "{error}")?;
            return Ok(Outcome::NeedsAttention);
        }
        None => {
            writeln!(out, "{}", problems.join("\n"))?;
            return Ok(Outcome::NeedsAttention);
        }
    };
    if notes {
        for note in prepared.notes() {
            writeln!(out, "{}: {}", note.pointer, note.text)?;
        }
        return Ok(Outcome::Well);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "trackstar-codegen",
            "--example",
            "generate",
            "--",
        ])
        .args(schemars.then_some("--schemars"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .context("failed to run the generator through cargo")?;
    let document = prepared.to_json();
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(document.as_bytes())
            .context("failed to pass the document on")?;
    }
    let output = child
        .wait_with_output()
        .context("failed to wait for the generator")?;
    if !output.status.success() {
        bail!("the generator failed; what it says stands above");
    }
    out.write_all(&output.stdout)?;
    Ok(Outcome::Well)
}
