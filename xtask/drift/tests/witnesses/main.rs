//! Proves the verdicts of the cases by execution.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod calls;
mod cases;
mod client;
mod judge;
mod merge;
mod server;
mod source;
mod wire;
