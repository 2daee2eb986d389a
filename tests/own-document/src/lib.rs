//! The clients of `api.yaml` and `amounts.yaml`. `tests/` calls every operation of them.

/// The operations of the document.
pub mod trackstar {
    trackstar_api::include_operations!();
}

/// The operations of the document with decimals.
pub mod amounts {
    trackstar_api::include_operations!("amounts");
}
