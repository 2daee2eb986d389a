//! The location of a source: a file or a URL.

use std::path::{Path, PathBuf};

use super::url;

/// The location of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SourceLocation {
    Url(String),
    File(PathBuf),
}

impl SourceLocation {
    pub(crate) fn of(named: &Path) -> anyhow::Result<Self> {
        match named.to_str() {
            Some(text) if text.contains("://") => Ok(Self::Url(url::check(text)?)),
            _ => Ok(Self::File(named.to_owned())),
        }
    }
}

impl std::fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(url) => f.write_str(url),
            Self::File(path) => path.display().fmt(f),
        }
    }
}
