//! All witnesses, each in a module of its own; the test writes which.

#![allow(deprecated, reason = "what is deprecated compiles")]

/// The client of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}

include!(env!("DRIFT_WITNESSES"));
