//! SHA-256 in lower-case hexadecimal.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A hash of several texts, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hash(Sha256);

impl Hash {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the hash in lower-case hexadecimal.
    pub(crate) fn finish(self) -> String {
        let bytes = self.0.finalize();
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Returns the hash of a text.
pub(crate) fn of(text: &str) -> String {
    let mut hash = Hash::default();
    hash.update(text.as_bytes());
    hash.finish()
}
