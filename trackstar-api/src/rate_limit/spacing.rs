//! Spaces requests using the generic cell rate algorithm (GCRA).

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The margin below the limit, in thousandths.
const MARGIN: u128 = 35;

/// A request may be early by this fraction of a second, but by no more than the interval.
const PARTS: u32 = 250;

/// Spaces requests evenly, using the generic cell rate algorithm.
///
/// A request may be about four milliseconds early (or one interval, if that is shorter), which
/// makes up for timers that fire late. The number of requests in any given second is limited to
/// `1 + slack / interval + rate / 1.035`. That is well below `rate + 1`, and leaves 30 milliseconds
/// for requests that get closer to each other in the network.
#[derive(Debug)]
pub(super) struct Spacing {
    /// The time between two requests, in nanoseconds.
    interval: u64,
    /// The maximum time that a request may be early, in nanoseconds.
    slack: u64,
    /// The time at which the next request is due, in nanoseconds of the clock.
    due: AtomicU64,
}

impl Spacing {
    /// Divides the rate between `processes`. Returns `None` if the interval is too short to
    /// measure.
    pub(super) fn new(per_second: NonZeroU32, processes: NonZeroU32) -> Option<Self> {
        const SECOND: u128 = 1_000_000_000;
        let parts = u64::from(PARTS.div_ceil(per_second.get()));
        let nanos = SECOND * (1000 + MARGIN) / 1000;
        let slack = nanos / u128::from(per_second.get()) / u128::from(parts);
        let slack = u64::try_from(slack).ok().filter(|slack| *slack > 0)?;
        Some(Self {
            interval: slack * parts * u64::from(processes.get()),
            slack,
            due: AtomicU64::new(0),
        })
    }

    /// Returns the time between two requests.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_nanos(self.interval)
    }

    /// Accepts a request at `now`, or returns how long it has to wait.
    pub(super) fn take(&self, now: Duration) -> Result<(), Duration> {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let next = |due: u64| {
            let free = due.saturating_sub(self.slack) <= now;
            free.then(|| due.max(now).saturating_add(self.interval))
        };
        let order = Ordering::Relaxed;
        match self.due.fetch_update(order, order, next) {
            Ok(_) => Ok(()),
            Err(due) => Err(Duration::from_nanos(
                due.saturating_sub(self.slack).saturating_sub(now),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spacing(per_second: u32) -> Option<Spacing> {
        Spacing::new(
            NonZeroU32::new(per_second).expect("not zero"),
            NonZeroU32::MIN,
        )
    }

    #[test]
    fn spaces_requests_by_the_rate_and_a_margin() {
        // This is 1.035 seconds divided by the rate, in whole parts of the slack.
        for (rate, interval, slack) in [
            (1, 1_035_000_000, 4_140_000),
            (10, 103_500_000, 4_140_000),
            (50, 20_700_000, 4_140_000),
            (1000, 1_035_000, 1_035_000),
        ] {
            let spacing = spacing(rate).expect("it can be measured");
            assert_eq!((spacing.interval, spacing.slack), (interval, slack));
        }
        assert!(spacing(u32::MAX).is_none());
    }

    #[test]
    fn request_may_be_early_by_at_most_the_slack() {
        let spacing = spacing(10).expect("it can be measured");
        let at = |micros| spacing.take(Duration::from_micros(micros));
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(0), Err(Duration::from_micros(99_360)));
        assert_eq!(at(99_359), Err(Duration::from_micros(1)));
        assert_eq!(at(99_360), Ok(()));
        // The next one is due as if the previous one hadn't been early.
        assert_eq!(at(202_859), Err(Duration::from_micros(1)));
        assert_eq!(at(202_860), Ok(()));
        // You can't save up unused capacity.
        assert_eq!(at(10_000_000), Ok(()));
        assert_eq!(at(10_000_000), Err(Duration::from_micros(99_360)));
        assert_eq!(spacing.take(Duration::MAX), Ok(()));
        assert_eq!(spacing.take(Duration::MAX), Ok(()), "the clock has ended");
    }
}
