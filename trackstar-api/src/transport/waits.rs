//! The mark of a thread that a blocking call blocks.

use std::cell::Cell;

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Returns true if this thread is in a blocking call. A future polled then must not depend on a
/// runtime of the user, which the blocking call may have stopped.
pub(crate) fn waits() -> bool {
    WAITS.get()
}

/// Marks the thread as blocked until it is dropped, even by a panic. Contains the previous mark,
/// because a middleware may make a blocking call within another.
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
