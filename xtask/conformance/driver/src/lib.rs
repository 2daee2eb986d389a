//! A client for the document that the driver is built with.

#![cfg_attr(feature = "witnesses", allow(deprecated, reason = "deprecated items compile"))]

pub mod dynamic;

/// The operations of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}

#[cfg(feature = "witnesses")]
include!(env!("DRIFT_WITNESSES"));
