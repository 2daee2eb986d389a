//! A client for the document that the driver is built with.

pub mod dynamic;

/// The operations of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}
