//! `cargo xtask codegen`: prints the Rust code that the build script generates, for reviewers.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;
use trackstar_openapi::{Error, Preparation, Source};

use crate::Outcome;
use crate::vendored::Vendored;

/// The flag that prints notes instead of the client.
pub(crate) const EXPLAIN: &str = "explain";

/// All flags. Except for the first, they are features that change the code generated from a user's
/// document. The recorded client has all of them except `integrations`.
pub(crate) const FLAGS: [&str; 5] = [EXPLAIN, "integrations", "webhooks", "schemars", "httpmock"];

/// The output to print, and its document.
#[derive(Debug)]
pub(crate) struct Options {
    /// The enabled features among [`FLAGS`].
    pub(crate) features: Vec<&'static str>,
    pub(crate) explain: bool,
    pub(crate) from: Option<PathBuf>,
}

/// Corrects the document and pipes it through the generator, which prepares it. The generator is a
/// separate program, so that the other verbs do not wait for its compilation.
pub(crate) fn run(root: &Path, options: &Options, out: &mut impl Write) -> anyhow::Result<Outcome> {
    if options.from.is_none()
        && let Some(feature) = options.features.iter().find(|it| **it != "integrations")
    {
        bail!(
            "`--{feature}` needs `--from`: what is generated from the vendored document has every feature, \
             each part behind its own"
        );
    }
    let mut problems = Vec::new();
    let asked = |feature: &str| options.features.contains(&feature);
    let prepare = |preparation: Preparation<'_>| {
        let preparation = preparation.variants(asked("integrations"));
        let webhooks = asked("webhooks") || options.from.is_none();
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
            writeln!(out, "{}", crate::shown(&error.to_string()))?;
            return Ok(Outcome::NeedsAttention);
        }
        None => {
            writeln!(out, "{}", crate::shown(&problems.join("\n")))?;
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
            writeln!(out, "{}", crate::shown(&format!("{place}: {}", note.text)))?;
        }
        return Ok(Outcome::Well);
    }
    let features = options.features.iter();
    let flags = features.map(|feature| format!("--{feature}"));
    let record = options.from.is_none().then(|| "--record".to_owned());
    let flags: Vec<String> = record.into_iter().chain(flags).collect();
    out.write_all(&source(&document, &flags)?)?;
    Ok(Outcome::Well)
}

/// Returns the generator's output for a corrected document.
pub(crate) fn source(document: &Value, flags: &[String]) -> anyhow::Result<Vec<u8>> {
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
        .args(flags)
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
