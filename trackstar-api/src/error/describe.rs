//! How an error describes a body: by its type and length, and by its beginning if that is shown.

use std::fmt;

use super::answer::ErrorAnswer;

/// Describes a body that is not the API's own JSON.
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
            // A success may hold what is told once.
            Ok(())
        } else if let Some(text) = &answer.text {
            write!(f, ", that begins {text:.80?}")
        } else {
            f.write_str(", that is not text")
        }
    }
}

/// What a success is that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// JSON of another shape, or another status, than documented.
    Document,
    /// No JSON.
    Syntax,
    /// A body in an encoding that the client did not ask for.
    Encoding,
    /// A body in a character set that the client does not know.
    #[cfg_attr(
        not(feature = "dynamic"),
        allow(dead_code, reason = "typed methods return bytes")
    )]
    Charset,
    /// A value that JSON cannot carry. It was read, so the body is not to blame.
    #[cfg_attr(
        not(feature = "dynamic"),
        allow(dead_code, reason = "typed methods return the value")
    )]
    Unwritable,
}

impl Misfit {
    /// Returns what to do about it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Document => {
                "look for a newer version of this crate, or build with a newer document, where you named \
                 one of your own"
            }
            Self::Syntax => {
                "the server sent invalid JSON: report it to Trackstar with the request id"
            }
            Self::Encoding => {
                "this client did not ask for that encoding: enable the feature `gzip` for gzip, or make the \
                 server or proxy respect `accept-encoding`"
            }
            Self::Charset => {
                "this client reads UTF-8 and ISO-8859-1 as text: call the typed method, which returns bytes"
            }
            Self::Unwritable => "call the typed method, which returns the value as it is",
        }
    }
}
