//! Which operations a comparison is about.

use std::collections::BTreeSet;

/// The operations that are compared, and with them all that they reach.
///
/// ```
/// use trackstar_drift::Scope;
///
/// let scope = Scope::of(["DELETE /connections"]);
/// assert_ne!(scope, Scope::All);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// All of both documents.
    All,
    /// These, as `METHOD /path`.
    Operations(BTreeSet<String>),
}

impl Scope {
    /// The operations of these names.
    #[must_use]
    pub fn of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::Operations(names.into_iter().map(Into::into).collect())
    }

    pub(crate) fn holds(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Operations(names) => names.contains(name),
        }
    }
}
