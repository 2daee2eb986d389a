//! How fast the requests of one access token go out: as fast as the API allows, and slower when it
//! says so.

mod queue;
pub(crate) mod said;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use queue::{FairQueue, Turn};

/// How many requests a second go out on one access token; `None` is no limit.
///
/// The default is what the API allows: 10 that read (GET, HEAD) and 50 others. They leave evenly
/// spaced, whatever the server's window, and 3.5 % below the limit, so that one that is late on the
/// way does not fall into a full window.
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
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            reads: Some(10),
            writes: Some(50),
        }
    }
}

impl RateLimit {
    /// As fast as calls are made. What the server asks for is still kept to.
    pub fn off() -> Self {
        Self {
            reads: None,
            writes: None,
        }
    }

    /// GET and HEAD requests a second.
    pub fn reads(mut self, per_second: impl Into<Option<u32>>) -> Self {
        self.reads = per_second.into();
        self
    }

    /// Other requests a second.
    pub fn writes(mut self, per_second: impl Into<Option<u32>>) -> Self {
        self.writes = per_second.into();
        self
    }
}

/// How far below the limit requests are spaced, in thousandths.
const MARGIN: u128 = 35;

/// How many cells of the limiter one request takes: a cell is four milliseconds or so. There is room
/// for one cell more, so that a timer that rings late is made good by the next request. What fits into
/// any second, (cells + 1) / cells + rate / 1.035, stays well below rate + 1, which leaves 30
/// milliseconds for what the network does to the distance of two requests.
fn cells(per_second: NonZeroU32) -> NonZeroU32 {
    NonZeroU32::new(250_u32.div_ceil(per_second.get())).unwrap_or(NonZeroU32::MIN)
}

/// The time that a waiter has to answer when it is called is a quarter of the interval between two
/// requests, within these bounds.
const GRACE: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// tokio's clock, which tests can stop.
#[derive(Clone, Copy, Debug)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Limiter = RateLimiter<
    NotKeyed,
    InMemoryState,
    TokioClock,
    governor::middleware::NoOpMiddleware<Duration>,
>;

/// Why a request cannot go out in time: so long it would have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

/// Spaces the requests of one class, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct Pace {
    /// With what one request takes of it.
    limiter: Option<(Limiter, NonZeroU32)>,
    clock: TokioClock,
    queue: FairQueue,
    /// How long a waiter that is called may take to answer before the next goes first.
    grace: Duration,
    /// The server said that nothing more is let through until then, in nanoseconds of the clock.
    paused_until: AtomicU64,
}

impl Pace {
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        let clock = TokioClock(Instant::now());
        let mut interval = Duration::ZERO;
        let limiter = per_second.and_then(NonZeroU32::new).and_then(|rate| {
            let cells = cells(rate);
            let period = period(rate, cells)?;
            interval = period * cells.get();
            let quota = Quota::with_period(period)?;
            let quota = quota.allow_burst(cells.saturating_add(1));
            Some((RateLimiter::direct_with_clock(quota, clock), cells))
        });
        Self {
            limiter,
            clock,
            queue: FairQueue::default(),
            grace: (interval / 4).clamp(GRACE.0, GRACE.1),
            paused_until: AtomicU64::new(0),
        }
    }

    /// Waits until a request may go out; `Err` at once when that would be behind `deadline` as far
    /// as is known, and when it has passed.
    ///
    /// A future that is dropped takes nothing with it. Answers how long it took.
    pub(crate) async fn ready(&self, deadline: Option<Instant>) -> Result<Duration, TooLong> {
        let late = |wait: Duration| match deadline {
            Some(deadline) if Instant::now() + wait >= deadline => Err(TooLong(wait)),
            _ => Ok(()),
        };
        // Most often nobody waits, and there is nothing to wait for.
        if self.queue.is_empty() && self.pause().is_zero() && self.spacing().is_zero() {
            return Ok(Duration::ZERO);
        }
        late(self.pause())?;
        let began = Instant::now();
        let mut place = self.queue.join(began);
        loop {
            let now = Instant::now();
            // Asking the limiter takes what it gives.
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

    /// How long the limiter wants to wait; nothing when it has let a request through.
    fn spacing(&self) -> Duration {
        let Some((limiter, cells)) = &self.limiter else {
            return Duration::ZERO;
        };
        match limiter.check_n(*cells) {
            Ok(Err(not_until)) => not_until.wait_time_from(self.clock.now()),
            // There is room for one more than that.
            Ok(Ok(())) | Err(_) => Duration::ZERO,
        }
    }

    /// How long the server wants nothing more. Without a pause the clock is not asked for.
    fn pause(&self) -> Duration {
        let until = self.paused_until.load(Ordering::Relaxed);
        if until == 0 {
            return Duration::ZERO;
        }
        let wait = Duration::from_nanos(until).saturating_sub(self.clock.now());
        if wait.is_zero() {
            // Unless it has been made longer in the meantime.
            let order = Ordering::Relaxed;
            let _longer = self.paused_until.compare_exchange(until, 0, order, order);
        }
        wait
    }

    /// Lets nothing through for `wait`, or for longer where that was asked for before.
    pub(crate) fn pause_for(&self, wait: Duration) {
        let until = self.clock.now().saturating_add(wait).as_nanos();
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        self.paused_until.fetch_max(until, Ordering::Relaxed);
    }
}

/// The time that a cell takes; `None` where it is too short to be told from none.
fn period(per_second: NonZeroU32, cells: NonZeroU32) -> Option<Duration> {
    const SECOND: u128 = 1_000_000_000;
    let cells = u128::from(per_second.get()) * u128::from(cells.get());
    let nanos = SECOND * (1000 + MARGIN) / 1000 / cells;
    let period = Duration::from_nanos(u64::try_from(nanos).ok()?);
    (!period.is_zero()).then_some(period)
}

#[cfg(test)]
mod tests;
