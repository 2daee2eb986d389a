//! How fast the requests of one access token go out: as fast as the API allows, and slower when it
//! says so.

pub(crate) mod said;
mod turns;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use turns::Turns;

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

/// So much later than it could a task is polled, on a machine that is busy.
const LATE: Duration = Duration::from_millis(250);

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
    turns: Turns,
    /// How long nobody goes before somebody is taken not to take the turn.
    patience: Duration,
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
            turns: Turns::default(),
            patience: LATE + 2 * interval,
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
        if !self.turns.are_asked_for() && self.pause().is_zero() && self.spacing().is_zero() {
            return Ok(Duration::ZERO);
        }
        late(self.pause())?;
        let began = Instant::now();
        let pause = || self.pause();
        let turn = self.turns.next(deadline, self.patience, pause).await;
        let _turn = turn.ok_or_else(|| TooLong(self.pause()))?;
        loop {
            // Asking the limiter takes what it gives.
            late(Duration::ZERO)?;
            let wait = match self.pause() {
                Duration::ZERO => self.spacing(),
                pause => pause,
            };
            if wait == Duration::ZERO {
                self.turns.goes();
                return Ok(began.elapsed());
            }
            late(wait)?;
            tokio::time::sleep(wait).await;
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stopped<T>(test: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(test)
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_at_fifty_a_second_take_little_longer_than_they_must() {
        let (pace, began) = (Pace::new(Some(50)), Instant::now());
        for _ in 0..1000 {
            pace.ready(None).await.expect("no deadline");
        }
        let took = began.elapsed().as_secs_f64();
        // 999 fiftieths of a second, and the margin.
        assert!((20.5..20.8).contains(&took), "{took}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_in_time_is_told_at_once_and_takes_nothing() {
        let pace = Pace::new(Some(10));
        pace.pause_for(Duration::from_secs(5));
        let began = Instant::now();
        let soon = Some(began + Duration::from_secs(2));
        let late = pace.ready(soon).await;
        assert_eq!(late, Err(TooLong(Duration::from_secs(5))));
        assert_eq!(began.elapsed(), Duration::ZERO);
        pace.pause_for(Duration::from_secs(1));
        pace.ready(None).await.expect("no deadline");
        assert_eq!(
            began.elapsed(),
            Duration::from_secs(5),
            "no pause is made shorter"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_and_is_dropped_leaves_its_turn_to_the_next() {
        let pace = Pace::new(Some(1));
        pace.ready(None).await.expect("no deadline");
        for _ in 0..10 {
            let soon = Duration::from_millis(10);
            let dropped = tokio::time::timeout(soon, pace.ready(None)).await;
            assert!(dropped.is_err(), "a second is not over");
        }
        let began = Instant::now();
        pace.ready(None).await.expect("no deadline");
        assert!(began.elapsed() < Duration::from_millis(940));
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_a_turn_and_is_not_polled_does_not_stop_the_others() {
        let pace = Pace::new(Some(10));
        pace.ready(None).await.expect("no deadline");
        // As in a stream of calls whose consumer makes calls too.
        let (mut first, mut second) = (Box::pin(pace.ready(None)), Box::pin(pace.ready(None)));
        assert!(poll(&mut first).is_pending());
        assert!(poll(&mut second).is_pending());
        for _ in 0..5 {
            let third = tokio::time::timeout(Duration::from_secs(1), pace.ready(None));
            third.await.expect("soon").expect("no deadline");
        }
        let began = Instant::now();
        first.await.expect("no deadline");
        second.await.expect("no deadline");
        assert!(
            began.elapsed() < Duration::from_millis(250),
            "as soon as they ask"
        );
        assert!(!pace.turns.are_asked_for(), "nobody is left");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_comes_behind_the_deadline_is_none_and_takes_nothing() {
        let pace = Pace::new(Some(1));
        pace.ready(None).await.expect("no deadline");
        let soon = Instant::now() + Duration::from_millis(1100);
        let mut first = Box::pin(pace.ready(None));
        let mut second = Box::pin(pace.ready(Some(soon)));
        assert!(poll(&mut first).is_pending());
        assert!(poll(&mut second).is_pending());
        // Nobody was asked for that long.
        tokio::time::advance(Duration::from_secs(5)).await;
        drop(first);
        let late = poll(&mut second);
        assert_eq!(late, std::task::Poll::Ready(Err(TooLong(Duration::ZERO))));
        let began = Instant::now();
        pace.ready(None).await.expect("no deadline");
        assert_eq!(began.elapsed(), Duration::ZERO, "there was room");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_later_goes_behind_those_that_wait_even_where_there_is_room() {
        let pace = Pace::new(Some(1));
        pace.ready(None).await.expect("no deadline");
        let (mut first, mut second) = (Box::pin(pace.ready(None)), Box::pin(pace.ready(None)));
        assert!(poll(&mut first).is_pending());
        assert!(poll(&mut second).is_pending());
        // There is room now, and the first has not yet had a look.
        tokio::time::advance(Duration::from_secs(5)).await;
        let mut third = Box::pin(pace.ready(None));
        assert!(poll(&mut third).is_pending());
        assert!(poll(&mut first).is_ready());
        assert!(poll(&mut third).is_pending());
        drop(first);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert!(poll(&mut third).is_pending());
        assert!(poll(&mut second).is_ready());
        drop(second);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert!(poll(&mut third).is_ready());
        drop(third);
        assert!(!pace.turns.are_asked_for(), "nobody is left");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_goes_past_another_because_of_a_pause() {
        let pace = Pace::new(Some(10));
        pace.pause_for(Duration::from_secs(5));
        let (mut first, mut second) = (Box::pin(pace.ready(None)), Box::pin(pace.ready(None)));
        for _ in 0..5 {
            assert!(poll(&mut first).is_pending());
            assert!(poll(&mut second).is_pending());
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(poll(&mut second).is_pending());
        assert!(poll(&mut first).is_ready());
    }

    fn poll<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        std::pin::Pin::new(future).poll(&mut context)
    }

    #[test]
    fn without_a_rate_and_with_one_past_all_clocks_nothing_waits() {
        for rate in [None, Some(0), Some(u32::MAX)] {
            let took = stopped(async {
                let (pace, began) = (Pace::new(rate), Instant::now());
                for _ in 0..1000 {
                    pace.ready(None).await.expect("no deadline");
                }
                began.elapsed()
            });
            assert_eq!(took, Duration::ZERO, "{rate:?}");
        }
    }

    proptest! {
        #[test]
        fn no_second_holds_more_than_the_limit_however_requests_come(
            rate in 1u32..200,
            gaps in proptest::collection::vec(0u64..300_000, 1..300),
        ) {
            let sent = stopped(async {
                let pace = Pace::new(Some(rate));
                let mut sent = Vec::new();
                for gap in gaps {
                    // Some come at once, some after a while.
                    tokio::time::advance(Duration::from_micros(gap.saturating_sub(200_000))).await;
                    pace.ready(None).await.expect("no deadline");
                    sent.push(Instant::now());
                }
                sent
            });
            for (first, next) in sent.iter().zip(sent.iter().skip(rate as usize)) {
                let apart = next.duration_since(*first);
                prop_assert!(apart >= Duration::from_secs(1), "{apart:?} at {rate}");
            }
        }
    }
}
