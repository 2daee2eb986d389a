//! Differences from the original document.

/// An error in a request, or a difference between two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The location in the request, in its body, or in the given value.
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
