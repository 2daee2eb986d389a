//! How fast the requests of one access token go out: as fast as the API allows, and slower when it
//! says so.

mod queue;
pub(crate) mod said;
mod spacing;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use queue::{FairQueue, Turn};
use spacing::Spacing;

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
    /// As fast as calls are made. What the server asks for is still kept to.
    pub fn off() -> Self {
        Self {
            reads: None,
            writes: None,
            ..Self::default()
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

    /// Divides the limits by the number of processes that use the same access tokens, such as the replicas
    /// of a service. 0 counts as 1.
    ///
    /// Processes do not know of each other. Together they keep to the limits over several seconds, but each
    /// may send a request at the same moment. The server may then return 429, and the call is retried.
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

/// The time that a waiter has to answer when it is called is a quarter of the interval between two
/// requests, within these bounds.
const GRACE: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// Why a request cannot go out in time: so long it would have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

/// Spaces the requests of one class, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct Pace {
    spacing: Option<Spacing>,
    /// When the clock began. Tests can stop it.
    began: Instant,
    queue: FairQueue,
    /// How long a waiter that is called may take to answer before the next goes first.
    grace: Duration,
    /// The server said that nothing more is let through until then, in nanoseconds of the clock.
    paused_until: AtomicU64,
}

impl Pace {
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
            // To ask for the spacing takes it.
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

    /// How long a request has to wait for those before it, or nothing if it has been let through.
    fn spacing(&self) -> Duration {
        let taken = self
            .spacing
            .as_ref()
            .map(|it| it.take(self.began.elapsed()));
        taken.and_then(Result::err).unwrap_or_default()
    }

    /// How long the server wants nothing more. Without a pause the clock is not asked for.
    fn pause(&self) -> Duration {
        let until = self.paused_until.load(Ordering::Relaxed);
        if until == 0 {
            return Duration::ZERO;
        }
        let wait = Duration::from_nanos(until).saturating_sub(self.began.elapsed());
        if wait.is_zero() {
            // Unless it has been made longer in the meantime.
            let order = Ordering::Relaxed;
            let _longer = self.paused_until.compare_exchange(until, 0, order, order);
        }
        wait
    }

    /// Lets nothing through for `wait`, or for longer where that was asked for before.
    pub(crate) fn pause_for(&self, wait: Duration) {
        let until = self.began.elapsed().saturating_add(wait).as_nanos();
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        self.paused_until.fetch_max(until, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
