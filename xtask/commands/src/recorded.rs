//! The recorded operations of the client (`trackstar-api/pregenerated/`), which its build script uses
//! unless it generates them.

#[path = "../../../trackstar-api/build/fingerprint.rs"]
mod fingerprint;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use crate::codegen;
use crate::lock::Lock;
use crate::outcome::shown;
use crate::vendored::{self, Vendored};

pub(crate) const FOLDER: &str = "trackstar-api/pregenerated";

/// Returns true if the record matches the document and the overlays in the checkout, or if there is no
/// record.
pub(crate) fn is_current(root: &Path) -> anyhow::Result<bool> {
    let folder = root.join(FOLDER);
    if !folder.is_dir() {
        return Ok(true);
    }
    let recorded = fs::read_to_string(folder.join(fingerprint::FILE)).unwrap_or_default();
    Ok(recorded.trim() == number(root)?.trim())
}

/// Generates the record, because the generator may have changed too. Current files are not written.
pub(crate) fn update(lock: &Lock, out: &mut impl Write) -> anyhow::Result<()> {
    let root = lock.root();
    if !root.join(FOLDER).is_dir() {
        return Ok(());
    }
    let mut problems = Vec::new();
    let vendored = Vendored::read(root, &mut problems)?;
    let vendored = vendored.with_context(|| shown(&problems.join("\n")))?;
    let preparation = vendored.preparation().webhooks(true);
    let prepared = preparation.clone().run()?;
    let source = codegen::generate(&preparation.correct()?.0, &["--record"], None)?;
    let source =
        String::from_utf8(source).context("the generator wrote something else than text")?;
    let mock = vendored.contract(&prepared)?.to_string();
    for (name, text) in [
        ("generated.rs", source.as_str()),
        ("mock.json", mock.as_str()),
        (fingerprint::FILE, &number(root)?),
    ] {
        let name = format!("{FOLDER}/{name}");
        let current = fs::read_to_string(root.join(&name));
        if current.is_ok_and(|current| current == text) {
            continue;
        }
        vendored::write(lock, &name, text)?;
        writeln!(out, "wrote {name}: read its diff")?;
    }
    Ok(())
}

fn number(root: &Path) -> anyhow::Result<String> {
    let read = |name: &str| {
        let path = root.join(name);
        fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))
    };
    let texts = fingerprint::INPUTS.iter().map(|name| read(name));
    Ok(fingerprint::of(&texts.collect::<anyhow::Result<Vec<_>>>()?))
}
