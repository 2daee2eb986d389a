//! Reports a missing embedded file in one message, before the compiler does.

/// Files that the feature `vendored` embeds.
const EMBEDDED: [&str; 3] = [
    "trackstar.yaml",
    "overlays/upstream.yaml",
    "overlays/generator.yaml",
];

#[allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_VENDORED").is_none() {
        return;
    }
    for file in EMBEDDED {
        println!("cargo::rerun-if-changed={file}");
        if let Ok(bytes) = std::fs::read(file) {
            if std::str::from_utf8(&bytes).is_err() {
                println!(
                    "cargo::error=openapi/{file} is not UTF-8; restore it from version control, or \
                     save it as UTF-8"
                );
            }
        } else {
            println!(
                "cargo::error=openapi/{file} is missing; restore it from version control, or \
                 build without the feature `vendored` what does not need it"
            );
        }
    }
}
