//! The size limit of a source.

use std::io::Read;

use anyhow::bail;

use crate::progress::Progress;

/// The remaining number of bytes, and the limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cap {
    pub(super) left: u64,
    pub(super) bytes: u64,
}

impl Cap {
    pub(super) fn read(self, mut from: impl Read, progress: &Progress) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut chunk = vec![0; 1 << 16];
        loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => return Ok(bytes),
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            bytes.extend_from_slice(&chunk[..read]);
            if bytes.len() as u64 > self.left {
                bail!(
                    "it is larger than the {} bytes that are taken; allow more with --max-bytes",
                    self.bytes
                );
            }
            progress.bytes(bytes.len());
        }
    }
}
