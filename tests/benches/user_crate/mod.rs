//! A user's crate outside the workspace, which a benchmark compiles.

use std::fs;
use std::path::{Path, PathBuf};

/// The name of the crate.
pub(crate) const NAME: &str = "program";

/// Returns the root of the workspace.
pub(crate) fn root() -> PathBuf {
    fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap()
}

/// Writes the manifest of a crate, and the versions of the workspace. `dependencies` starts in the
/// table of that name, and may contain other tables.
pub(crate) fn create(folder: &Path, dependencies: &str) {
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = '{NAME}'\nversion = '0.0.0'\nedition = '2024'\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}
