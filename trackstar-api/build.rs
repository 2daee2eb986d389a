//! The operations of the vendored document go to `$OUT_DIR`. With the feature `generate`, progenitor
//! generates them, as in every build of the workspace. Without it, they are copied from
//! `pregenerated/`, which holds what the generator wrote, and nothing else is compiled.

#[cfg(feature = "generate")]
#[path = "build/generate.rs"]
mod source;
#[cfg(not(feature = "generate"))]
#[path = "build/recorded.rs"]
mod source;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    source::write();
}
