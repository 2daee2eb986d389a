//! The credentials to redact.

use std::ops::Deref;

/// The credentials to redact. A missing one is empty.
pub(crate) enum Secrets<'a> {
    /// The current API key and the access token. Most calls don't use any others.
    Last([&'a [u8]; 2]),
    /// This also includes earlier API keys.
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
