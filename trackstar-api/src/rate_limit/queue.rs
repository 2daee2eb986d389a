//! A fair queue for calls that wait for the rate limiter.
//!
//! Calls are served in order, but there's a catch: we depend on futures being polled. For example,
//! when the consumer of a stream of calls makes another call, it leaves futures behind that won't
//! be polled for a while. These shouldn't lose their position, but they must not hold up everyone
//! else either.
//!
//! Because of that, every waiter announces when it's going to check again. When the first waiter is
//! late, the next one that we see wakes it, along with all others that are late. If they don't
//! proceed within `grace`, they are overtaken, all at once. A waiter that was overtaken gets its
//! position back if it is polled within [`PATIENCE`]. If it takes longer than that, it has to go to
//! the back of the queue.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::contain::contained;

/// The delay we tolerate before a task is polled on a busy machine. During this time, a waiter
/// keeps its position. If a waiter is even later than this itself, it doesn't overtake others,
/// since chances are that all of them are late.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);

/// A queue of waiting calls, in order of arrival.
#[derive(Debug, Default)]
pub(super) struct FairQueue {
    line: Mutex<Line>,
    /// The number of waiters that haven't been overtaken. If it's zero, calls can skip the queue.
    present: AtomicUsize,
}

#[derive(Debug, Default)]
struct Line {
    /// The waiters, sorted by number.
    waiters: VecDeque<Waiter>,
    next_number: u64,
    present: usize,
    /// The waiter that knows that it's the first.
    first: Option<u64>,
    /// Who to wake after releasing the lock.
    called: Vec<Arc<Notify>>,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    woken: Arc<Notify>,
    /// The time at which this waiter is going to check again.
    back: Instant,
    /// The time at which we woke this waiter, either because it's the first or because it was late.
    called: Option<Instant>,
    /// Whether this waiter was overtaken.
    passed: bool,
}

/// Whether it's a waiter's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// This waiter is the first.
    Mine,
    /// There are others in front of it. It needs to check again at this time.
    Later(Instant),
}

impl FairQueue {
    /// Returns true if there are no waiters that would have to go first.
    pub(super) fn is_empty(&self) -> bool {
        self.present.load(Ordering::Acquire) == 0
    }

    /// Adds a waiter to the back of the queue.
    pub(super) fn join(&self, now: Instant) -> Place<'_> {
        let woken = Arc::default();
        let number = self.change(|line| line.push(&woken, now));
        Place {
            queue: self,
            number,
            woken,
        }
    }

    /// Updates the queue and then wakes waiters.
    ///
    /// We need to release the lock before waking anyone, because a waker could poll or drop another
    /// call right away. If a waker panics, this call and the other waiters carry on regardless.
    fn change<T>(&self, change: impl FnOnce(&mut Line) -> T) -> T {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut line);
        self.present.store(line.present, Ordering::Release);
        let called = std::mem::take(&mut line.called);
        drop(line);
        for woken in called {
            contained(|| woken.notify_one());
        }
        changed
    }
}

/// A position in the queue. Dropping this leaves the queue.
#[derive(Debug)]
pub(super) struct Place<'a> {
    queue: &'a FairQueue,
    number: u64,
    woken: Arc<Notify>,
}

impl Place<'_> {
    /// Checks whether it's our turn. `grace` is how long waiters have to proceed after they've been
    /// woken.
    pub(super) fn look(&mut self, now: Instant, grace: Duration) -> Turn {
        self.queue.change(|line| {
            if line.has_lost_its_place(self.number, now) {
                line.remove(self.number, now);
                self.number = line.push(&self.woken, now);
            }
            line.look(self.number, now, grace)
        })
    }

    /// Sets when the first waiter is going to check again.
    pub(super) fn returns(&self, at: Instant) -> Instant {
        self.queue.change(|line| {
            if let Some(index) = line.find(self.number) {
                line.waiters[index].back = at;
            }
        });
        at
    }

    /// Waits until we're woken, but no longer than `until`.
    pub(super) async fn wait(&self, until: Instant) {
        let _looks_either_way = timeout_at(until, self.woken.notified()).await;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        self.queue.change(|line| line.remove(self.number, now));
    }
}

