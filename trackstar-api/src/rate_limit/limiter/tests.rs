//! Tests for the rate limiter, using a paused clock.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::Poll;

use proptest::prelude::*;

use super::*;

fn limiter(per_second: Option<u32>) -> RateLimiter {
    RateLimiter::new(per_second, NonZeroU32::MIN)
}

fn stopped<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(test)
}

#[tokio::test(start_paused = true)]
async fn thousand_requests_at_50_per_second_take_20_seconds() {
    let (limiter, began) = (limiter(Some(50)), Instant::now());
    for _ in 0..1000 {
        limiter.ready(None).await.expect("no deadline");
    }
    let took = began.elapsed().as_secs_f64();
    // That's 999 / 50 seconds, plus the margin.
    assert!((20.5..20.8).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn four_processes_share_the_rate() {
    let four = NonZeroU32::new(4).expect("not zero");
    let (limiter, began) = (RateLimiter::new(Some(50), four), Instant::now());
    for _ in 0..250 {
        limiter.ready(None).await.expect("no deadline");
    }
    let took = began.elapsed().as_secs_f64();
    // That's 249 × 4 / 50 seconds, plus the margin.
    assert!((20.5..20.8).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn missed_deadline_fails_at_once_and_takes_no_slot() {
    let limiter = limiter(Some(10));
    limiter.pause_for(Duration::from_secs(5));
    let began = Instant::now();
    let soon = Some(began + Duration::from_secs(2));
    let late = limiter.ready(soon).await;
    assert_eq!(late, Err(TooLong(Duration::from_secs(5))));
    assert_eq!(began.elapsed(), Duration::ZERO);
    limiter.pause_for(Duration::from_secs(1));
    limiter.ready(None).await.expect("no deadline");
    assert_eq!(
        began.elapsed(),
        Duration::from_secs(5),
        "a pause is never shortened"
    );
}

#[tokio::test(start_paused = true)]
async fn dropped_waiter_gives_up_its_turn() {
    let limiter = limiter(Some(1));
    limiter.ready(None).await.expect("no deadline");
    for _ in 0..10 {
        let soon = Duration::from_millis(10);
        let dropped = tokio::time::timeout(soon, limiter.ready(None)).await;
        assert!(dropped.is_err(), "the second isn't over yet");
    }
    let began = Instant::now();
    limiter.ready(None).await.expect("no deadline");
    assert!(began.elapsed() < Duration::from_millis(940));
}

#[tokio::test(start_paused = true)]
async fn unpolled_waiter_does_not_block_others() {
    let limiter = limiter(Some(10));
    limiter.ready(None).await.expect("no deadline");
    // This is what happens in a stream of calls whose consumer makes calls of its own.
    let (mut first, mut second) = (Box::pin(limiter.ready(None)), Box::pin(limiter.ready(None)));
    assert!(poll(&mut first).is_pending());
    assert!(poll(&mut second).is_pending());
    for _ in 0..5 {
        let third = tokio::time::timeout(Duration::from_secs(1), limiter.ready(None));
        third.await.expect("soon").expect("no deadline");
    }
    let began = Instant::now();
    first.await.expect("no deadline");
    second.await.expect("no deadline");
    assert!(
        began.elapsed() < Duration::from_millis(250),
        "as soon as they are polled"
    );
    assert!(limiter.queue.is_empty(), "no waiter is left");
}

#[tokio::test(start_paused = true)]
async fn slot_after_the_deadline_is_not_taken() {
    let limiter = limiter(Some(1));
    limiter.ready(None).await.expect("no deadline");
    let soon = Instant::now() + Duration::from_millis(1100);
    let mut first = Box::pin(limiter.ready(None));
    let mut second = Box::pin(limiter.ready(Some(soon)));
    assert!(poll(&mut first).is_pending());
    assert!(poll(&mut second).is_pending());
    // Nobody polls the waiters during this time.
    tokio::time::advance(Duration::from_secs(5)).await;
    drop(first);
    let late = poll(&mut second);
    assert_eq!(late, Poll::Ready(Err(TooLong(Duration::ZERO))));
    let began = Instant::now();
    limiter.ready(None).await.expect("no deadline");
    assert_eq!(began.elapsed(), Duration::ZERO, "there was capacity");
}

#[tokio::test(start_paused = true)]
async fn waiters_proceed_in_order() {
    let limiter = limiter(Some(1));
    limiter.ready(None).await.expect("no deadline");
    let (mut first, mut second) = (Box::pin(limiter.ready(None)), Box::pin(limiter.ready(None)));
    assert!(poll(&mut first).is_pending());
    assert!(poll(&mut second).is_pending());
    // There is capacity now, but the first waiter hasn't been polled since.
    tokio::time::advance(Duration::from_secs(5)).await;
    let mut third = Box::pin(limiter.ready(None));
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
    assert!(limiter.queue.is_empty(), "no waiter is left");
}

#[tokio::test(start_paused = true)]
async fn pause_keeps_the_order_of_waiters() {
    let limiter = limiter(Some(10));
    limiter.pause_for(Duration::from_secs(5));
    let (mut first, mut second) = (Box::pin(limiter.ready(None)), Box::pin(limiter.ready(None)));
    for _ in 0..5 {
        assert!(poll(&mut first).is_pending());
        assert!(poll(&mut second).is_pending());
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert!(poll(&mut second).is_pending());
    assert!(poll(&mut first).is_ready());
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    std::pin::Pin::new(future).poll(&mut context)
}

#[test]
fn missing_or_extreme_rate_never_waits() {
    for rate in [None, Some(0), Some(u32::MAX)] {
        let took = stopped(async {
            let (limiter, began) = (limiter(rate), Instant::now());
            for _ in 0..1000 {
                limiter.ready(None).await.expect("no deadline");
            }
            began.elapsed()
        });
        assert_eq!(took, Duration::ZERO, "{rate:?}");
    }
}

proptest! {
    #[test]
    fn no_second_exceeds_the_limit(
        rate in 1u32..200,
        gaps in proptest::collection::vec(0u64..300_000, 1..300),
    ) {
        let sent = stopped(async {
            let limiter = limiter(Some(rate));
            let mut sent = Vec::new();
            for gap in gaps {
                // Some of them arrive right away, and others after a while.
                tokio::time::advance(Duration::from_micros(gap.saturating_sub(200_000))).await;
                limiter.ready(None).await.expect("no deadline");
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

/// Creates the given number of futures, polls each of them once and keeps them.
fn polled_once_and_kept(
    limiter: &RateLimiter,
    count: usize,
) -> Vec<Pin<Box<dyn Future<Output = bool> + '_>>> {
    let kept = (0..count).map(|_| {
        let mut kept: Pin<Box<dyn Future<Output = bool>>> =
            Box::pin(async { limiter.ready(None).await.is_ok() });
        let _pending = poll(&mut kept);
        kept
    });
    kept.collect()
}

#[tokio::test(start_paused = true)]
async fn hundred_abandoned_waiters_cost_little() {
    let limiter = limiter(Some(50));
    // This makes sure that none of the futures completes right away.
    limiter.ready(None).await.expect("no deadline");
    let kept = polled_once_and_kept(&limiter, 100);
    let began = Instant::now();
    for _ in 0..1000 {
        limiter.ready(None).await.expect("no deadline");
    }
    let took = began.elapsed().as_secs_f64();
    // That's 1,000 / 50 seconds, plus the margin and another tenth.
    assert!((20.6..22.77).contains(&took), "one after the other: {took}");
    drop(kept);
    assert!(limiter.queue.is_empty());

    let kept = polled_once_and_kept(&limiter, 100);
    let began = Instant::now();
    let limiter = &limiter;
    let all = (0..1000).map(|_| async move {
        limiter.ready(None).await.expect("no deadline");
    });
    join_all(all).await;
    let took = began.elapsed().as_secs_f64();
    assert!((20.6..22.77).contains(&took), "at once: {took}");
    drop(kept);
    assert!(limiter.queue.is_empty());
}

#[tokio::test(start_paused = true)]
async fn abandoned_waiter_costs_half_an_interval() {
    let limiter = limiter(Some(50));
    limiter.ready(None).await.expect("no deadline");
    let mut kept = Vec::new();
    let began = Instant::now();
    for number in 0..1000 {
        if number % 10 == 0 {
            kept.extend(polled_once_and_kept(&limiter, 1));
        }
        limiter.ready(None).await.expect("no deadline");
    }
    let took = began.elapsed().as_secs_f64();
    assert!((20.6..22.77).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn passed_waiter_keeps_its_place_until_patience_ends() {
    let limiter = limiter(Some(10));
    for (late, first) in [(200, true), (400, false)] {
        limiter.ready(None).await.expect("no deadline");
        let mut kept = Box::pin(limiter.ready(None));
        assert!(poll(&mut kept).is_pending());
        // The request was due a tenth of a second later.
        limiter.ready(None).await.expect("no deadline");
        tokio::time::sleep(Duration::from_millis(late - 150)).await;
        let order = RefCell::new(Vec::new());
        let waits = async {
            limiter.ready(None).await.expect("no deadline");
            order.borrow_mut().push("others");
        };
        let kept = async {
            kept.await.expect("no deadline");
            order.borrow_mut().push("kept");
        };
        tokio::join!(waits, kept);
        let expected = if first { "kept" } else { "others" };
        assert_eq!(order.borrow()[0], expected, "{late}");
        assert!(limiter.queue.is_empty());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn late_timers_keep_the_order() {
    let limiter = limiter(Some(10));
    limiter.ready(None).await.expect("no deadline");
    let order = RefCell::new(Vec::new());
    let (limiter, order) = (&limiter, &order);
    let all = (0..20).map(|number| async move {
        limiter.ready(None).await.expect("no deadline");
        order.borrow_mut().push(number);
        if number % 5 == 2 {
            // After this, all timers fire late.
            tokio::time::advance(Duration::from_secs(3)).await;
        }
    });
    join_all(all).await;
    let expected: Vec<usize> = (0..20).collect();
    assert_eq!(*order.borrow(), expected);
}

/// Polls all futures when any of them is woken, until all of them have completed.
async fn join_all(futures: impl Iterator<Item: Future<Output = ()>>) {
    poll_all(futures, |left| left == 0).await;
}

/// Polls all futures when any of them is woken, until `done` returns true for the number of futures
/// that are left.
async fn poll_all(futures: impl Iterator<Item: Future<Output = ()>>, done: impl Fn(usize) -> bool) {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        futures.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if done(futures.len()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn polled_waiters_pass_abandoned_ones_in_order(
        rate in 5u32..200,
        // Whether to keep the waiter around without polling it, and when it arrives (in
        // milliseconds).
        mut waiters in proptest::collection::vec((any::<bool>(), 0u64..2000), 1..80),
    ) {
        waiters.sort_by_key(|(_, comes)| *comes);
        let live = waiters.iter().filter(|(kept, _)| !kept).count();
        let kept = waiters.len() - live;
        let (took, order) = stopped(async {
            let limiter = limiter(Some(rate));
            limiter.ready(None).await.expect("no deadline");
            let order = RefCell::new(Vec::new());
            let began = Instant::now();
            let all = waiters.into_iter().enumerate().map(|(number, (kept, comes))| {
                let (limiter, order) = (&limiter, &order);
                async move {
                    tokio::time::sleep(Duration::from_millis(comes)).await;
                    if kept {
                        let kept = polled_once_and_kept(limiter, 1);
                        std::future::pending::<()>().await;
                        drop(kept);
                    } else {
                        limiter.ready(None).await.expect("no deadline");
                        order.borrow_mut().push(number);
                    }
                }
            });
            poll_all(all, |left| left == kept).await;
            (began.elapsed().as_secs_f64(), order.into_inner())
        });
        prop_assert!(order.is_sorted(), "{order:?}");
        prop_assert_eq!(order.len(), live);
        let number = |count: usize| f64::from(u32::try_from(count).expect("few"));
        let interval = 1.036 / f64::from(rate);
        let grace = (interval / 4.0).clamp(0.002, 0.05) + 0.001;
        // A waiter that isn't polled costs two grace periods, or one interval if it could have gone
        // ahead right away.
        let each = interval.max(2.0 * grace);
        let most = 2.0 + number(live) * interval + number(kept) * each + 0.25 + 2.0 * grace;
        prop_assert!(took <= most, "{took} of {most}");
    }
}
