//! The client of `api.yaml`. `tests/` calls every operation of it.

/// The operations of the document.
pub mod trackstar {
    pub use trackstar_api::{builder, mock, prelude, schemas, types};
}
