//! Includes operations in a crate that has no build script. `.ci/downstream` expects an error that explains what is
//! missing.

mod operations {
    trackstar_api::include_operations!();
}

fn main() {}
