//! Describes a response body in error messages.

use std::fmt;

use super::response::ErrorResponse;

/// Describes a body that isn't the JSON we'd expect from the API.
pub(super) struct BodySummary<'a>(pub(super) &'a ErrorResponse);

impl fmt::Display for BodySummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let response = self.0;
        if response.length == 0 {
            return f.write_str("an empty body");
        }
        match &response.content_type {
            Some(kind) => write!(f, "a body of type {kind:.80}, {} bytes", response.length)?,
            None => write!(
                f,
                "a body without a content type, {} bytes",
                response.length
            )?,
        }
        if let Some(encoding) = &response.encoding {
            write!(f, ", encoded as {encoding:.80}")
        } else if response.status.is_success() {
            // We never show any part of a successful response, since it might contain a secret that
            // the API only returns once.
            Ok(())
        } else if let Some(text) = &response.text {
            write!(f, ", beginning with {text:.80?}")
        } else {
            f.write_str(", not text")
        }
    }
}
