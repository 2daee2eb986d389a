//! Picks the API key for each attempt, and retries with a newer one after a 401.

use std::borrow::Cow;
use std::time::Duration;

use tokio::time::Instant;

use super::RetryLoop;
use crate::credentials::KeyVersion;
use crate::error::{Error, GaveUp};
use crate::observe::metrics::WaitReason;
use crate::retry::budget::Withdrawal;
use crate::secret::sanitize::SanitizedError;
use crate::transport::BoxError;

impl<'c> RetryLoop<'c> {
    /// Gets the API key for the next attempt. This may call the provider.
    pub(super) async fn take_key(&mut self) -> Result<(), Error> {
        let keys = self.base.keys();
        let number = self.context.key_number();
        if number.is_some_and(|number| keys.is_ready(number)) {
            return Ok(());
        }
        let key = match keys.ready() {
            Some(key) => key,
            // This is boxed because the future is large and most calls don't need it.
            None => match (Box::pin(self.ask_provider()).await, keys.known()) {
                (Ok(key), _) | (Err(_), Some(key)) => key,
                (Err(error), None) => return Err(Error::no_key(self.operation, error)),
            },
        };
        if number != Some(key.number) {
            self.context = Cow::Owned(self.context.with_key(key));
        }
        Ok(())
    }

    /// Like [`next`](Self::next), but also handles a 401, which we only retry with a newer API key.
    pub(super) async fn next_after(
        &mut self,
        error: &mut Error,
        repeatable: bool,
    ) -> Result<(Duration, Option<Withdrawal<'c>>), Option<GaveUp>> {
        if error.is_unauthorized() {
            let wait = self.key_after(error, repeatable).await?;
            return Ok((wait, None));
        }
        let (wait, taken) = self.next(error, repeatable)?;
        Ok((wait, Some(taken)))
    }

    /// Returns an immediate retry if there was a 401 and we can get hold of a newer key.
    ///
    /// Either way, the key is marked as rejected so that the next call starts out with a newer one.
    async fn key_after(
        &mut self,
        error: &mut Error,
        repeatable: bool,
    ) -> Result<Duration, Option<GaveUp>> {
        let keys = self.base.keys();
        let used = self.context.key_number().ok_or(None)?;
        keys.reject(used, !self.operation.needs_token);
        if !repeatable || self.log.number >= self.policy.most_attempts() {
            return Err(None);
        }
        let key = match keys.ready() {
            Some(key) => Ok(key),
            None => Box::pin(self.ask_provider()).await,
        };
        match key {
            Ok(key) if key.number > used => Ok(Duration::ZERO),
            Ok(_) => Err(None),
            Err(failure) => {
                error.set_provider_error(failure);
                Err(Some(GaveUp::Key))
            }
        }
    }

    /// Calls the provider, or waits if another call is already doing so.
    ///
    /// If the returned error is `None`, we ran out of time.
    async fn ask_provider(&mut self) -> Result<KeyVersion, Option<SanitizedError>> {
        let began = Instant::now();
        let result = {
            let context = &self.context;
            let secrets = context.secrets();
            let admit = |key: &_| context.admit_key(key).map_err(BoxError::from);
            let renewed = context.keys().renewed(admit, &secrets);
            match self.latest {
                Some(latest) => match tokio::time::timeout_at(latest, renewed).await {
                    Ok(result) => result.map_err(Some),
                    Err(_) => Err(None),
                },
                None => renewed.await.map_err(Some),
            }
        };
        let waited = began.elapsed();
        self.log.waited += waited;
        self.observer.waited(WaitReason::ApiKey, waited);
        result
    }
}
