//! `cargo xtask codegen`: prints the Rust code that the build script generates, for reviewers.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_openapi::{Preparation, Source};
use xtask::CodegenArgs;

use crate::outcome::{Outcome, shown};
use crate::vendored::Vendored;

/// Corrects the document and pipes it through the generator, which prepares it. The generator is a
/// separate program, so that the other verbs do not wait for its compilation.
pub(crate) fn run(
    root: &Path,
    options: &CodegenArgs,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let Some(vendored) = Vendored::read(root, &mut problems)? else {
        writeln!(out, "{}", shown(&problems.join("\n")))?;
        return Ok(Outcome::NeedsAttention);
    };
    let from = match &options.from {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.with_context(|| format!("failed to read {}", path.display()))?;
            Some((path.display().to_string(), text))
        }
        None => None,
    };
    let original = from.as_ref().map(|(name, text)| Source { name, text });
    let preparation = match original {
        Some(source) => {
            let overlays = vendored.overlays.sources();
            Preparation::new(source).lenient().overlays(&overlays)
        }
        None => vendored.preparation(),
    };
    let preparation = preparation
        .variants(options.integrations)
        .webhooks(options.webhooks || from.is_none());
    let prepared = match preparation.clone().run() {
        Ok(prepared) => prepared,
        Err(error) => {
            writeln!(out, "{}", shown(&error.to_string()))?;
            return Ok(Outcome::NeedsAttention);
        }
    };
    if options.explain {
        for note in prepared.notes() {
            let place = if note.pointer.is_empty() {
                "(document)"
            } else {
                &note.pointer
            };
            writeln!(out, "{}", shown(&format!("{place}: {}", note.text)))?;
        }
        return Ok(Outcome::Well);
    }
    let flags = [
        ("--record", from.is_none()),
        ("--integrations", options.integrations),
        ("--webhooks", options.webhooks),
        ("--schemars", options.schemars),
        ("--httpmock", options.httpmock),
    ];
    let flags = flags.iter().filter(|(_, wanted)| *wanted);
    let flags: Vec<&str> = flags.map(|(flag, _)| *flag).collect();
    let (document, _) = preparation.correct()?;
    out.write_all(&generate(&document, &flags, original)?)?;
    Ok(Outcome::Well)
}

/// Returns the generator's output for a corrected document. Its errors have positions in the original
/// document.
pub(crate) fn generate(
    document: &Value,
    flags: &[&str],
    original: Option<Source<'_>>,
) -> anyhow::Result<Vec<u8>> {
    let mut command = xtask::cargo_run();
    command
        .args(["--package", "trackstar-build"])
        .args(["--example", "generate", "--"])
        .args(flags)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut text = document.to_string();
    if let Some(original) = original {
        command.args(["--from", original.name]);
        text += &Value::from(original.text).to_string();
    }
    let mut child = command
        .spawn()
        .context("failed to run the generator through cargo")?;
    let input = child.stdin.take();
    let written = input.map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
    let output = child
        .wait_with_output()
        .context("failed to wait for the generator")?;
    if !output.status.success() {
        bail!("the generator failed with the messages above");
    }
    // A generator that fails does not read everything, so its own error comes first.
    written.context("failed to pass the document on")?;
    Ok(output.stdout)
}
