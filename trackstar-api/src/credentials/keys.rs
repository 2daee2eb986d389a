//! Keeps track of a client's API key, and calls the provider for new ones.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::provider::{Ask, Pending, erased};
use super::{ApiKey, ApiKeyProvider};
use crate::contain::contained;
use crate::secret::sanitize::SanitizedError;
use crate::transport::BoxError;

/// The minimum time between two calls to a provider because of a 401. If a request to the provider
/// isn't polled for this long, we give up on it.
const INTERVAL: Duration = Duration::from_secs(30);

/// An API key and its version, which starts at 1 and goes up with each replacement.
#[derive(Clone, Debug)]
pub(crate) struct KeyVersion {
    pub(crate) number: u64,
    pub(crate) key: ApiKey,
}

/// The state of the current key, based on 401 responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// It hasn't been rejected.
    Accepted,
    /// Either this key or an access token has been rejected, and we haven't called the provider
    /// since.
    Rejected,
    /// It was rejected, but the provider insists on it.
    Confirmed,
}

struct KeyState {
    current: Option<KeyVersion>,
    trust: Trust,
    /// The number of requests to the provider that have completed.
    ended: u64,
}

impl KeyState {
    /// Returns the current key, unless we should call the provider first.
    fn ready(&self) -> Option<&KeyVersion> {
        let current = self.current.as_ref();
        current.filter(|_| self.trust != Trust::Rejected)
    }

    /// Returns the version of the key that is ready, or 0 if there is none.
    fn ready_number(&self) -> u64 {
        self.ready().map_or(0, |it| it.number)
    }
}

/// The request to the provider. There is never more than one at a time.
#[derive(Default)]
struct Flight {
    pending: Option<Pending>,
    /// The version of the key when the request was started.
    replaces: u64,
    /// The time at which it was last polled.
    polled: Option<Instant>,
    /// The last time that we called the provider because of a 401.
    renewed: Option<Instant>,
    /// The error of the most recent request.
    error: Option<SanitizedError>,
}

/// The API key, which is shared by all clones of a client.
pub(crate) struct Keys {
    state: RwLock<KeyState>,
    /// A copy of [`KeyState::ready_number`], which concurrent calls read without a lock.
    ready: AtomicU64,
    ask: Option<Box<Ask>>,
    flight: Mutex<Flight>,
}

impl Keys {
    fn new(current: Option<KeyVersion>, ask: Option<Box<Ask>>) -> Self {
        let state = KeyState {
            current,
            trust: Trust::Accepted,
            ended: 0,
        };
        Self {
            ready: AtomicU64::new(state.ready_number()),
            state: RwLock::new(state),
            ask,
            flight: Mutex::default(),
        }
    }

    /// Creates the state for a client with a fixed key.
    pub(crate) fn fixed(key: ApiKey) -> Self {
        Self::new(Some(KeyVersion { number: 1, key }), None)
    }

    /// Creates the state for a client with a provider.
    pub(crate) fn provided(provider: impl ApiKeyProvider) -> Self {
        Self::new(None, Some(erased(provider)))
    }

    /// Returns the current key, if there is one.
    pub(crate) fn known(&self) -> Option<KeyVersion> {
        self.read().current.clone()
    }

    /// Returns the current key, unless we should call the provider first.
    pub(crate) fn ready(&self) -> Option<KeyVersion> {
        self.read().ready().cloned()
    }

    /// Returns true if [`ready`](Self::ready) returns this version of the key.
    pub(crate) fn is_ready(&self, number: u64) -> bool {
        self.ready.load(Ordering::Acquire) == number
    }

    /// Replaces the current key, unless it's the same.
    pub(crate) fn replace(&self, key: ApiKey) {
        self.update(|state| {
            let number = state.current.as_ref().map_or(0, |it| it.number);
            if !state.current.as_ref().is_some_and(|it| it.key.is(&key)) {
                state.current = Some(KeyVersion {
                    number: number + 1,
                    key,
                });
            }
            state.trust = Trust::Accepted;
        });
    }

    /// Records that the API has rejected a request with this version of the key.
    ///
    /// `only_credential` should be true if the request didn't have an access token. In that case,
    /// we know that the key is the problem.
    pub(crate) fn reject(&self, number: u64, only_credential: bool) {
        if self.ask.is_none() {
            return;
        }
        self.update(|state| {
            let is_current = state.current.as_ref().is_some_and(|it| it.number == number);
            if is_current && (state.trust == Trust::Accepted || only_credential) {
                state.trust = Trust::Rejected;
            }
        });
    }

    /// Returns the current key, calling the provider first if we should and may do so.
    ///
    /// New keys are checked with `admit`. If this future is dropped, the next call takes over the
    /// request.
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
        // We were waiting for another call's request, and it has failed.
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
        self.update(|state| state.ended += 1);
        match result {
            Ok(key) => {
                flight.error = None;
                Ok(self.settle(flight.replaces, key))
            }
            Err(error) => {
                let copy = SanitizedError::new(&*error, secrets);
                // This error belongs to the provider, so it might panic when it's dropped.
                contained(|| drop(error));
                flight.error = Some(copy.clone());
                Err(copy)
            }
        }
    }

    /// Completes the request to the provider, starting it if necessary.
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

    /// Makes `key` the current one, unless another has replaced `replaces` in the meantime.
    fn settle(&self, replaces: u64, key: ApiKey) -> KeyVersion {
        self.update(|state| {
            match &state.current {
                Some(current) if current.number != replaces => return current.clone(),
                Some(current) if current.key.is(&key) => {
                    state.trust = Trust::Confirmed;
                    return current.clone();
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
        })
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, KeyState> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state. Nothing else may, since this also updates `ready`.
    fn update<T>(&self, change: impl FnOnce(&mut KeyState) -> T) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut state);
        self.ready.store(state.ready_number(), Ordering::Release);
        result
    }
}

impl Flight {
    /// Returns true if nobody has waited for this request in a long time, so that its result may be
    /// stale.
    fn is_abandoned(&self) -> bool {
        let polled = self.polled.filter(|_| self.pending.is_some());
        polled.is_some_and(|at| at.elapsed() > INTERVAL)
    }

    /// Returns true if we may start (or continue) a request because of a 401.
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
