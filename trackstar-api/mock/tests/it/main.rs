//! Requests and what they are answered, without a server.

mod conformance;
mod literal;
mod state;
mod support;
