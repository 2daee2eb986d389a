//! The client of `api.yaml`. `tests/` calls every operation of it.

/// The operations of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}
