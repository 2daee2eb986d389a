//! The retry budget of a connection. When a connected system is down, retries don't help anyone.
//! They only slow everything down.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::RetryClass;

/// The size of a full budget. This is also how much a budget starts with.
pub(crate) const CAPACITY: u32 = 500;

/// The reward for a call that succeeds right away.
const REWARD: u32 = 1;

/// Returns how much a retry costs.
const fn cost(class: RetryClass) -> u32 {
    match class {
        RetryClass::Failed => 14,
        RetryClass::Throttled => 5,
    }
}

/// The budget of a connection, which is shared by its clones.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl Budget {
    /// Pays for a retry. Returns `None` if there isn't enough left in the budget.
    pub(crate) fn withdraw(&self, class: RetryClass) -> Option<Withdrawal<'_>> {
        let cost = cost(class);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(cost)
            });
        taken.is_ok().then(|| Withdrawal {
            budget: self,
            cost,
            spent: false,
        })
    }

    /// Adds the reward for a call that succeeded at the first attempt.
    pub(crate) fn reward(&self) {
        // The budget is usually full. Don't write to shared memory if we don't have to.
        if self.0.load(Ordering::Relaxed) < CAPACITY {
            self.put_in(REWARD);
        }
    }

    fn put_in(&self, amount: u32) {
        let _always = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                Some(left.saturating_add(amount).min(CAPACITY))
            });
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An amount that was withdrawn from the budget for a retry.
///
/// It's paid back if the retry succeeds, or if it's dropped before its attempt starts. It isn't
/// paid back after that, since otherwise canceled calls could retry for free, and that's most
/// likely to happen when a connected system is down.
#[derive(Debug)]
#[must_use = "dropping this returns it to the budget"]
pub(crate) struct Withdrawal<'a> {
    budget: &'a Budget,
    cost: u32,
    spent: bool,
}

impl Withdrawal<'_> {
    /// Records that the attempt has started.
    pub(crate) fn spend(&mut self) {
        self.spent = true;
    }

    /// Pays the cost back, because the retry succeeded.
    pub(crate) fn refund(mut self) {
        self.spent = false;
    }
}

impl Drop for Withdrawal<'_> {
    fn drop(&mut self) {
        if !self.spent {
            self.budget.put_in(self.cost);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn costs_14_after_a_failure_and_5_after_a_throttled_call() {
        let budget = Budget::default();
        let mut failed = 0;
        while let Some(mut withdrawal) = budget.withdraw(RetryClass::Failed) {
            withdrawal.spend();
            failed += 1;
        }
        assert_eq!((failed, budget.left()), (35, 10));
        budget
            .withdraw(RetryClass::Throttled)
            .expect("5 of 10")
            .spend();
        budget
            .withdraw(RetryClass::Throttled)
            .expect("5 of 5")
            .spend();
        assert!(budget.withdraw(RetryClass::Throttled).is_none());
        for _ in 0..5 {
            budget.reward();
        }
        assert!(
            budget.withdraw(RetryClass::Throttled).is_some(),
            "earned again"
        );
    }

    #[test]
    fn refunds_success_and_unsent_attempts() {
        let budget = Budget::default();
        let withdrawal = budget.withdraw(RetryClass::Failed);
        assert_eq!(budget.left(), 486);
        drop(withdrawal);
        assert_eq!(budget.left(), 500, "dropped during the backoff");
        let mut withdrawal = budget.withdraw(RetryClass::Failed).expect("14 of 500");
        withdrawal.spend();
        withdrawal.refund();
        assert_eq!(budget.left(), 500, "succeeded");
        let mut withdrawal = budget.withdraw(RetryClass::Failed).expect("14 of 500");
        withdrawal.spend();
        drop(withdrawal);
        assert_eq!(budget.left(), 486, "failed, or dropped while in progress");
        let withdrawal = budget.withdraw(RetryClass::Throttled);
        for _ in 0..20 {
            budget.reward();
        }
        drop(withdrawal);
        assert_eq!(budget.left(), 500, "never more than its capacity");
    }

    proptest! {
        #[test]
        fn balance_is_correct_after_any_steps(
            steps in proptest::collection::vec((0u8..3, 0u8..3), 0..500),
        ) {
            let budget = Budget::default();
            let mut expected = 500_u32;
            for (step, end) in steps {
                let (retry, cost) = match step {
                    0 => {
                        budget.reward();
                        expected = (expected + 1).min(500);
                        continue;
                    }
                    1 => (RetryClass::Failed, 14),
                    _ => (RetryClass::Throttled, 5),
                };
                let withdrawal = budget.withdraw(retry);
                prop_assert_eq!(withdrawal.is_some(), expected >= cost);
                let Some(mut withdrawal) = withdrawal else { continue };
                match end {
                    // Dropped before it was sent.
                    0 => drop(withdrawal),
                    1 => {
                        withdrawal.spend();
                        withdrawal.refund();
                    }
                    _ => {
                        withdrawal.spend();
                        drop(withdrawal);
                        expected -= cost;
                    }
                }
                prop_assert_eq!(budget.left(), expected);
            }
        }
    }
}
