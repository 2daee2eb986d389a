//! Handling of secrets. Memory that contains them is wiped, and text from elsewhere is redacted.

pub(crate) mod redact;
pub(crate) mod sanitize;
pub(crate) mod sensitive;
pub(crate) mod wiped;
