//! The operations that a comparison is about.

use std::collections::BTreeSet;

/// The compared operations, with everything that they refer to. Webhooks are always compared, because
/// they do not belong to operations.
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
    /// All operations of both documents.
    All,
    /// Operations as `METHOD /path`.
    Operations(BTreeSet<String>),
}

impl Scope {
    /// Returns the scope of operations with these names.
    #[must_use]
    pub fn of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::Operations(names.into_iter().map(Into::into).collect())
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Operations(names) => names.contains(name),
        }
    }
}
