//! Keeps track of whether the current thread is inside of a blocking call.

use std::cell::Cell;

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Returns true if this thread is inside of a blocking call. If so, we must not depend on a user's
/// runtime, because it might be blocked as well.
pub(crate) fn waits() -> bool {
    WAITS.get()
}

/// Marks the thread until this is dropped.
///
/// It remembers the previous value, since a blocking call might be made by middleware in the middle
/// of another one.
pub(crate) struct Waits(bool);

impl Waits {
    pub(crate) fn begin() -> Self {
        Self(WAITS.replace(true))
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        WAITS.set(self.0);
    }
}
