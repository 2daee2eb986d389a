//! An answer on its way to be a reply.

use std::time::Duration;

use serde_json::Value;

/// An answer on its way.
pub(crate) struct Draft {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<(String, Vec<u8>)>,
    pub(crate) delay: Duration,
    /// Whether the body is a test's own, to be sent as it is.
    pub(crate) given: bool,
}

impl Draft {
    pub(crate) fn new(status: u16, body: Option<(String, Vec<u8>)>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            delay: Duration::ZERO,
            given: false,
        }
    }
}

/// A value as a body.
pub(crate) fn json_body(value: &Value) -> (String, Vec<u8>) {
    (
        "application/json".to_owned(),
        value.to_string().into_bytes(),
    )
}

/// A path, decoded.
pub(crate) fn decoded(path: &str) -> String {
    let path = percent_encoding::percent_decode_str(path);
    path.decode_utf8_lossy().into_owned()
}
