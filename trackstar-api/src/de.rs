//! Deserializes responses, allowing for what servers really send.

pub(crate) mod by_name;
pub(crate) mod date_time;
#[cfg(feature = "decimal")]
pub(crate) mod decimal;
pub(crate) mod expectation;
pub(crate) mod lenient;
pub(crate) mod nullable;
pub(crate) mod object;
pub(crate) mod repair;
pub(crate) mod untagged;
