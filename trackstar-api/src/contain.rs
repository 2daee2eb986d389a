//! Containment of panics in a user's code. Such a panic must not end the call, and in a destructor
//! it would abort the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `callback`. Returns `None` if it panics, after the panic hook has reported the panic.
///
/// It can be called while the thread unwinds.
pub(crate) fn contained<T>(callback: impl FnOnce() -> T) -> Option<T> {
    // Callbacks borrow their input. Values that they modify are discarded after a panic.
    match catch_unwind(AssertUnwindSafe(callback)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // The payload is a user's value, too, and may panic when it is dropped.
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

    /// Panics on every drop.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }

    /// Calls a callback that panics when it is dropped.
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
    fn panic_is_contained_whatever_its_payload_does() {
        assert_eq!(contained(|| 7), Some(7));
        assert_eq!(contained(|| panic!("broken")), None::<()>);
        assert_eq!(contained(|| panic_any(Bomb)), None::<()>);
    }

    #[test]
    fn panic_is_contained_while_the_thread_unwinds() {
        let dropped = std::rc::Rc::default();
        let late = Late(std::rc::Rc::clone(&dropped));
        let unwound = contained(move || {
            let _late = late;
            panic!("first");
        });
        assert_eq!((unwound, dropped.get()), (None::<()>, 1));
    }
}
