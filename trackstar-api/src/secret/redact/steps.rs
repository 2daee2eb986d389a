//! Counts the steps of a search. This is only used in tests.

#[cfg(test)]
thread_local! {
    pub(super) static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(super) fn count_step() {
    STEPS.set(STEPS.get() + 1);
}

#[cfg(not(test))]
pub(super) fn count_step() {}
