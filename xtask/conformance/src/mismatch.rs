//! Differences between a request and the original document.

/// An error in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The location in the request or in its body.
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Mismatch {
    pub(crate) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            text: text.into(),
        }
    }
}
