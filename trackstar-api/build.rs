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
    println!("cargo::rerun-if-env-changed=TRACKSTAR_OPENAPI");
    if std::env::var_os("TRACKSTAR_OPENAPI").is_some() {
        println!(
            "cargo::warning=TRACKSTAR_OPENAPI is not read any more: call trackstar_build::generate in the \
             build script of your crate, and include the operations with trackstar_api::include_operations!()"
        );
    }
    source::write();
}
