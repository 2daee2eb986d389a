//! Deserialization of responses, which accepts what servers send in practice.

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
