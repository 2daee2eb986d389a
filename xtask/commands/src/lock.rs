//! The lock for writing the files of a checkout.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use fs4::FileExt;

/// The locked file, at the root of the checkout. `cargo clean` does not remove it. If it did, a second
/// run could lock a new file.
pub(crate) const LOCK: &str = ".xtask.lock";

/// The exclusive right to write the files of a checkout.
///
/// Functions that write take it as an argument. The system releases it when the process ends, even if it
/// is killed, so a stale lock cannot block a later run.
#[derive(Debug)]
pub(crate) struct Lock {
    root: PathBuf,
    /// The file, locked as long as it is open.
    _file: File,
}

impl Lock {
    /// Takes the lock of the checkout at `root`.
    ///
    /// # Errors
    ///
    /// Returns an error if another process has the lock, or if the file system has no locks.
    pub(crate) fn take(root: &Path) -> anyhow::Result<Self> {
        match Self::try_take(root)? {
            Some(lock) => Ok(lock),
            None => bail!(
                "this checkout is locked by another run: a refresh, a check that writes, or a \
                 run that completes an interrupted refresh; wait until it has ended, and try again"
            ),
        }
    }

    /// Takes the lock of the checkout at `root`, or returns `None` if another process has it.
    pub(crate) fn try_take(root: &Path) -> anyhow::Result<Option<Self>> {
        let locked = || -> std::io::Result<Option<File>> {
            // Some file systems cannot lock a folder or a read-only file.
            let mut options = File::options();
            options.write(true).create(true).truncate(false);
            let file = options.open(root.join(LOCK))?;
            match FileExt::try_lock(&file) {
                Ok(()) => Ok(Some(file)),
                Err(fs4::TryLockError::WouldBlock) => Ok(None),
                Err(fs4::TryLockError::Error(error)) => Err(error),
            }
        };
        let file = locked()
            .with_context(|| format!("failed to lock {}; nothing was changed", root.display()))?;
        Ok(file.map(|file| Self {
            root: root.to_owned(),
            _file: file,
        }))
    }

    /// Returns the root of the checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }
}
