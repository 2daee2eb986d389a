//! Copies the recorded operations to `$OUT_DIR`, where the generator would have put them.

#[path = "fingerprint.rs"]
mod fingerprint;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder with the recorded operations.
const RECORD: &str = "pregenerated";

pub(crate) fn write() {
    let stale = checkout().is_some_and(|root| !is_current(&root));
    if stale {
        println!(
            "cargo::error=trackstar-api/{RECORD} does not match the document and overlays in openapi/: run \
             `cargo xtask check --update`"
        );
        return;
    }
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    for file in ["generated.rs", "mock.json"] {
        let from = Path::new(RECORD).join(file);
        println!("cargo::rerun-if-changed={}", from.display());
        // `fs::copy` would preserve a read-only flag, and then the next build couldn't replace the
        // file.
        let text = fs::read_to_string(&from);
        if let Err(error) = text.and_then(|text| fs::write(out.join(file), text)) {
            println!("cargo::error=failed to copy {} ({error})", from.display());
        }
    }
}

/// Returns the root of the checkout. In a package, this is `None`, since there is nothing to
/// compare with.
fn checkout() -> Option<PathBuf> {
    let root = Path::new("..");
    root.join("openapi/source.toml")
        .is_file()
        .then(|| root.to_owned())
}

fn is_current(root: &Path) -> bool {
    let texts = fingerprint::INPUTS.map(|name| {
        let path = root.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        fs::read_to_string(path).unwrap_or_default()
    });
    let recorded = Path::new(RECORD).join(fingerprint::FILE);
    println!("cargo::rerun-if-changed={}", recorded.display());
    fs::read_to_string(recorded).is_ok_and(|text| text.trim() == fingerprint::of(&texts).trim())
}
