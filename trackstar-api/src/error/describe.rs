//! The description of a response body in an error: its type, its length, and sometimes its beginning.

use std::fmt;

use super::answer::ErrorAnswer;

/// A body that is not the API's own JSON.
pub(super) struct Body<'a>(pub(super) &'a ErrorAnswer);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = self.0;
        if answer.length == 0 {
            return f.write_str("an empty body");
        }
        match &answer.content_type {
            Some(kind) => write!(f, "a body of type {kind:.80}, {} bytes", answer.length)?,
            None => write!(f, "a body of no stated type, {} bytes", answer.length)?,
        }
        if let Some(encoding) = &answer.encoding {
            write!(f, ", encoded as {encoding:.80}")
        } else if answer.status.is_success() {
            // A success may contain a secret that the API shows only once.
            Ok(())
        } else if let Some(text) = &answer.text {
            write!(f, ", beginning with {text:.80?}")
        } else {
            f.write_str(", not text")
        }
    }
}

/// The reason that a success cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The JSON or the status code differs from the document.
    Document,
    /// The body is not JSON.
    Syntax,
    /// The body has an encoding that the client did not request.
    Encoding,
}

impl Misfit {
    /// Returns the advice.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Document => {
                "upgrade this crate, or generate your operations from a newer document"
            }
            Self::Syntax => {
                "the server sent invalid JSON, so report it to Trackstar with the request id"
            }
            Self::Encoding => {
                "the client did not request that encoding: enable the feature `gzip` for gzip, or make the \
                 server or proxy respect `accept-encoding`"
            }
        }
    }
}
