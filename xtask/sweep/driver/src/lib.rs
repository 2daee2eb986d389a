//! The client of whatever document the driver is built from.

pub mod dynamic;

/// The operations of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}