impl Line {
    fn push(&mut self, woken: &Arc<Notify>, now: Instant) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.present += 1;
        self.waiters.push_back(Waiter {
            number,
            woken: Arc::clone(woken),
            back: now,
            called: None,
            passed: false,
        });
        number
    }

    fn find(&self, number: u64) -> Option<usize> {
        let found = self.waiters.binary_search_by_key(&number, |it| it.number);
        found.ok()
    }

    fn has_lost_its_place(&self, number: u64, now: Instant) -> bool {
        self.find(number).is_none_or(|index| {
            let waiter = &self.waiters[index];
            waiter.passed && now >= waiter.back + PATIENCE
        })
    }

    fn remove(&mut self, number: u64, now: Instant) {
        let waiter = self.find(number).and_then(|it| self.waiters.remove(it));
        if waiter.is_some_and(|waiter| !waiter.passed) {
            self.present -= 1;
        }
        self.call_the_first(None, now);
    }

    /// Checks whether it's the waiter's turn. This also wakes late waiters in front of it, and
    /// overtakes those that haven't proceeded.
    fn look(&mut self, number: u64, now: Instant, grace: Duration) -> Turn {
        let Some(mut own) = self.find(number) else {
            return Turn::Later(now + grace);
        };
        let waiter = &mut self.waiters[own];
        let on_time = now < waiter.back + PATIENCE;
        waiter.called = None;
        if std::mem::take(&mut waiter.passed) {
            self.present += 1;
        }
        for waiter in self.waiters.iter_mut().take(own).filter(|it| !it.passed) {
            if waiter.back > now {
                // This one isn't late yet, so everyone after it has to wait.
                break;
            }
            match waiter.called {
                Some(called) if on_time && now >= called + grace => {
                    waiter.passed = true;
                    self.present -= 1;
                }
                Some(_) if on_time => {}
                _ => waiter.call(now, &mut self.called),
            }
        }
        // Remove waiters at the front that have lost their position.
        while let Some(waiter) = self.waiters.front()
            && waiter.passed
            && now >= waiter.back + PATIENCE
        {
            self.waiters.pop_front();
            own -= 1;
        }
        self.call_the_first(Some(number), now);
        let first = self.waiters.iter().position(|waiter| !waiter.passed);
        let index = first.unwrap_or(own);
        if index == own {
            self.waiters[own].back = now;
            return Turn::Mine;
        }
        let first = &self.waiters[index];
        let again = if let Some(called) = first.called {
            called + grace
        } else {
            // Everyone in front of us may need up to `grace`, so if we're far back, there is no
            // need to check often.
            let before = u32::try_from(own - index).unwrap_or(u32::MAX);
            first.back.max(now) + grace.saturating_mul(before).min(PATIENCE)
        };
        self.waiters[own].back = again;
        Turn::Later(again)
    }

    /// Wakes the first waiter, unless it already knows that it's the first. If it's the one that
    /// `asks`, there's no need to wake it.
    fn call_the_first(&mut self, asks: Option<u64>, now: Instant) {
        let first = self.waiters.iter_mut().find(|waiter| !waiter.passed);
        let number = first.as_ref().map(|first| first.number);
        if let Some(first) = first
            && number != self.first
            && number != asks
        {
            first.back = first.back.min(now);
            first.call(now, &mut self.called);
        }
        self.first = number;
    }
}

impl Waiter {
    fn call(&mut self, now: Instant, called: &mut Vec<Arc<Notify>>) {
        self.called = Some(now);
        called.push(Arc::clone(&self.woken));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;
    use std::task::{Context, Wake};

    use super::*;

    /// A waker that immediately joins and leaves the queue. A runtime could do the same.
    struct Eager(Arc<FairQueue>, OnceLock<bool>);

    impl Wake for Eager {
        fn wake(self: Arc<Self>) {
            let unlocked = self.0.line.try_lock().is_ok();
            self.1.set(unlocked).expect("it is woken once");
            if unlocked {
                drop(self.0.join(Instant::now()));
            }
        }
    }

    /// A waker that counts how often it's called and then panics.
    #[derive(Default)]
    struct Broken(AtomicUsize);

    impl Wake for Broken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
            panic!("a broken waker");
        }
    }

    #[test]
    fn passes_a_called_waiter_after_its_grace_period() {
        let (grace, millisecond) = (Duration::from_millis(50), Duration::from_millis(1));
        for late in [false, true] {
            let queue = FairQueue::default();
            let begin = Instant::now();
            let mut first = queue.join(begin);
            assert_eq!(first.look(begin, grace), Turn::Mine);
            let mut second = queue.join(begin);
            let called = begin + millisecond;
            let until = called + grace;
            assert_eq!(second.look(called, grace), Turn::Later(until));
            assert_eq!(second.look(until - millisecond, grace), Turn::Later(until));
            if late {
                // Everyone might be late, so the first waiter gets another chance.
                let now = until + PATIENCE;
                assert_eq!(second.look(now, grace), Turn::Later(now + grace));
            } else {
                assert_eq!(second.look(until, grace), Turn::Mine);
            }
        }
    }

    #[test]
    fn contains_waker_panics() {
        for unwinds in [false, true] {
            let queue = FairQueue::default();
            let now = Instant::now();
            let mut first = queue.join(now);
            assert_eq!(first.look(now, PATIENCE), Turn::Mine);
            let mut second = queue.join(now);
            let broken = Arc::new(Broken::default());
            let waker = Arc::clone(&broken).into();
            {
                let mut waits = std::pin::pin!(second.woken.notified());
                let waiting = waits.as_mut().poll(&mut Context::from_waker(&waker));
                assert!(waiting.is_pending());
                let left = contained(move || {
                    let _place = first;
                    assert!(!unwinds, "the panic of a call");
                });
                assert_eq!(left.is_none(), unwinds);
            }
            assert_eq!(broken.0.load(Ordering::Relaxed), 1);
            assert_eq!(second.look(now, PATIENCE), Turn::Mine);
        }
    }

    #[test]
    fn wakes_the_next_waiter_after_unlocking() {
        let queue = Arc::new(FairQueue::default());
        let now = Instant::now();
        let mut first = queue.join(now);
        assert_eq!(first.look(now, PATIENCE), Turn::Mine);
        let second = queue.join(now);
        let eager = Arc::new(Eager(Arc::clone(&queue), OnceLock::new()));
        let waker = Arc::clone(&eager).into();
        let mut waits = std::pin::pin!(second.woken.notified());
        assert!(
            waits
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        drop(first);
        assert_eq!(eager.1.get(), Some(&true));
    }
}
