//! The operations of a document.

mod listed;

pub use listed::{Listed, operations};
pub(crate) use listed::{is_method, listed, resolve};
