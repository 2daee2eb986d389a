//! Secrets: memory that is wiped, and texts without credentials.

pub(crate) mod redact;
pub(crate) mod sanitize;
pub(crate) mod sensitive;
pub(crate) mod wiped;
