//! The program `trackstar` as those see it who run it: what goes over the wire, what it prints, and
//! how it ends. Whatever a test is about, no credential may show in what the program prints.
#![allow(clippy::unwrap_used, reason = "a failure ends the test")]

mod answers;
mod credentials;
mod descriptors;
mod failures;
mod mock;
mod own_document;
mod pages;
mod secrets;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminals;
