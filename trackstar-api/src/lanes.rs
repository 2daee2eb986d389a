//! The state that all connections of one access token share: the rate limiter and the retry budget.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use crate::AccessToken;
use crate::budget::Budget;
use crate::limit::{Pace, RateLimit, TooLong, said};
use crate::operation::Operation;

/// Time for which the lane of a token is kept after its last call and its last
/// [`Connection`](crate::Connection). It is longer than any pause, and than the window of the limits.
const IDLE: Duration = Duration::from_secs(90);

/// Interval between two searches for idle lanes.
const SWEEP: Duration = Duration::from_secs(30);

/// The lane of one access token.
#[derive(Debug)]
pub(crate) struct Lane {
    reads: Pace,
    writes: Pace,
    pub(crate) budget: Budget,
    /// Time of the last use, in milliseconds since the lanes were created.
    used: AtomicU64,
}

impl Lane {
    /// Returns the lane of calls without a token, for which the API has no limit.
    pub(crate) fn unlimited() -> Self {
        Self::new(RateLimit::off())
    }

    fn new(limit: RateLimit) -> Self {
        Self {
            reads: Pace::new(limit.reads, limit.processes),
            writes: Pace::new(limit.writes, limit.processes),
            budget: Budget::default(),
            used: AtomicU64::new(0),
        }
    }

    fn pace(&self, operation: &Operation) -> &Pace {
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
        self.pace(operation).ready(deadline).await
    }

    /// Adjusts the rate limiter to the headers of a response.
    pub(crate) fn learn(&self, operation: &Operation, status: StatusCode, headers: &HeaderMap) {
        // Read the clock only if the response has such headers.
        if status.is_success() && !says_anything(headers) {
            return;
        }
        if let Some(pause) = said::pause(status, headers, SystemTime::now()) {
            self.pace(operation).pause_for(pause);
        }
    }
}

fn says_anything(headers: &HeaderMap) -> bool {
    let names = [&said::REMAINING, &said::REMAINING_OF_OLD];
    names.iter().any(|name| headers.contains_key(*name))
}

/// The lanes of a client. The key of the map is a hash of the token with a key that each process draws at
/// random, so that the token itself is not stored.
#[derive(Debug)]
pub(crate) struct Lanes {
    limit: RateLimit,
    hash: RandomState,
    known: Mutex<HashMap<u64, Arc<Lane>>>,
    began: Instant,
    /// Time of the last use, in milliseconds since the lanes were created.
    next_sweep: AtomicU64,
}

impl Lanes {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            hash: RandomState::new(),
            known: Mutex::default(),
            began: Instant::now(),
            next_sweep: AtomicU64::new(millis(SWEEP)),
        }
    }

    /// Returns the lane of `token`. The same token has the same lane while the lane is in use.
    pub(crate) fn of(&self, token: &AccessToken) -> Arc<Lane> {
        let key = self.hash.hash_one(token.secret().as_bytes());
        let lane = {
            let mut lanes = self.lock();
            let lane = lanes
                .entry(key)
                .or_insert_with(|| Arc::new(Lane::new(self.limit)));
            Arc::clone(lane)
        };
        self.used(&lane, Instant::now());
        lane
    }

    /// Records the use of a lane, and removes idle lanes from time to time.
    pub(crate) fn used(&self, lane: &Lane, now: Instant) {
        let now = millis(now.saturating_duration_since(self.began));
        lane.used.store(now, Ordering::Relaxed);
        let due = self.next_sweep.load(Ordering::Relaxed);
        let next = now + millis(SWEEP);
        let order = Ordering::Relaxed;
        // Only one of the callers that find the search due does it.
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
        let mut lanes = self.lock();
        lanes.retain(|_, lane| {
            let idle = now.saturating_sub(lane.used.load(Ordering::Relaxed)) > millis(IDLE);
            Arc::strong_count(lane) > 1 || !idle
        });
        if lanes.capacity() > 4 * lanes.len() {
            let room = 2 * lanes.len();
            lanes.shrink_to(room);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Lane>>> {
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
    fn each_token_has_one_lane() {
        let lanes = Lanes::new(RateLimit::default());
        let (a, b) = (lanes.of(&token("a")), lanes.of(&token("b")));
        assert!(Arc::ptr_eq(&a, &lanes.of(&token("a"))));
        assert!(!Arc::ptr_eq(&a, &b));
    }

    #[tokio::test(start_paused = true)]
    async fn frees_idle_tokens_and_keeps_used_ones() {
        let lanes = Lanes::new(RateLimit::default());
        let kept = lanes.of(&token("kept"));
        for number in 0..10_000 {
            drop(lanes.of(&token(format!("token-{number}"))));
        }
        assert_eq!(lanes.lock().len(), 10_001);
        tokio::time::advance(Duration::from_secs(60)).await;
        lanes.used(&kept, Instant::now());
        assert_eq!(lanes.lock().len(), 10_001, "not idle for long enough");
        let recent = token("token-7");
        drop(lanes.of(&recent));
        tokio::time::advance(Duration::from_secs(31)).await;
        lanes.used(&kept, Instant::now());
        assert_eq!(lanes.lock().len(), 2, "the one in use and the recent one");
        assert!(lanes.lock().capacity() < 100);
        assert!(Arc::ptr_eq(&kept, &lanes.of(&token("kept"))));
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_window_is_learnt_from_a_success_in_either_spelling() {
        for prefix in ["x-ratelimit", "x-rate-limit"] {
            let lane = Lane::unlimited();
            let of = |name: &str, value| {
                let name = format!("{prefix}-{name}").parse().expect("a name");
                (name, http::HeaderValue::from_static(value))
            };
            let headers = HeaderMap::from_iter([of("remaining", "0"), of("reset", "5")]);
            lane.learn(&Operation::BLANK, StatusCode::OK, &headers);
            let waited = lane.ready(&Operation::BLANK, None).await;
            assert_eq!(waited, Ok(Duration::from_secs(5)), "{prefix}");
        }
    }

    #[test]
    fn stores_no_token() {
        let lanes = Lanes::new(RateLimit::default());
        let _lane = lanes.of(&token("a-token-that-is-secret"));
        assert!(!format!("{lanes:?}").contains("a-token-that"));
    }
}
