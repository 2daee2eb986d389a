//! The client-side rate limiter of one access token.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::queue::{FairQueue, Turn};
use super::spacing::Spacing;

/// A rate limit: requests per second for each access token. `None` means no limit.
///
/// The default is the API's own limit: 10 reads (GET, HEAD) and 50 other requests per second. The client spaces
/// requests evenly, independent of the server's window, and 3.5 % below the limit, so that a request that is
/// delayed in the network does not fall into a full window.
///
/// ```
/// use trackstar_api::{ApiKey, Client, RateLimit};
///
/// let patient = RateLimit::default().reads(2).writes(10);
/// let client = Client::builder(ApiKey::new("key-1")?).rate_limit(patient).build()?;
/// # let _ = client;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit does nothing until it is given to a client"]
pub struct RateLimit {
    pub(crate) reads: Option<u32>,
    pub(crate) writes: Option<u32>,
    pub(crate) processes: NonZeroU32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            reads: Some(10),
            writes: Some(50),
            processes: NonZeroU32::MIN,
        }
    }
}

impl RateLimit {
    /// Returns a configuration without limits. The client still respects the waits that the server requests.
    pub fn off() -> Self {
        Self {
            reads: None,
            writes: None,
            ..Self::default()
        }
    }

    /// Sets the number of GET and HEAD requests per second.
    pub fn reads(mut self, per_second: impl Into<Option<u32>>) -> Self {
        self.reads = per_second.into();
        self
    }

    /// Sets the number of other requests per second.
    pub fn writes(mut self, per_second: impl Into<Option<u32>>) -> Self {
        self.writes = per_second.into();
        self
    }

    /// Divides the limits by the number of processes that use the same access tokens, such as the replicas
    /// of a service. 0 counts as 1.
    ///
    /// Processes do not coordinate. Together they stay within the limits over several seconds, but all may send a
    /// request at the same moment. The server may then return 429, and the call is retried.
    ///
    /// ```
    /// use trackstar_api::RateLimit;
    ///
    /// // Each of four replicas sends 2.5 reads a second.
    /// let limit = RateLimit::default().processes(4);
    /// # let _ = limit;
    /// ```
    pub fn processes(mut self, number: u32) -> Self {
        self.processes = NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        self
    }
}

/// Bounds of the time that a called waiter has to proceed, which is a quarter of the interval between two
/// requests.
const GRACE: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// The wait, which would exceed the deadline of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

/// Spaces the requests of one class, in the order of the calls.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    spacing: Option<Spacing>,
    /// The start of the clock, which tests can pause.
    began: Instant,
    queue: FairQueue,
    /// Time that a called waiter has to proceed before the next one passes it.
    grace: Duration,
    /// End of the pause that the server requested, in nanoseconds of the clock.
    paused_until: AtomicU64,
}

impl RateLimiter {
    pub(crate) fn new(per_second: Option<u32>, processes: NonZeroU32) -> Self {
        let spacing = per_second
            .and_then(NonZeroU32::new)
            .and_then(|rate| Spacing::new(rate, processes));
        let interval = spacing.as_ref().map_or(Duration::ZERO, Spacing::interval);
        Self {
            spacing,
            began: Instant::now(),
            queue: FairQueue::default(),
            grace: (interval / 4).clamp(GRACE.0, GRACE.1),
            paused_until: AtomicU64::new(0),
        }
    }

    /// Waits until a request may be sent, and returns the duration of the wait.
    ///
    /// Fails at once if the wait would exceed `deadline`, as far as is known. A dropped future does not use up a
    /// request.
    pub(crate) async fn ready(&self, deadline: Option<Instant>) -> Result<Duration, TooLong> {
        let late = |wait: Duration| match deadline {
            Some(deadline) if Instant::now() + wait >= deadline => Err(TooLong(wait)),
            _ => Ok(()),
        };
        // The common case: the queue is empty, and the request may be sent at once.
        if self.queue.is_empty() && self.pause().is_zero() && self.spacing().is_zero() {
            return Ok(Duration::ZERO);
        }
        late(self.pause())?;
        let began = Instant::now();
        let mut place = self.queue.join(began);
        loop {
            let now = Instant::now();
            // `spacing` uses up the request if it may be sent.
            late(self.pause())?;
            let again = match place.look(now, self.grace) {
                Turn::Later(again) => again,
                Turn::Mine => {
                    let wait = match self.pause() {
                        Duration::ZERO => self.spacing(),
                        pause => pause,
                    };
                    if wait.is_zero() {
                        return Ok(began.elapsed());
                    }
                    late(wait)?;
                    place.returns(now + wait)
                }
            };
            place
                .wait(deadline.map_or(again, |deadline| deadline.min(again)))
                .await;
        }
    }

    /// Returns the wait for the requests before this one. Uses up the request if the wait is zero.
    fn spacing(&self) -> Duration {
        let taken = self
            .spacing
            .as_ref()
            .map(|it| it.take(self.began.elapsed()));
        taken.and_then(Result::err).unwrap_or_default()
    }

    /// Returns the rest of the pause that the server requested. Reads the clock only during a pause.
    fn pause(&self) -> Duration {
        let until = self.paused_until.load(Ordering::Relaxed);
        if until == 0 {
            return Duration::ZERO;
        }
        let wait = Duration::from_nanos(until).saturating_sub(self.began.elapsed());
        if wait.is_zero() {
            // Another response may have extended the pause in the meantime.
            let order = Ordering::Relaxed;
            let _longer = self.paused_until.compare_exchange(until, 0, order, order);
        }
        wait
    }

    /// Pauses for `wait`. Does not shorten a running pause.
    pub(crate) fn pause_for(&self, wait: Duration) {
        let until = self.began.elapsed().saturating_add(wait).as_nanos();
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        self.paused_until.fetch_max(until, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
