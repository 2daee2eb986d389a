//! The verdicts of the cases, proven by execution.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod cases;
mod merge;

#[test]
fn dump() {
    let dir = std::path::Path::new("/tmp/merged");
    std::fs::create_dir_all(dir).unwrap();
    for side in ["base", "revision"] {
        std::fs::write(dir.join(format!("{side}.json")), cases::document(side).to_string()).unwrap();
    }
}
