//! Buffers for bodies, since these might contain secrets.

use std::{fmt, io};

use bytes::Bytes;
use serde::Serialize;
use zeroize::Zeroizing;

/// The initial capacity in bytes. This is enough for most bodies.
const FIRST: usize = 256;

/// A buffer that is wiped on drop. It doesn't leave copies behind when it grows.
#[derive(Default)]
pub(crate) struct Wiped(Zeroizing<Vec<u8>>);

impl Wiped {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            // We can't let the vector grow by itself, because it wouldn't wipe its old memory.
            let room = needed.max(2 * self.0.capacity()).max(FIRST);
            let mut grown = Zeroizing::new(Vec::with_capacity(room));
            grown.extend_from_slice(&self.0);
            self.0 = grown;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Converts this to `Bytes` without copying. The memory is wiped when the last clone is
    /// dropped.
    pub(crate) fn into_bytes(self) -> Bytes {
        if self.is_empty() {
            return Bytes::new();
        }
        Bytes::from_owner(self.0)
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Only shows the number of bytes.
impl fmt::Debug for Wiped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// Takes over the memory of the vector.
impl From<Vec<u8>> for Wiped {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl io::Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Serializes `value` as JSON. The memory is wiped when it's dropped.
pub(crate) fn json(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Bytes> {
    let mut buffer = Wiped::default();
    serde_json::to_writer(&mut buffer, value)?;
    Ok(buffer.into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn reuses_the_vector() {
        let bytes = b"a body long enough to be on the heap".to_vec();
        let before = bytes.as_ptr();
        let shared = Wiped::from(bytes).into_bytes();
        assert_eq!(shared.as_ptr(), before);
        assert_eq!(shared.clone().as_ptr(), before);
        assert_eq!(Wiped::default().into_bytes(), Bytes::new());
    }

    #[test]
    fn writes_json_like_serde_json() {
        let value = json!({"a": ["é\"\n", 1, null], "b": "x".repeat(FIRST * 3)});
        let expected = serde_json::to_vec(&value).expect("writable");
        assert_eq!(json(&value).expect("writable"), expected);
    }

    proptest! {
        #[test]
        fn concatenates_pieces(
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 0..20),
        ) {
            let mut buffer = Wiped::with_capacity(3);
            for piece in &pieces {
                buffer.extend(piece);
            }
            prop_assert_eq!(buffer.len(), pieces.concat().len());
            prop_assert_eq!(buffer.into_bytes(), pieces.concat());
        }
    }
}
