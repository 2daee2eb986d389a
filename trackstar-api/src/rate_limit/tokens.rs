//! The rate limiters and retry budget of an access token. All connections with that token share
//! them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use super::headers::{self, pause};
use super::limiter::{RateLimit, RateLimiter, TooLong};
use crate::credentials::AccessToken;
use crate::operation::Operation;
use crate::retry::budget::Budget;

/// The time for which we keep the state of a token after its last call and its last
/// [`Connection`](crate::Connection). It has to be longer than any pause or rate limit window.
const IDLE: Duration = Duration::from_secs(90);

/// The interval at which we look for idle tokens.
const SWEEP: Duration = Duration::from_secs(30);

/// The state of an access token.
#[derive(Debug)]
pub(crate) struct TokenState {
    reads: RateLimiter,
    writes: RateLimiter,
    pub(crate) budget: Budget,
    /// The time at which this was last used, in milliseconds since the states were created.
    used: AtomicU64,
}

impl TokenState {
    /// Creates the state for calls without a token. The API doesn't limit those.
    pub(crate) fn unlimited() -> Self {
        Self::new(RateLimit::off())
    }

    fn new(limit: RateLimit) -> Self {
        Self {
            reads: RateLimiter::new(limit.reads, limit.processes),
            writes: RateLimiter::new(limit.writes, limit.processes),
            budget: Budget::default(),
            used: AtomicU64::new(0),
        }
    }

    fn limiter(&self, operation: &Operation) -> &RateLimiter {
        if operation.is_read() {
            &self.reads
        } else {
            &self.writes
        }
    }

    /// Waits until a request of `operation` may be sent.
    pub(crate) async fn ready(
        &self,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Duration, TooLong> {
        self.limiter(operation).ready(deadline).await
    }

    /// Updates the rate limiter based on a response's headers.
    pub(crate) fn learn(&self, operation: &Operation, status: StatusCode, headers: &HeaderMap) {
        // There's no need to read the clock if the response doesn't have any of these headers.
        if status.is_success() && !says_anything(headers) {
            return;
        }
        if let Some(pause) = pause(status, headers, SystemTime::now()) {
            self.limiter(operation).pause_for(pause);
        }
    }
}

fn says_anything(headers: &HeaderMap) -> bool {
    let names = [&headers::REMAINING, &headers::REMAINING_OF_OLD];
    names.iter().any(|name| headers.contains_key(*name))
}

/// The state of all tokens that a client uses.
///
/// We don't want to keep the tokens themselves around, so the map is keyed by a hash, using a
/// random key for each process.
#[derive(Debug)]
pub(crate) struct TokenStates {
    limit: RateLimit,
    hash: RandomState,
    known: Mutex<HashMap<u64, Arc<TokenState>>>,
    began: Instant,
    /// The time at which we look for idle tokens again, in milliseconds since the states were
    /// created.
    next_sweep: AtomicU64,
}

impl TokenStates {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            hash: RandomState::new(),
            known: Mutex::default(),
            began: Instant::now(),
            next_sweep: AtomicU64::new(millis(SWEEP)),
        }
    }

    /// Returns the state for `token`. If the token is still in use, you get its existing state.
    pub(crate) fn of(&self, token: &AccessToken) -> Arc<TokenState> {
        let key = self.hash.hash_one(token.secret().as_bytes());
        let state = {
            let mut states = self.lock();
            let state = states
                .entry(key)
                .or_insert_with(|| Arc::new(TokenState::new(self.limit)));
            Arc::clone(state)
        };
        self.used(&state, Instant::now());
        state
    }

    /// Records that a state was used. From time to time, this also removes idle states.
    pub(crate) fn used(&self, state: &TokenState, now: Instant) {
        let now = millis(now.saturating_duration_since(self.began));
        // Concurrent calls share this, so don't write to it if we don't have to.
        if state.used.load(Ordering::Relaxed) != now {
            state.used.store(now, Ordering::Relaxed);
        }
        let due = self.next_sweep.load(Ordering::Relaxed);
        let next = now + millis(SWEEP);
        let order = Ordering::Relaxed;
        // If several callers get here at once, only one of them should do it.
        if now >= due
            && self
                .next_sweep
                .compare_exchange(due, next, order, order)
                .is_ok()
        {
            self.sweep(now);
        }
    }

    fn sweep(&self, now: u64) {
        let mut states = self.lock();
        states.retain(|_, state| {
            let idle = now.saturating_sub(state.used.load(Ordering::Relaxed)) > millis(IDLE);
            Arc::strong_count(state) > 1 || !idle
        });
        if states.capacity() > 4 * states.len() {
            let room = 2 * states.len();
            states.shrink_to(room);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<TokenState>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: impl Into<String>) -> AccessToken {
        AccessToken::new(text).expect("valid")
    }

    #[test]
    fn each_token_has_one_state() {
        let states = TokenStates::new(RateLimit::default());
        let (a, b) = (states.of(&token("a")), states.of(&token("b")));
        assert!(Arc::ptr_eq(&a, &states.of(&token("a"))));
        assert!(!Arc::ptr_eq(&a, &b));
    }

    #[tokio::test(start_paused = true)]
    async fn frees_idle_tokens_and_keeps_used_ones() {
        let states = TokenStates::new(RateLimit::default());
        let kept = states.of(&token("kept"));
        for number in 0..10_000 {
            drop(states.of(&token(format!("token-{number}"))));
        }
        assert_eq!(states.lock().len(), 10_001);
        tokio::time::advance(Duration::from_secs(60)).await;
        states.used(&kept, Instant::now());
        assert_eq!(states.lock().len(), 10_001, "not idle for long enough");
        let recent = token("token-7");
        drop(states.of(&recent));
        tokio::time::advance(Duration::from_secs(31)).await;
        states.used(&kept, Instant::now());
        assert_eq!(states.lock().len(), 2, "the one in use and the recent one");
        assert!(states.lock().capacity() < 100);
        assert!(Arc::ptr_eq(&kept, &states.of(&token("kept"))));
    }

    #[tokio::test(start_paused = true)]
    async fn learns_exhausted_window_from_either_spelling() {
        for prefix in ["x-ratelimit", "x-rate-limit"] {
            let state = TokenState::unlimited();
            let of = |name: &str, value| {
                let name = format!("{prefix}-{name}").parse().expect("a name");
                (name, http::HeaderValue::from_static(value))
            };
            let headers = HeaderMap::from_iter([of("remaining", "0"), of("reset", "5")]);
            state.learn(&Operation::BLANK, StatusCode::OK, &headers);
            let waited = state.ready(&Operation::BLANK, None).await;
            assert_eq!(waited, Ok(Duration::from_secs(5)), "{prefix}");
        }
    }

    #[test]
    fn does_not_store_tokens() {
        let states = TokenStates::new(RateLimit::default());
        let _lane = states.of(&token("a-token-that-is-secret"));
        assert!(!format!("{states:?}").contains("a-token-that"));
    }
}
