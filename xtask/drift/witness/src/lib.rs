//! The code of all cases, each in a separate module. The test writes the list.

#![allow(deprecated, reason = "deprecated items compile")]

/// The client of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}

include!(env!("DRIFT_WITNESSES"));
