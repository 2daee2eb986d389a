//! Reads YAML with the position of every value, and writes YAML strings.

mod read;
mod scalar;
mod write;

pub(crate) use read::{MAX_DEPTH, read};
pub(crate) use write::{key, text};
