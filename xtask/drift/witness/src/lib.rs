//! All witnesses, each in a module of its own; the test writes which.

#![allow(deprecated, reason = "what is deprecated compiles")]

/// The client of the document.
pub mod trackstar {
    pub use trackstar_api::{builder, prelude, types};
}

include!(env!("DRIFT_WITNESSES"));
