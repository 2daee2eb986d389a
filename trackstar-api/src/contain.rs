//! Containment of panics in code that users hand in: a panic there must not take a call with it, and
//! in a destructor it would abort the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `callback`. Returns `None` if it panics; the panic hook has reported it then.
///
/// It may be called while the thread unwinds.
pub(crate) fn contained<T>(callback: impl FnOnce() -> T) -> Option<T> {
    // Callbacks borrow what they are told. What they are handed to change is given up after a panic.
    match catch_unwind(AssertUnwindSafe(callback)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // The payload is the user's, too, and may panic when it is dropped.
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

    /// Panics when it is dropped, as often as it is.
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
