//! The clients that the conformance tests and the witnesses of `trackstar-drift` call.

pub mod driver;
