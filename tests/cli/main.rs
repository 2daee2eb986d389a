//! End-to-end tests of the program `trackstar`: the requests on the wire, the output and the exit code. In every
//! test, the output must not contain credentials.
#![allow(clippy::unwrap_used, reason = "a failure ends the test")]

mod answers;
mod credentials;
mod descriptors;
mod failures;
mod mock;
mod own_document;
mod pages;
mod profiles;
mod secrets;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminal_documents;
#[cfg(unix)]
mod terminals;
