//! What the preparation finds out of operations, and OpenAPI 3.0 or the generator has no words for.

use std::collections::BTreeMap;

use super::operation::{Body, Content};

/// What is known of each operation, by its pointer.
pub(crate) type Facts = BTreeMap<String, Fact>;

/// What is known of an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fact {
    /// The media type that the body is sent under, if the generator is told another one.
    pub(crate) sent_as: Option<String>,
    /// The body, if it is of several parts. The generator is told of none.
    pub(crate) parts: Option<Body>,
    /// The media types of the successes that are read, if that is not `application/json` alone.
    pub(crate) accept: Vec<String>,
    /// The successes to which the document gives no content, and the preparation the type of the others.
    pub(crate) empty: Vec<String>,
}

impl Fact {
    /// Returns the names of the parts that the body is made of.
    pub(crate) fn part_names(&self) -> impl Iterator<Item = &str> {
        let parts = match &self.parts {
            Some(Body {
                content: Content::Parts(parts),
                ..
            }) => parts.as_slice(),
            _ => &[],
        };
        parts.iter().map(|part| part.name.as_str())
    }
}
