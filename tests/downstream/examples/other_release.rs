//! Includes operations as an incompatible release of trackstar-build writes them. `.ci/downstream`
//! expects one error, which names both packages.

mod operations {
    use trackstar_api::__rt;

    // The format, the release, the features, and the file.
    __rt::operations! { 0 "0.0.9" [] "absent.rs" }
}

fn main() {}
