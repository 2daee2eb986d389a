//! `cargo xtask codegen`: prints the Rust code that the build script generates, for reviewers.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_openapi::{Error, Preparation, Source};
use xtask::CodegenArgs;

use crate::outcome::{Outcome, shown};
use crate::vendored::Vendored;

/// Returns the arguments of the generator.
fn arguments(options: &CodegenArgs) -> Vec<String> {
    let flags = [
        ("--record", options.from.is_none()),
        ("--integrations", options.integrations),
        ("--webhooks", options.webhooks),
        ("--schemars", options.schemars),
        ("--httpmock", options.httpmock),
    ];
    let flags = flags.into_iter().filter(|(_, wanted)| *wanted);
    let mut arguments: Vec<String> = flags.map(|(flag, _)| flag.to_owned()).collect();
    if let Some(path) = &options.from {
        // The generator runs in another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        arguments.extend(["--from".to_owned(), path.display().to_string()]);
    }
    arguments
}

/// Corrects the document and pipes it through the generator, which prepares it. The generator is a
/// separate program, so that the other verbs do not wait for its compilation.
pub(crate) fn run(
    root: &Path,
    options: &CodegenArgs,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let prepare = |preparation: Preparation<'_>| {
        let preparation = preparation.variants(options.integrations);
        let webhooks = options.webhooks || options.from.is_none();
        let preparation = preparation.webhooks(webhooks);
        let prepared = preparation.clone().run()?;
        Ok::<_, Error>((preparation.correct()?.0, prepared))
    };
    let vendored = Vendored::read(root, &mut problems)?;
    let prepared = match (&vendored, &options.from) {
        (Some(vendored), Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("failed to read {}", path.display()))?;
            let name = path.display().to_string();
            let (name, text) = (name.as_str(), text.as_str());
            Some(prepare(vendored.preparation_of(Source { name, text })))
        }
        (Some(vendored), None) => Some(prepare(vendored.preparation())),
        (None, _) => None,
    };
    let (document, prepared) = match prepared {
        Some(Ok(both)) => both,
        Some(Err(error)) => {
            writeln!(out, "{}", shown(&error.to_string()))?;
            return Ok(Outcome::NeedsAttention);
        }
        None => {
            writeln!(out, "{}", shown(&problems.join("\n")))?;
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
    out.write_all(&source(&document, &arguments(options))?)?;
    Ok(Outcome::Well)
}

/// Returns the generator's output for a corrected document.
pub(crate) fn source(document: &Value, arguments: &[String]) -> anyhow::Result<Vec<u8>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "trackstar-build",
            "--example",
            "generate",
            "--",
        ])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .context("failed to run the generator through cargo")?;
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(document.to_string().as_bytes())
            .context("failed to pass the document on")?;
    }
    let output = child
        .wait_with_output()
        .context("failed to wait for the generator")?;
    if !output.status.success() {
        bail!("the generator failed with the messages above");
    }
    Ok(output.stdout)
}
