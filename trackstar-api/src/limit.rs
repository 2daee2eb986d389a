//! How fast the requests of one access token go out: as fast as the API allows, and slower when it
//! says so.

pub(crate) mod said;

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// How many requests a second go out on one access token; `None` is no limit.
///
/// The default is what the API allows: 10 that read (GET, HEAD) and 50 others. They leave evenly
/// spaced, whatever the server's window, and 1.5 % below the limit, so that one that is late on the
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
const MARGIN: u128 = 15;

/// A request takes ten cells of eleven, so that a timer that rings late (they count in
/// milliseconds) is made good by the next request, up to a tenth of what lies between two.
const CELLS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const MOST_CELLS: NonZeroU32 = NonZeroU32::new(11).expect("not zero");

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
    limiter: Option<Limiter>,
    clock: TokioClock,
    /// Fair: who asked first goes first. Whoever holds it waits for the limiter, the others for it.
    turn: tokio::sync::Mutex<()>,
    /// The server said that nothing more is let through until then.
    paused_until: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        let clock = TokioClock(Instant::now());
        let quota = per_second.and_then(cell).and_then(Quota::with_period);
        Self {
            limiter: quota
                .map(|quota| RateLimiter::direct_with_clock(quota.allow_burst(MOST_CELLS), clock)),
            clock,
            turn: tokio::sync::Mutex::new(()),
            paused_until: Mutex::new(None),
        }
    }

    /// Waits until a request may go out; `Err` at once when that would be behind `deadline` as far
    /// as is known, and when it has passed.
    ///
    /// A future that is dropped takes nothing with it.
    pub(crate) async fn ready(&self, deadline: Option<Instant>) -> Result<(), TooLong> {
        let late = |wait: Duration| match deadline {
            Some(deadline) if Instant::now() + wait >= deadline => Err(TooLong(wait)),
            _ => Ok(()),
        };
        late(self.pause())?;
        let turn = self.turn.lock();
        let _turn = match deadline {
            None => turn.await,
            Some(deadline) => tokio::time::timeout_at(deadline, turn)
                .await
                .map_err(|_| TooLong(self.pause()))?,
        };
        loop {
            let wait = match self.pause() {
                Duration::ZERO => self.spacing(),
                pause => pause,
            };
            if wait == Duration::ZERO {
                return Ok(());
            }
            late(wait)?;
            tokio::time::sleep(wait).await;
        }
    }

    /// How long the limiter wants to wait; nothing when it has let a request through.
    fn spacing(&self) -> Duration {
        let Some(limiter) = &self.limiter else {
            return Duration::ZERO;
        };
        match limiter.check_n(CELLS) {
            Ok(Err(not_until)) => not_until.wait_time_from(self.clock.now()),
            // Eleven cells hold ten.
            Ok(Ok(())) | Err(_) => Duration::ZERO,
        }
    }

    /// How long the server wants nothing more.
    fn pause(&self) -> Duration {
        let mut until = self.lock();
        let wait = until.map(|until| until.saturating_duration_since(Instant::now()));
        if wait == Some(Duration::ZERO) {
            *until = None;
        }
        wait.unwrap_or_default()
    }

    /// Lets nothing through for `wait`, or for longer where that was asked for before.
    pub(crate) fn pause_for(&self, wait: Duration) {
        let Some(end) = Instant::now().checked_add(wait) else {
            return;
        };
        let mut until = self.lock();
        *until = Some(until.map_or(end, |before| before.max(end)));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time that a cell takes; `None` where it is too short to be told from none.
fn cell(per_second: u32) -> Option<Duration> {
    const SECOND: u128 = 1_000_000_000;
    let cells = u128::from(per_second) * u128::from(CELLS.get());
    let nanos = (SECOND * (1000 + MARGIN) / 1000).checked_div(cells)?;
    let cell = Duration::from_nanos(u64::try_from(nanos).ok()?);
    (!cell.is_zero()).then_some(cell)
}
