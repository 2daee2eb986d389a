//! Records the operations that a release generates. `calls/released.rs` compiles the record.

use std::fs;
use std::path::Path;

/// Replaces the record with the code that this version generates.
#[test]
#[ignore = "writes files; only a release runs it"]
fn records_the_release() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("released");
    let before = fs::read_to_string(folder.join("include.rs")).ok();
    let include = fs::read_to_string(env!("TRACKSTAR_OPERATIONS_released")).unwrap();
    let version = |include: &str| include.split(['"', '+']).nth(1).unwrap().to_owned();
    assert_ne!(
        before.map(|include| version(&include)),
        Some(version(&include)),
        "this version is recorded: raise the version, or delete `released/include.rs` to record it again"
    );
    let generated = include.split('"').nth(3).unwrap();
    fs::copy(generated, folder.join("generated.rs")).unwrap();
    let include = include.replace(generated, "generated.rs");
    fs::write(folder.join("include.rs"), include).unwrap();
}
