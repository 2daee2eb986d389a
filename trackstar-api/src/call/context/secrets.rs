//! The API key that a call uses, and the credentials that need to be redacted.

use super::{CallContext, admit_key};
use crate::credentials::{ApiKey, KeyVersion, Keys};
use crate::error::Error;
use crate::operation::Operation;
use crate::secret::redact::Secrets;
use crate::secret::sanitize::Sanitized;

impl CallContext {
    /// Returns a context for a single call, using the API key that is current right now.
    pub(crate) fn for_call(&self) -> Self {
        Self {
            key: self.shared().keys.known(),
            ..self.clone()
        }
    }

    /// Switches to another API key. We remember the old ones so that they are still redacted.
    pub(crate) fn with_key(&self, key: KeyVersion) -> Self {
        let mut context = self.clone();
        let earlier = self.key.as_ref().map(|it| it.key.clone());
        context.earlier_keys.extend(earlier);
        context.key = Some(key);
        context
    }

    /// Returns the version of the API key.
    pub(crate) fn key_number(&self) -> Option<u64> {
        self.key.as_ref().map(|it| it.number)
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.shared().keys
    }

    /// Returns an error if the base URL contains the key.
    pub(crate) fn admit_key(&self, key: &ApiKey) -> Result<(), Error> {
        admit_key(&self.shared().base_url, key)
    }

    /// Returns all credentials that this call has used so far. Text from elsewhere might quote
    /// them.
    pub(crate) fn secrets(&self) -> Secrets<'_> {
        let token = self
            .connection
            .token
            .as_ref()
            .map(|it| it.secret().as_bytes());
        let key = self.key.as_ref().map(|it| it.key.secret().as_bytes());
        let last = [key.unwrap_or_default(), token.unwrap_or_default()];
        if self.earlier_keys.is_empty() {
            return Secrets::Last(last);
        }
        let earlier = self.earlier_keys.iter().map(|it| it.secret().as_bytes());
        Secrets::All(earlier.chain(last).collect())
    }

    /// Redacts all credentials in text that comes from elsewhere, and limits its size.
    pub(crate) fn sanitize(&self, text: impl AsRef<[u8]>) -> Sanitized {
        Sanitized::new(text, &self.secrets())
    }

    /// Returns the error for a parameter that is missing or invalid.
    pub(crate) fn invalid_request<M: Into<String>>(
        &self,
        operation: &'static Operation,
    ) -> impl Fn(M) -> Error {
        let secrets = self.secrets();
        move |message| Error::invalid_request(message, &secrets, operation)
    }

    /// Returns the error for a request that can't be expressed in HTTP.
    pub(crate) fn unbuildable<E: std::error::Error + 'static>(
        &self,
        operation: &'static Operation,
    ) -> impl Fn(E) -> Error {
        let secrets = self.secrets();
        move |error| Error::unbuildable(&error, &secrets, operation)
    }
}
