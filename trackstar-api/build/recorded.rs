//! Copies the recorded operations to where the generator would write them.

#[path = "fingerprint.rs"]
mod fingerprint;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder of the record.
const RECORD: &str = "pregenerated";

pub(crate) fn write() {
    let stale = checkout().is_some_and(|root| !is_current(&root));
    if stale {
        println!(
            "cargo::error=trackstar-api/{RECORD} is not of the document and the overlays in openapi/: run \
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
        // Not `fs::copy`: a read-only file could not be replaced by the next run.
        let text = fs::read_to_string(&from);
        if let Err(error) = text.and_then(|text| fs::write(out.join(file), text)) {
            println!("cargo::error=failed to copy {} ({error})", from.display());
        }
    }
}

/// The root of the checkout; in a package there is nothing to compare with.
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
