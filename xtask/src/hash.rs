//! SHA-256 in the one form in which it is written here.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Of texts that come one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hash(Sha256);

impl Hash {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// In lower-case hexadecimal.
    pub(crate) fn finish(self) -> String {
        let bytes = self.0.finalize();
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Of one text.
pub(crate) fn of(text: &str) -> String {
    let mut hash = Hash::default();
    hash.update(text.as_bytes());
    hash.finish()
}
