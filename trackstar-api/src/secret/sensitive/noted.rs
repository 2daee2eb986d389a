//! Keeps track of the secrets in a body while it's being serialized, so that a preview can redact
//! them.

use std::cell::RefCell;

use bytes::Bytes;
use serde::Serialize;

use crate::secret::wiped;

thread_local! {
    static NOTED: RefCell<Option<Vec<Bytes>>> = const { RefCell::new(None) };
}

/// Calls `write` and returns the secrets that were serialized, encoded as JSON. Their memory is
/// wiped.
pub(crate) fn noting<T>(write: impl FnOnce() -> T) -> (T, Vec<Bytes>) {
    let outer = NOTED.replace(Some(Vec::new()));
    // This makes sure that the previous list is restored even if a user's `Serialize` panics.
    let restore = Restore(outer);
    let written = write();
    let noted = NOTED.take().unwrap_or_default();
    drop(restore);
    (written, noted)
}

struct Restore(Option<Vec<Bytes>>);

impl Drop for Restore {
    fn drop(&mut self) {
        NOTED.set(self.0.take());
    }
}

/// Records a secret if we're currently serializing a body.
pub(super) fn note(secret: &impl Serialize) {
    if !NOTED.with_borrow(Option::is_some) {
        return;
    }
    if let Ok(secret) = wiped::json(secret) {
        NOTED.with_borrow_mut(|noted| noted.get_or_insert_default().push(secret));
    }
}
