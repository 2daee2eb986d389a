//! Who goes next: whoever asked first, as long as it takes its turn.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, timeout_at};

/// The queue of those that wait.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Fair: who asked first goes first. Whoever holds it waits for the limiter, the others for it.
    turn: Mutex<()>,
    /// How many wait for their turn or have it: where there are none, nobody needs to ask for it.
    waiting: AtomicUsize,
    /// How many have gone.
    gone: AtomicUsize,
}

/// A turn, until it is dropped.
pub(super) struct Turn<'a> {
    /// Nothing where it goes past somebody who does not take the turn.
    _held: Option<MutexGuard<'a, ()>>,
    _waits: Waits<'a>,
}

impl Turns {
    /// Whether anybody waits for a turn, or has one.
    pub(super) fn are_asked_for(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// Waits for a turn; `None` where the deadline comes first.
    ///
    /// A future has its turn whether or not it is polled, and one that is not (a stream of calls
    /// whose consumer makes calls of its own leaves such behind) would hold up the others for ever.
    /// So nobody is waited for who has not gone within `patience` behind any `pause`.
    pub(super) async fn next(
        &self,
        deadline: Option<Instant>,
        patience: Duration,
        pause: impl Fn() -> Duration,
    ) -> Option<Turn<'_>> {
        let waits = Waits::new(&self.waiting);
        let mut turn = pin!(self.turn.lock());
        let held = loop {
            let gone = self.gone.load(Ordering::Relaxed);
            let look = Instant::now() + pause() + patience;
            let until = deadline.map_or(look, |deadline| deadline.min(look));
            if let Ok(held) = timeout_at(until, turn.as_mut()).await {
                break Some(held);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return None;
            }
            if self.gone.load(Ordering::Relaxed) == gone && pause().is_zero() {
                break None;
            }
        };
        Some(Turn {
            _held: held,
            _waits: waits,
        })
    }

    /// Somebody takes its turn.
    pub(super) fn goes(&self) {
        self.gone.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counted among those that wait, until it is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
