//! `trackstar-api` as a consumer sees it, held against the wire.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod answers;
mod configuration;
mod document;
mod faults;
mod hooks;
mod hosts;
mod interface;
mod matrix;
mod refusals;
mod retries;
mod secrets;
mod success;
mod support;
