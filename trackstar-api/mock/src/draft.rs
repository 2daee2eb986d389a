//! Responses that aren't finished yet.

use std::time::Duration;

use serde_json::Value;

/// A response that hasn't been completed and recorded yet.
pub(crate) struct Draft {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<(String, Vec<u8>)>,
    pub(crate) delay: Duration,
    /// Whether the body comes from a test, in which case it's sent as is.
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

/// Returns a JSON body and its media type.
pub(crate) fn json_body(value: &Value) -> (String, Vec<u8>) {
    (
        "application/json".to_owned(),
        value.to_string().into_bytes(),
    )
}

/// Percent-decodes a path, replacing invalid UTF-8.
pub(crate) fn decoded(path: &str) -> String {
    let path = percent_encoding::percent_decode_str(path);
    path.decode_utf8_lossy().into_owned()
}
