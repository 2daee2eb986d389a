//! Operations for the examples of `trackstar_api::guide`.

/// The operations of `warehouse.yaml`.
pub mod warehouse {
    trackstar_api::include_operations!();
}
