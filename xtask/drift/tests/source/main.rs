//! Compares source verdicts with the generated code.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod code;
mod mutations;
mod pairs;
mod places;
mod surface;
