//! Requests and what they are answered, without a server.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod conformance;
mod drafts;
mod literal;
mod state;
mod support;
