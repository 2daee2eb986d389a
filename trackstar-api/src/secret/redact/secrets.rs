//! The credentials that texts must not show.

use std::ops::Deref;

/// Credentials that are redacted. A missing one is empty.
pub(crate) enum Secrets<'a> {
    /// The latest API key and the access token. Most calls use no others.
    Last([&'a [u8]; 2]),
    /// The earlier API keys, too.
    All(Vec<&'a [u8]>),
}

impl<'a> Deref for Secrets<'a> {
    type Target = [&'a [u8]];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Last(secrets) => secrets,
            Self::All(secrets) => secrets,
        }
    }
}
