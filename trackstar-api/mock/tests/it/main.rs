//! Tests the engine on its own, without a server.

#![allow(
    clippy::unwrap_used,
    reason = "if the setup fails, the test should fail"
)]

mod conformance;
mod drafts;
mod literal;
mod state;
mod support;
mod testing;
