//! The rows of the table, and what each says about the way down from 3.1 to 3.0.

use super::{Shape, Version};

/// What becomes of a field when 3.1 is lowered to 3.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    /// It means the same in both.
    Same,
    /// A rule of the lowering says the same in the words of 3.0.
    Rewritten,
    /// A rule of the lowering says it in the words of 3.0, and notes what these do not say.
    Weakened,
    /// Nothing says it in 3.0: it goes, with this note.
    Lost(&'static str),
    /// It is for readers of the document alone, and goes without a note.
    Dropped,
    /// Nothing says it in 3.0, and without it the rest is wrong: a problem, with this advice.
    Refused(&'static str),
}

/// What kind of statement a keyword of schemas is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    /// Identifies schemas and refers to them. The fields of all other objects are here, too.
    Core,
    /// Informs readers, and refuses no value.
    Annotation,
    /// Refuses values.
    Assertion(On),
    /// Applies schemas to a value or to its parts.
    Applicator(On),
}

/// The values that a keyword is about. It accepts all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Any,
    Number,
    Text,
    List,
    Object,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(super) only: Option<Version>,
    pub(super) down: Down,
    pub(super) vocabulary: Vocabulary,
}

impl Field {
    const fn new(name: &'static str, shape: Shape, only: Option<Version>, down: Down) -> Self {
        Self {
            name,
            shape,
            only,
            down,
            vocabulary: Vocabulary::Core,
        }
    }

    pub(super) const fn is(self, vocabulary: Vocabulary) -> Self {
        Self { vocabulary, ..self }
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

    pub(super) const fn dropped(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Dropped)
    }

    pub(super) const fn refused(name: &'static str, shape: Shape, advice: &'static str) -> Self {
        Self::new(name, shape, Some(Version::V31), Down::Refused(advice))
    }
}
