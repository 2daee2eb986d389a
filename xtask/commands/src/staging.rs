//! Replaces several files at once: all of them or none, even if the power fails.
//!
//! The new files are written into a folder next to the old ones and synced. Renaming that folder to its
//! final name is the step that commits the replacement. Before it, the old files are valid, and the next
//! run removes the leftovers. After it, the next run completes an interrupted replacement. The lock of
//! the checkout keeps a second run out in the meantime.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail, ensure};

use crate::lock::Lock;
use crate::manifest::MANIFEST;
use crate::record::RECORD;
use crate::vendored::{DOCUMENT, GOLDEN};

pub(crate) const CHANGELOG: &str = "CHANGELOG.md";

/// The files that can be replaced together, as paths from the root of the checkout. No other file in the
/// folder is moved.
const FILES: [&str; 5] = [DOCUMENT, RECORD, GOLDEN, MANIFEST, CHANGELOG];

/// The folder that contains the new files: the parent folder, its name while the files are written, and
/// its name after the commit.
const FOLDER: &str = "openapi";
const PREPARING: &str = ".refresh.part";
const DECIDED: &str = ".refresh";

/// The steps at which a test interrupts a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Locked,
    Cleared,
    Created,
    Written(usize),
    Decided,
    Moved(usize),
}

/// Replaces files. Each name is a path from the root of the checkout.
pub(crate) fn replace(lock: &Lock, files: &[(&str, &str)]) -> anyhow::Result<()> {
    replace_observed(lock, files, &mut |_| {})
}

fn replace_observed(
    lock: &Lock,
    files: &[(&str, &str)],
    at: &mut dyn FnMut(Step),
) -> anyhow::Result<()> {
    at(Step::Locked);
    let root = lock.root();
    recover(root, Some(lock))?;
    let folder = root.join(FOLDER);
    let (preparing, decided) = (folder.join(PREPARING), folder.join(DECIDED));
    for name in [&preparing, &decided] {
        clear(name).with_context(|| {
            format!(
                "failed to remove {}, which an earlier run left; nothing was changed",
                name.display()
            )
        })?;
    }
    at(Step::Cleared);
    let mut write = || -> anyhow::Result<()> {
        fs::create_dir(&preparing)?;
        at(Step::Created);
        for (index, (path, text)) in files.iter().enumerate() {
            ensure!(
                FILES.contains(path),
                "{path} is not among the files that are replaced"
            );
            let mut file = File::create_new(preparing.join(name(path)))?;
            file.write_all(text.as_bytes())?;
            if let Ok(before) = fs::metadata(root.join(path)) {
                file.set_permissions(before.permissions())?;
            }
            file.sync_all()?;
            at(Step::Written(index));
        }
        sync(&preparing)?;
        Ok(fs::rename(&preparing, &decided)?)
    };
    if let Err(error) = write() {
        // The next run removes a folder that cannot be removed now.
        let _left = clear(&preparing);
        let message = format!(
            "failed to write next to the files of {}; nothing was changed",
            folder.display()
        );
        return Err(error).context(message);
    }
    at(Step::Decided);
    complete(root, at)
}

/// Completes a replacement that an earlier run committed. Returns true if there was one.
///
/// A run that only reads has no lock, and takes it for this purpose.
///
/// # Errors
///
/// Returns an error if another process has the lock and is completing the replacement. Otherwise a run
/// could read the new document with the old record.
pub(crate) fn recover(root: &Path, lock: Option<&Lock>) -> anyhow::Result<bool> {
    let is_decided = || is_decided(root);
    if !is_decided() {
        return Ok(false);
    }
    let _taken = match lock {
        Some(_) => None,
        None => match Lock::try_take(root)? {
            Some(taken) if is_decided() => Some(taken),
            None if is_decided() => {
                bail!("a refresh is being completed in this checkout; try again")
            }
            _ => return Ok(false),
        },
    };
    complete(root, &mut |_| {})?;
    Ok(true)
}

/// Returns true if a replacement is committed. A link or a file with that name does not count.
fn is_decided(root: &Path) -> bool {
    let decided = root.join(FOLDER).join(DECIDED);
    fs::symlink_metadata(decided).is_ok_and(|it| it.is_dir())
}

/// Reads files of a checkout, all of them from before a replacement or all from after it.
///
/// A run that reads needs no lock. It checks afterwards whether a replacement happened in the meantime.
///
/// # Errors
///
/// Returns the error of `reading`, or an error if files were replaced in the meantime.
pub(crate) fn steadily<T>(
    root: &Path,
    read: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let before = FILES.map(|path| stamp(&root.join(path)));
    let read = read();
    // A committed replacement may have begun before the first check and may end after the last.
    if is_decided(root) || before != FILES.map(|path| stamp(&root.join(path))) {
        bail!("a refresh has replaced files of this checkout while they were read; try again");
    }
    read
}

/// Returns a stamp that changes if a file is replaced, or `None` if there is no file.
fn stamp(path: &Path) -> Option<(Option<SystemTime>, u64, u64)> {
    let file = fs::symlink_metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&file);
    #[cfg(not(unix))]
    let number = 0;
    Some((file.modified().ok(), file.len(), number))
}

/// Removes the file or folder with a name, if it exists. A link is removed without its target.
fn clear(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        // On Windows, a link to a folder is removed as a folder.
        Ok(_) => fs::remove_file(path).or_else(|error| fs::remove_dir(path).map_err(|_| error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Moves the committed files to their places.
fn complete(root: &Path, at: &mut dyn FnMut(Step)) -> anyhow::Result<()> {
    let folder = root.join(FOLDER);
    let decided = folder.join(DECIDED);
    let mut moved = || -> std::io::Result<()> {
        sync(&folder)?;
        for (index, path) in FILES.into_iter().enumerate() {
            let from = decided.join(name(path));
            if fs::symlink_metadata(&from).is_ok_and(|it| it.is_file()) {
                fs::rename(from, root.join(path))?;
            }
            at(Step::Moved(index));
        }
        for folder in [root, &folder] {
            sync(folder)?;
        }
        clear(&decided)?;
        sync(&folder)
    };
    moved().with_context(|| {
        format!(
            "failed to put the files of {} in their places; the next run of any verb completes it",
            decided.display()
        )
    })
}

/// Returns the unique name of a file in the folder.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Syncs the names in a folder to disk, if the system supports that.
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
