//! Limits the request rate of an access token.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::queue::{FairQueue, Turn};
use super::spacing::Spacing;

/// Configures the rate limits that the client applies to each access token.
///
/// By default, these are the API's own limits of 10 reads (GET and HEAD) and 50 other requests per
/// second. `None` disables a limit.
///
/// Requests are spaced evenly and don't depend on when the server's window starts. The client also
/// stays 3.5% below each limit. Otherwise, a request that was delayed by the network could land in
/// a window that is already full.
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
#[must_use = "rate limits do nothing unless passed to a client"]
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
    /// Disables the limits.
    ///
    /// If the server asks the client to wait, it still does so.
    pub fn off() -> Self {
        Self {
            reads: None,
            writes: None,
            ..Self::default()
        }
    }

    /// Sets how many GET and HEAD requests are allowed per second.
    pub fn reads(mut self, per_second: impl Into<Option<u32>>) -> Self {
        self.reads = per_second.into();
        self
    }

    /// Sets how many other requests are allowed per second.
    pub fn writes(mut self, per_second: impl Into<Option<u32>>) -> Self {
        self.writes = per_second.into();
        self
    }

    /// Divides the limits between several processes. Zero is treated as one.
    ///
    /// This is useful when multiple replicas of a service use the same access tokens. Note that
    /// there isn't any coordination between them. On average, they stay within the limits, but it's
    /// possible that all of them send a request at once. If the server returns a 429, the call is
    /// retried.
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

/// The time that a waiter has to proceed once we've woken it. It's a quarter of the time between
/// two requests, but always within these bounds.
const GRACE: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// The call would have to wait for this long, which is beyond its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

/// Spaces out requests of the same kind, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    spacing: Option<Spacing>,
    /// The start of our clock. Tests can pause it.
    began: Instant,
    queue: FairQueue,
    /// The time that a waiter has to proceed once we've woken it. After that, the next one may
    /// overtake it.
    grace: Duration,
    /// The end of the pause that the server asked for, in nanoseconds of our clock.
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

    /// Waits until a request may be sent, and returns how long that took.
    ///
    /// If we know that the wait would exceed `deadline`, this fails right away. It doesn't count as
    /// a request if you drop the future.
    pub(crate) async fn ready(&self, deadline: Option<Instant>) -> Result<Duration, TooLong> {
        let late = |wait: Duration| match deadline {
            Some(deadline) if Instant::now() + wait >= deadline => Err(TooLong(wait)),
            _ => Ok(()),
        };
        // Usually nobody is waiting and we can send the request immediately.
        if self.queue.is_empty() && self.pause().is_zero() && self.spacing().is_zero() {
            return Ok(Duration::ZERO);
        }
        late(self.pause())?;
        let began = Instant::now();
        let mut place = self.queue.join(began);
        loop {
            let now = Instant::now();
            // If the request may be sent, `spacing` counts it.
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

    /// Returns how long to wait because of earlier requests. If it's zero, this also counts the
    /// request.
    fn spacing(&self) -> Duration {
        let taken = self
            .spacing
            .as_ref()
            .map(|it| it.take(self.began.elapsed()));
        taken.and_then(Result::err).unwrap_or_default()
    }

    /// Returns how much of the server's pause is left. If there isn't one, we don't even read the
    /// clock.
    fn pause(&self) -> Duration {
        let until = self.paused_until.load(Ordering::Relaxed);
        if until == 0 {
            return Duration::ZERO;
        }
        let wait = Duration::from_nanos(until).saturating_sub(self.began.elapsed());
        if wait.is_zero() {
            // Another response might have extended the pause in the meantime.
            let order = Ordering::Relaxed;
            let _longer = self.paused_until.compare_exchange(until, 0, order, order);
        }
        wait
    }

    /// Pauses for the given time, unless we're already pausing for longer.
    pub(crate) fn pause_for(&self, wait: Duration) {
        let until = self.began.elapsed().saturating_add(wait).as_nanos();
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        self.paused_until.fetch_max(until, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
