//! Tests the engine on its own, without a server.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a setup failure is a test failure"
)]

mod conformance;
mod drafts;
mod literal;
mod state;
mod support;
mod testing;
