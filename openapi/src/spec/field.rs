//! The rows of the table, and how the downgrade from 3.1 to 3.0 treats them.

use super::{Shape, Version};

/// The treatment of a field by the downgrade from 3.1 to 3.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    /// Kept, because it means the same in both versions.
    Same,
    /// Rewritten by a rule without a loss.
    Rewritten,
    /// Rewritten by a rule that notes the loss.
    Weakened,
    /// Dropped with this note, because 3.0 cannot express it.
    Lost(&'static str),
    /// Dropped with this note, unless the caller of the preparation requests it. Documents of 3.0 do not have
    /// the field, but prepared documents may.
    Optional(&'static str),
    /// Dropped without a note, because it only informs readers.
    Dropped,
    /// Rejected with this instruction, because 3.0 cannot express it and the rest would be wrong without it.
    Refused(&'static str),
}

/// The effect of a schema keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    /// Identifies schemas or refers to them. The fields of all other objects belong here too.
    Core,
    /// Informs readers only. Neither values nor code depend on it.
    Prose,
    /// Informs tools, and rejects no values.
    Annotation,
    /// Rejects values.
    Assertion(On),
    /// Applies schemas to a value or to its parts.
    Applicator(On),
}

/// The type of the values that a keyword applies to. The keyword accepts values of other types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Any,
    Number,
    Text,
    List,
    Object,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(super) only: Option<Version>,
    pub(super) down: Down,
    pub(super) vocabulary: Vocabulary,
    /// Whether the order and duplicates of its items have no meaning.
    pub(crate) set: bool,
}

impl Field {
    const fn new(name: &'static str, shape: Shape, only: Option<Version>, down: Down) -> Self {
        Self {
            name,
            shape,
            only,
            down,
            vocabulary: Vocabulary::Core,
            set: false,
        }
    }

    pub(super) const fn is(self, vocabulary: Vocabulary) -> Self {
        Self { vocabulary, ..self }
    }

    pub(super) const fn set(self) -> Self {
        Self { set: true, ..self }
    }

    pub(super) const fn prose(name: &'static str, shape: Shape) -> Self {
        Self::both(name, shape).is(Vocabulary::Prose)
    }

    pub(super) const fn both(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, None, Down::Same)
    }

    pub(super) const fn old(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, Some(Version::V30), Down::Same)
    }

    pub(super) const fn rewritten(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Rewritten)
    }

    pub(super) const fn weakened(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Weakened)
    }

    pub(super) const fn lost(name: &'static str, shape: Shape, note: &'static str) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Lost(note))
    }

    pub(super) const fn optional(name: &'static str, shape: Shape, note: &'static str) -> Self {
        Self::new(name, shape, None, Down::Optional(note))
    }

    pub(super) const fn dropped(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Dropped)
    }

    pub(super) const fn refused(name: &'static str, shape: Shape, advice: &'static str) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Refused(advice))
    }
}
