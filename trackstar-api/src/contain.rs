//! Catches panics in the user's code. They shouldn't affect the call, and inside of a destructor
//! they could abort the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `callback` and returns `None` if it panics. The panic hook still runs.
///
/// It's fine to call this while already panicking.
pub(crate) fn contained<T>(callback: impl FnOnce() -> T) -> Option<T> {
    // This is safe because callbacks only borrow their input, and anything they modify is thrown
    // away after a panic.
    match catch_unwind(AssertUnwindSafe(callback)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // Even the payload of a panic might panic when it's dropped.
            if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                std::mem::forget(second);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    /// Panics every time it's dropped.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }

    /// Calls a callback that panics, but only when this is dropped.
    struct Late(std::rc::Rc<std::cell::Cell<u32>>);

    impl Drop for Late {
        fn drop(&mut self) {
            assert!(std::thread::panicking());
            let contained: Option<()> = contained(|| panic!("while unwinding"));
            assert_eq!(contained, None);
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn contains_panics_whose_payload_panics() {
        assert_eq!(contained(|| 7), Some(7));
        assert_eq!(contained(|| panic!("broken")), None::<()>);
        assert_eq!(contained(|| panic_any(Bomb)), None::<()>);
    }

    #[test]
    fn contains_panics_during_unwinding() {
        let dropped = std::rc::Rc::default();
        let late = Late(std::rc::Rc::clone(&dropped));
        let unwound = contained(move || {
            let _late = late;
            panic!("first");
        });
        assert_eq!((unwound, dropped.get()), (None::<()>, 1));
    }
}
