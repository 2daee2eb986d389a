//! The API key of a call, and the credentials that texts must not show.

use std::ops::Deref;

use super::Caller;
use crate::credentials::{ApiKey, KeyVersion, Keys};
use crate::error::Error;
use crate::sanitize::Sanitized;

impl Caller {
    /// Returns the caller of one call, with the API key that is current now.
    pub(crate) fn for_call(&self) -> Self {
        Self {
            key: self.shared.keys.known(),
            ..self.clone()
        }
    }

    /// Returns the same caller with another API key. Those before it remain known, to be redacted.
    pub(crate) fn with_key(&self, key: KeyVersion) -> Self {
        let mut caller = self.clone();
        caller
            .earlier_keys
            .extend(self.key.as_ref().map(|it| it.key.clone()));
        caller.key = Some(key);
        caller
    }

    /// Returns the number of the version of the API key.
    pub(crate) fn key_number(&self) -> Option<u64> {
        self.key.as_ref().map(|it| it.number)
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    /// Returns an error if the base URL contains the key.
    pub(crate) fn admits_key(&self, key: &ApiKey) -> Result<(), Error> {
        self.shared.base_url.admits_key(key)
    }

    /// Returns the credentials that the call has used, for texts that may quote them.
    pub(crate) fn secrets(&self) -> Secrets<'_> {
        let token = self.token.as_ref().map(|it| it.secret().as_bytes());
        let key = self.key.as_ref().map(|it| it.key.secret().as_bytes());
        let last = [key.unwrap_or_default(), token.unwrap_or_default()];
        if self.earlier_keys.is_empty() {
            return Secrets::Last(last);
        }
        let earlier = self.earlier_keys.iter().map(|it| it.secret().as_bytes());
        Secrets::All(earlier.chain(last).collect())
    }

    /// Removes the credentials from an external text, and limits its size.
    pub(crate) fn sanitize(&self, text: impl AsRef<[u8]>) -> Sanitized {
        Sanitized::new(text, &self.secrets())
    }
}

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
