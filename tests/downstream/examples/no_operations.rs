//! Includes operations in a crate without a build script. `.ci/downstream` expects an error with instructions.

mod operations {
    trackstar_api::include_operations!();
}

fn main() {}
