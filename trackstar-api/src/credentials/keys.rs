//! The API key of a client: its versions, and the requests for new ones.

use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::provider::{Ask, BoxError, Pending, erased};
use super::{ApiKey, ApiKeyProvider};
use crate::contain::contained;
use crate::secret::sanitize::SanitizedError;

/// Minimum time between two requests to a provider that follow a 401, and the time after which a request
/// that no call waits for is given up.
const INTERVAL: Duration = Duration::from_secs(30);

/// An API key and its number, which grows with each replacement.
#[derive(Clone, Debug)]
pub(crate) struct KeyVersion {
    pub(crate) number: u64,
    pub(crate) key: ApiKey,
}

/// The conclusion from the 401 responses to requests with the current key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// The API has not rejected it.
    Accepted,
    /// The API has rejected it or an access token, and the provider has not been called since.
    Rejected,
    /// The provider returned it again after that.
    Confirmed,
}

/// The current key, whose clones the requests carry.
struct State {
    current: Option<KeyVersion>,
    trust: Trust,
    /// Number of requests to the provider that have ended.
    ended: u64,
}

/// The request to the provider, of which there is at most one.
#[derive(Default)]
struct Flight {
    pending: Option<Pending>,
    /// The version that was current when it began.
    replaces: u64,
    /// The time of its last poll.
    polled: Option<Instant>,
    /// The time at which the last request after a 401 began.
    renewed: Option<Instant>,
    /// The error of the last request.
    error: Option<SanitizedError>,
}

/// The API key that all clones of a client share.
pub(crate) struct Keys {
    state: RwLock<State>,
    ask: Option<Box<Ask>>,
    flight: Mutex<Flight>,
}

impl Keys {
    fn new(current: Option<KeyVersion>, ask: Option<Box<Ask>>) -> Self {
        Self {
            state: RwLock::new(State {
                current,
                trust: Trust::Accepted,
                ended: 0,
            }),
            ask,
            flight: Mutex::default(),
        }
    }

    /// Creates the keys of a client without a provider.
    pub(crate) fn fixed(key: ApiKey) -> Self {
        Self::new(Some(KeyVersion { number: 1, key }), None)
    }

    /// Creates the keys of a client whose keys come from a provider.
    pub(crate) fn provided(provider: impl ApiKeyProvider) -> Self {
        Self::new(None, Some(erased(provider)))
    }

    /// Returns the current key, if there is one.
    pub(crate) fn known(&self) -> Option<KeyVersion> {
        self.read().current.clone()
    }

    /// Returns the current key, unless the provider should be called first.
    pub(crate) fn ready(&self) -> Option<KeyVersion> {
        let state = self.read();
        let current = state.current.as_ref();
        current.filter(|_| state.trust != Trust::Rejected).cloned()
    }

    /// Replaces the current key, unless it is the same.
    pub(crate) fn replace(&self, key: ApiKey) {
        let mut state = self.write();
        let number = state.current.as_ref().map_or(0, |it| it.number);
        if !state.current.as_ref().is_some_and(|it| it.key.is(&key)) {
            state.current = Some(KeyVersion {
                number: number + 1,
                key,
            });
        }
        state.trust = Trust::Accepted;
    }

    /// Notes that the API rejected a request with this version. `only_credential`: it had no access token,
    /// so the key is the cause.
    pub(crate) fn reject(&self, number: u64, only_credential: bool) {
        if self.ask.is_none() {
            return;
        }
        let mut state = self.write();
        let is_current = state.current.as_ref().is_some_and(|it| it.number == number);
        if is_current && (state.trust == Trust::Accepted || only_credential) {
            state.trust = Trust::Rejected;
        }
    }

    /// Returns the current key, and calls the provider if it should be called and may be.
    ///
    /// `admit` checks a new key. If the call is dropped, the next one continues the request.
    pub(crate) async fn renewed(
        &self,
        admit: impl Fn(&ApiKey) -> Result<(), BoxError>,
        secrets: &[&[u8]],
    ) -> Result<KeyVersion, SanitizedError> {
        let seen = self.read().ended;
        let mut flight = self.flight.lock().await;
        if let Some(key) = self.ready() {
            return Ok(key);
        }
        let (current, ended) = {
            let state = self.read();
            (state.current.clone(), state.ended)
        };
        // The request that this call waited for has failed.
        if ended != seen
            && let Some(error) = &flight.error
        {
            return Err(error.clone());
        }
        if let Some(current) = current.filter(|_| !flight.may_begin()) {
            return Ok(current);
        }
        let result = self.finish(&mut flight).await;
        let result = result.and_then(|key| admit(&key).map(|()| key));
        self.write().ended += 1;
        match result {
            Ok(key) => {
                flight.error = None;
                Ok(self.settle(flight.replaces, key))
            }
            Err(error) => {
                let copy = SanitizedError::new(&*error, secrets);
                // It is the provider's, as its future is.
                contained(|| drop(error));
                flight.error = Some(copy.clone());
                Err(copy)
            }
        }
    }

    /// Finishes the request to the provider, after beginning it if necessary.
    async fn finish(&self, flight: &mut Flight) -> Result<ApiKey, BoxError> {
        if flight.is_abandoned() {
            flight.end();
        }
        let Some(ask) = &self.ask else {
            return Err("the client was built without a provider".into());
        };
        if flight.pending.is_none() {
            let current = self.known();
            flight.replaces = current.as_ref().map_or(0, |it| it.number);
            if current.is_some() {
                flight.renewed = Some(Instant::now());
            }
            flight.pending = contained(ask);
        }
        let result = std::future::poll_fn(|context| {
            flight.polled = Some(Instant::now());
            let pending = flight.pending.as_mut();
            match pending.and_then(|it| contained(|| it.as_mut().poll(context))) {
                Some(poll) => poll,
                None => Poll::Ready(Err("it panicked".into())),
            }
        })
        .await;
        flight.end();
        result
    }

    /// Makes `key` the current one, unless the version that it replaces has been replaced meanwhile.
    fn settle(&self, replaces: u64, key: ApiKey) -> KeyVersion {
        let mut state = self.write();
        match &state.current {
            Some(current) if current.number != replaces => return current.clone(),
            Some(current) if current.key.is(&key) => {
                let current = current.clone();
                state.trust = Trust::Confirmed;
                return current;
            }
            _ => {}
        }
        let version = KeyVersion {
            number: replaces + 1,
            key,
        };
        state.current = Some(version.clone());
        state.trust = Trust::Accepted;
        version
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    /// Returns true if no call has waited for the request for so long that its result may be out of date.
    fn is_abandoned(&self) -> bool {
        let polled = self.polled.filter(|_| self.pending.is_some());
        polled.is_some_and(|at| at.elapsed() > INTERVAL)
    }

    /// Returns true if a request after a 401 may begin or continue.
    fn may_begin(&self) -> bool {
        self.pending.is_some() || self.renewed.is_none_or(|at| at.elapsed() >= INTERVAL)
    }

    fn end(&mut self) {
        let pending = self.pending.take();
        contained(|| drop(pending));
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.read().current.as_ref().map(|it| it.number);
        f.debug_struct("Keys")
            .field("version", &current)
            .field("has_provider", &self.ask.is_some())
            .finish_non_exhaustive()
    }
}
